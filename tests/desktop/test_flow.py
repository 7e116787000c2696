from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.flow import Flow


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
