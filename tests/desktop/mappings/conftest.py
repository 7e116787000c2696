from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.app import App
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.settings import Paths, ServiceSettings, store
from tests.desktop.services.hand import WAIT, Hand


@pytest.fixture
def pictures(person: Path) -> Path:
    folder = person / "pictures"
    (folder / "norway").mkdir(parents=True)
    (folder / "norway" / "fjord.jpg").write_bytes(b"x" * 1000)
    (folder / "Thumbs.db").write_bytes(b"x" * 500)
    (folder / "draft.tmp").write_bytes(b"x" * 200)
    return folder


@pytest.fixture
def controller(person: Path, pictures: Path, qtbot: QtBot) -> Iterator[Controller]:
    """Running, with a service that is a folder."""
    paths = Paths.of(person / "skynet")
    paths.make()
    (person / "disk").mkdir()
    service = ServiceSettings("disk", "local", {"path": str(person / "disk")})
    store.add_service(paths.settings_file, service)
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
