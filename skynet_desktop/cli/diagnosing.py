"""skynet diagnostics: a report to send to somebody who helps."""

from __future__ import annotations

import threading
from argparse import Namespace
from pathlib import Path

from skynet_desktop import diagnostics
from skynet_desktop.app import App
from skynet_desktop.cli.asking import ask_running
from skynet_desktop.cli.commands import stored
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.doctor import checkup
from skynet_desktop.settings import Settings


def run(app: App, arguments: Namespace) -> int:
    settings: Settings | None = None
    trouble = ""
    try:
        settings = app.settings()
    except SettingsError as error:
        trouble = str(error)
    answer = ask_running(app, {"command": "status"})
    if answer is None:
        answer = {"mappings": stored(app, settings) if settings else [], "settings": trouble}
    found = checkup(app, cancelled=threading.Event(), network=arguments.network)
    names = diagnostics.save(
        app.paths, settings, answer, Path(arguments.file).absolute(),
        findings=[finding.as_json() for finding in found],
    )  # fmt: skip
    print(f"{arguments.file} holds: {', '.join(names)}.")
    print("It has no secrets, but names of files and servers. Look through it first.")
    return 0
