"""One window of each kind, wherever it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.restore.errand import NOTHING
from skynet_desktop.desktop.restore.window import RestoreWindow
from skynet_desktop.desktop.sheets import Sheets
from skynet_desktop.desktop.verify.dialog import VerificationDialog
from skynet_desktop.engine.restoring.tally import Restored
from tests.desktop.made_controller import MadeController, view


@pytest.fixture
def told() -> list[tuple[str, Restored]]:
    return []


@pytest.fixture
def sheets(qtbot: QtBot, tmp_path: Path, told: list[tuple[str, Restored]]) -> Iterator[Sheets]:
    controller = MadeController(tmp_path / "home")
    controller.show_views(view("Photos"), view("Music"))
    made = Sheets(controller.typed, lambda name, ended: told.append((name, ended)), controller)
    yield made
    made.stop()
    for window in made._alive():
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert controller.jobs.stop(5)


def test_one_of_each_until_it_is_closed(qtbot: QtBot, sheets: Sheets) -> None:
    first = sheets.show(Place.VERIFICATION, "Photos")
    assert isinstance(first, VerificationDialog)
    assert sheets.show(Place.VERIFICATION, "Photos") is first
    assert sheets.show(Place.VERIFICATION, "Music") is not first
    assert sheets.shows_any
    first.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert sheets.show(Place.VERIFICATION, "Photos") is not first


def test_restoring_is_told_when_it_is_not_in_front(
    qtbot: QtBot, sheets: Sheets, told: list[tuple[str, Restored]]
) -> None:
    window = sheets.show(Place.RESTORE, "Photos")
    assert isinstance(window, RestoreWindow)
    assert sheets.show(Place.RESTORE, "Music") is window
    qtbot.waitUntil(window.isActiveWindow)
    window.ended.emit("Photos", NOTHING)
    assert told == []
    window.hide()
    window.ended.emit("Photos", NOTHING)
    assert told == [("Photos", NOTHING)]
