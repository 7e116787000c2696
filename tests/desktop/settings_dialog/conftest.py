from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.app import App
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.settings_dialog import SettingsDialog
from skynet_desktop.settings import General, Paths, store
from tests.desktop.services.backends import MEMORY
from tests.desktop.services.hand import WAIT, Hand


@pytest.fixture
def controller(person: Path, qtbot: QtBot) -> Iterator[Controller]:
    """Running, with nothing to mirror yet."""
    paths = Paths.of(person / "skynet")
    paths.make()
    store.set_table(paths.settings_file, General(keyring=MEMORY))
    controller = Controller(App(paths))
    controller.start()
    qtbot.waitUntil(lambda: controller.is_loaded, timeout=WAIT)
    yield controller
    controller.stop()


@pytest.fixture
def hand_on(qtbot: QtBot) -> Callable[[QWidget], Hand]:
    def made(window: QWidget) -> Hand:
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return Hand(qtbot, window)

    return made


@pytest.fixture
def settings(
    controller: Controller, hand_on: Callable[[QWidget], Hand]
) -> tuple[SettingsDialog, Hand]:
    dialog = SettingsDialog(controller, Errands(controller))
    return dialog, hand_on(dialog)
