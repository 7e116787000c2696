from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.app import App
from skynet_desktop.credentials import redaction
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services import ServiceDialog, ServiceEditor
from skynet_desktop.settings import General, Paths, store
from tests.desktop.services.backends import MEMORY, Memory
from tests.desktop.services.hand import WAIT, Hand


@pytest.fixture(autouse=True)
def forget_secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of one test's secrets is left for the next, neither kept nor registered."""
    monkeypatch.setattr(redaction, "_known", ())
    Memory.kept.clear()
    yield
    Memory.kept.clear()


@pytest.fixture
def app(person: Path) -> App:
    paths = Paths.of(person / "skynet")
    paths.make()
    store.set_table(paths.settings_file, General(keyring=MEMORY))
    return App(paths)


@pytest.fixture
def controller(app: App, qtbot: QtBot) -> Iterator[Controller]:
    """Running, with nothing to mirror yet."""
    controller = Controller(app)
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
def adding(
    controller: Controller, hand_on: Callable[[QWidget], Hand]
) -> tuple[ServiceEditor, Hand]:
    """The dialog for a new service."""
    dialog = ServiceDialog(controller)
    return dialog.editor, hand_on(dialog)
