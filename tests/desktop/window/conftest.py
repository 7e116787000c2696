"""A window on a made controller."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.window import MainWindow
from tests.desktop.made_controller import MadeController, MadeErrands


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path) -> Iterator[MadeController]:
    made = MadeController(tmp_path / "home")
    yield made
    assert made.jobs.stop(5)


@pytest.fixture
def errands(qtbot: QtBot) -> MadeErrands:
    return MadeErrands()


@pytest.fixture
def window(qtbot: QtBot, controller: MadeController, errands: MadeErrands) -> MainWindow:
    made = MainWindow(controller.typed, errands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    return made
