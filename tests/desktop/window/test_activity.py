from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import Done, Event, Failed, Started
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.window import MainWindow
from skynet_desktop.desktop.window.activity_columns import Column
from skynet_desktop.desktop.window.activity_model import ROW_ROLE
from skynet_desktop.host import opening
from tests.desktop.made_controller import MadeController, view

EVENTS: tuple[Event, ...] = (
    Done("Photos", Kind.SEND, "apple.jpeg", 5),
    Failed("Photos", Kind.SEND, "pear.jpeg", "It is locked."),
    Started("Photos", Kind.SEND, "plum.jpeg", 100),
)


@pytest.fixture
def page(window: MainWindow, controller: MadeController) -> MainWindow:
    controller.show_views(view())
    controller.happen(*EVENTS)
    window.show_page(Place.ACTIVITY)
    return window


def shown(window: MainWindow) -> list[str]:
    model = window.activity.model
    return [model.index(row, 0).data(ROW_ROLE).path for row in range(model.rowCount())]


def test_typing_searches(qtbot: QtBot, page: MainWindow) -> None:
    page.activity.focus_search()
    QTest.keyClicks(page.activity.search, "APP")
    qtbot.waitUntil(lambda: shown(page) == ["apple.jpeg"])
    counts = page.findChild(QLabel, "counts")
    assert isinstance(counts, QLabel)
    assert counts.text() == "1 of 3"


@pytest.mark.parametrize(
    ("name", "paths"),
    [("failed", ["pear.jpeg"]), ("under-way", ["plum.jpeg"]),
     ("all", ["plum.jpeg", "pear.jpeg", "apple.jpeg"])],
)  # fmt: skip
def test_states_are_chosen(qtbot: QtBot, page: MainWindow, name: str, paths: list[str]) -> None:
    button = page.findChild(QPushButton, f"show-{name}")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown(page) == paths


def test_the_search_keeps_the_chosen_row(qtbot: QtBot, page: MainWindow) -> None:
    page.activity.view.selectRow(1)
    page.activity.search.setText("pea")
    qtbot.waitUntil(lambda: shown(page) == ["pear.jpeg"])
    assert page.activity.view.currentIndex().data(ROW_ROLE).path == "pear.jpeg"


def test_a_path_is_copied_and_a_file_shown(
    qtbot: QtBot, page: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(opening, "show_file", opened.append)
    table = page.activity.view
    table.selectRow(2)
    table.setFocus()
    path = Path("/home/anna/Pictures/apple.jpeg")
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == str(path)
    QTest.keyClick(table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened == [path])


def test_the_mapping_is_named_where_there_are_several(
    page: MainWindow, controller: MadeController
) -> None:
    assert page.activity.view.isColumnHidden(Column.MAPPING)
    controller.show_views(view("a"), view("b"))
    assert not page.activity.view.isColumnHidden(Column.MAPPING)
