from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from skynet_desktop.app import App
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.wizard import Wizard
from skynet_desktop.settings import Paths
from tests.desktop.services.hand import WAIT
from tests.desktop.wizard.hand import WizardHand


@pytest.fixture
def app(person: Path) -> App:
    """Of somebody who has no settings file."""
    return App(Paths.of(person / "skynet"))


@pytest.fixture
def controller(app: App, qtbot: QtBot) -> Iterator[Controller]:
    """Running, with nothing to mirror yet."""
    controller = Controller(app)
    controller.start()
    qtbot.waitUntil(lambda: controller.is_loaded, timeout=WAIT)
    yield controller
    controller.stop()


@pytest.fixture
def open_wizard(controller: Controller, qtbot: QtBot) -> Callable[[], WizardHand]:
    def opened() -> WizardHand:
        wizard = Wizard(controller)
        qtbot.addWidget(wizard)
        wizard.show()
        wizard.activateWindow()
        qtbot.waitActive(wizard)
        return WizardHand(qtbot, wizard)

    return opened


@pytest.fixture
def hand(open_wizard: Callable[[], WizardHand]) -> WizardHand:
    return open_wizard()


@pytest.fixture
def photos(person: Path) -> Path:
    """A folder with two files to send and one that is usually left out."""
    folder = person / "Photos"
    (folder / "summer").mkdir(parents=True)
    (folder / "summer" / "sea.jpg").write_bytes(b"sea" * 1000)
    (folder / "letter.txt").write_text("Dear Anna")
    (folder / "half.tmp").write_text("not done")
    return folder


@pytest.fixture
def disk(person: Path) -> Path:
    folder = person / "disk"
    folder.mkdir()
    return folder
