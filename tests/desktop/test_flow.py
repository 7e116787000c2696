from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.flow import Flow, FlowRow


def made(qtbot: QtBot) -> tuple[QWidget, list[QPushButton]]:
    window = QWidget()
    qtbot.addWidget(window)
    buttons = [QPushButton(f"A button {number}") for number in range(4)]
    window.setLayout(Flow(*buttons, space=8))
    window.show()
    return window, buttons


def places(window: QWidget, buttons: list[QPushButton], width: int) -> list[tuple[int, int]]:
    window.resize(width, window.heightForWidth(width))
    layout = window.layout()
    assert layout is not None and layout.activate() is not None
    return [(b.y(), b.x()) for b in buttons if b.isVisible()]


def test_all_in_a_line_where_there_is_room(qtbot: QtBot) -> None:
    window, buttons = made(qtbot)
    found = places(window, buttons, window.sizeHint().width())
    assert {top for top, _ in found} == {0}
    assert all(left < right for left, right in pairwise(found))


def test_it_goes_on_below_where_there_is_none(qtbot: QtBot) -> None:
    window, buttons = made(qtbot)
    found = places(window, buttons, buttons[0].sizeHint().width() * 2 + 10)
    assert len({top for top, _ in found}) == 2 and found == sorted(found)
    assert window.rect().contains(buttons[3].geometry())


def test_what_is_hidden_takes_no_room(qtbot: QtBot) -> None:
    window, buttons = made(qtbot)
    before = window.sizeHint().width()
    buttons[1].hide()
    assert window.sizeHint().width() < before
    assert places(window, buttons, before)[1][1] == buttons[1].x()


def test_from_right_to_left(qtbot: QtBot) -> None:
    window, buttons = made(qtbot)
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    places(window, buttons, window.sizeHint().width())
    assert [b.x() for b in buttons] == sorted((b.x() for b in buttons), reverse=True)


def _row_in_a_window(qtbot: QtBot, *others: QWidget) -> tuple[QWidget, FlowRow]:
    window = QWidget()
    qtbot.addWidget(window)
    row = FlowRow(*[QPushButton(f"A button {number}") for number in range(4)], space=8)
    layout = QVBoxLayout(window)
    for widget in (row, *others):
        layout.addWidget(widget)
    layout.addStretch()
    window.resize(row.sizeHint().width() + 50, 400)
    window.show()
    qtbot.waitUntil(lambda: row.height() == row.sizeHint().height() == row.minimumHeight())
    return window, row


def test_a_row_is_as_high_as_its_lines(qtbot: QtBot) -> None:
    """Its height follows its width without being asked for."""
    below = QPushButton("below")
    window, row = _row_in_a_window(qtbot, below)
    one_line = row.height()
    window.resize(row.sizeHint().width() // 2, 400)
    qtbot.waitUntil(lambda: row.height() > one_line and below.y() > row.geometry().bottom())
    window.resize(row.sizeHint().width() + 50, 400)
    qtbot.waitUntil(lambda: row.height() == one_line)


def test_a_row_follows_what_is_in_it(qtbot: QtBot) -> None:
    _, row = _row_in_a_window(qtbot)
    one_line = row.height()
    first, second, third, last = row.findChildren(QPushButton)
    last.setText("A button that says more than there is room for")
    qtbot.waitUntil(lambda: row.height() > one_line and last.y() > third.y())
    last.hide()
    qtbot.waitUntil(lambda: row.height() == one_line)
    second.hide()
    qtbot.waitUntil(lambda: third.x() == first.width() + 8)
    last.show()
    qtbot.waitUntil(lambda: last.isVisible() and last.geometry().bottom() < row.height())


def test_a_row_is_not_asked_when_a_text_beside_it_changes(qtbot: QtBot) -> None:
    text = QLabel("a text that wraps")
    text.setWordWrap(True)
    window, row = _row_in_a_window(qtbot, text)
    asked: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(row.layout()), "places", lambda _, width: asked.append(width))
        for number in range(20):
            text.setText("word " * number)
            layout = window.layout()
            assert layout is not None and layout.activate() is not None
    assert not asked
