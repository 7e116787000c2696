"""The keyboard alone suffices, and goes from top to bottom."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services import ServiceDialog, ServiceEditor, chooser
from tests.desktop.services.hand import Hand


def stops(hand: Hand) -> list[QWidget]:
    """Where Tab leads, once around."""
    found: list[QWidget] = []
    while (now := QApplication.focusWidget()) is not None and now not in found:
        found.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    return found


@pytest.mark.parametrize("preset", ["aws", "s3-own", "r2", "sftp-password", "sftp-key", "local"])
def test_tab_goes_down_the_form(
    adding: tuple[ServiceEditor, Hand], qtbot: object, preset: str
) -> None:
    editor, hand = adding
    hand.choose(editor, preset)
    hand.line("name").setFocus()
    details = editor.details
    assert details is not None
    inside = [w for w in stops(hand) if details.isAncestorOf(w) and w is not details]
    page = details.widget()
    assert page is not None
    places = [w.mapTo(page, QPoint(0, 0)) for w in inside]
    order = [(place.y() // 24, place.x()) for place in places]  # an eye is lower than its line
    assert len(inside) > 3 and order == sorted(order), [w.objectName() for w in inside]


def test_cards_that_come_before_the_window_is_active_get_the_focus(
    controller: Controller, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = chooser.choices(controller.app)
    monkeypatch.setattr(chooser, "choices", None)  # the dialog's own look fails
    dialog = ServiceDialog(controller)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.isActiveWindow()
    assert dialog.editor.chooser is not None
    dialog.editor.chooser._fill(found)
    hand = Hand(qtbot, dialog)
    hand.until(lambda: hand.sees("preset-aws") and hand.button("preset-aws").hasFocus())


def test_a_folder_is_added_without_a_mouse(
    adding: tuple[ServiceEditor, Hand], controller: Controller, tmp_path: object
) -> None:
    _, hand = adding
    hand.until(lambda: hand.sees("preset-aws") and hand.button("preset-aws").hasFocus())
    for card in stops(hand):
        if card.objectName() == "preset-local":
            card.setFocus()
            QTest.keyClick(card, Qt.Key.Key_Space)
    hand.until(lambda: hand.sees("field-path") and hand.line("path").hasFocus())
    QTest.keyClicks(hand.line("path"), str(tmp_path))
    QTest.keyClick(hand.window, Qt.Key.Key_Return)  # Test
    hand.until(lambda: hand.sees("primary") and hand.button("primary").hasFocus())
    QTest.keyClick(hand.window, Qt.Key.Key_Return)  # Save
    hand.until(lambda: len(controller.settings.services) == 1)
