"""Starting the desktop application: one a home; a second start shows the window of the first."""

from __future__ import annotations

import logging
import os
import sys

from skynet_desktop.app import App
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.host.channel import ask
from skynet_desktop.host.instance import Instance
from skynet_desktop.settings import General, store

log = logging.getLogger(__name__)

_SWITCH_SECONDS = 0.001
"""How long an engine thread may keep the interpreter from the GUI thread."""


def main(app: App, *, minimized: bool) -> int:
    """Run until the person quits; returns the exit code. Raises :class:`SettingsError` if the
    home cannot be used."""
    app.paths.make()
    instance = Instance(app.paths.state)
    if not instance.acquire():
        return _show_the_other(app, instance)
    try:
        return _run(app, minimized)
    finally:
        instance.release()


def _run(app: App, minimized: bool) -> int:
    from PySide6.QtWidgets import QApplication

    from skynet_desktop.desktop import icons, theme, translations
    from skynet_desktop.desktop.application import Application

    sys.setswitchinterval(_SWITCH_SECONDS)
    general = _general(app)
    app.start_log(general.log_level)
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("skynet-desktop")
    qt.setApplicationDisplayName("Skynet Desktop")
    qt.setDesktopFileName("skynet-desktop")
    qt.setQuitOnLastWindowClosed(False)
    translations.install(qt, general.language)
    theme.apply(qt, general.appearance)
    qt.setWindowIcon(icons.app_icon())
    application = Application(qt, app, minimized=minimized)
    application.start()
    code = qt.exec()
    logging.shutdown()
    # What did not end (a server that hangs) must not keep the process.
    sys.stdout.flush()
    sys.stderr.flush()
    if not application.ended_in_order:
        os._exit(code)
    return code


def _general(app: App) -> General:
    try:
        return store.load(app.paths.settings_file).general
    except SettingsError:
        return General()  # the window says what is wrong


def _show_the_other(app: App, instance: Instance) -> int:
    answer = ask(app.paths.state, {"command": "show"})
    if answer is not None and "error" not in answer:
        return 0
    raise SettingsError(
        f"Skynet runs already on this home (process {instance.holder()}), in a terminal or "
        "without an answer. End it first, or ask it with: skynet status"
    )
