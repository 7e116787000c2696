"""A person's hand at a window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.services import ServiceEditor

WAIT = 20_000
"""Milliseconds that anything may take on a busy machine."""


class Hand:
    """What a person does in a window."""

    def __init__(self, qtbot: QtBot, window: QWidget) -> None:
        self._qtbot = qtbot
        self.window = window

    def line(self, name: str) -> QLineEdit:
        found = [w for w in self.window.findChildren(QLineEdit, f"field-{name}") if w.isVisible()]
        assert len(found) == 1, name
        return found[0]

    def type(self, name: str, text: str) -> None:
        line = self.line(name)
        line.setFocus()
        line.selectAll()
        if text.isascii():
            QTest.keyClicks(line, text)
        else:
            line.insert(text)  # as if pasted: QTest's keyboard knows ASCII only

    def button(self, name: str) -> QPushButton:
        found = [w for w in self.window.findChildren(QPushButton, name) if w.isVisible()]
        assert len(found) == 1, name
        return found[0]

    def sees(self, name: str) -> bool:
        return any(w.isVisible() for w in self.window.findChildren(QWidget, name))

    def press(self, name: str) -> None:
        self._qtbot.waitUntil(
            lambda: self.sees(name) and self.button(name).isEnabled(), timeout=WAIT
        )
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def choose(self, editor: ServiceEditor, preset: str) -> None:
        self.press(f"preset-{preset}")
        self._qtbot.waitUntil(lambda: editor.details is not None, timeout=WAIT)
        details = editor.details
        assert details is not None
        self._qtbot.waitUntil(lambda: details.keyring.is_known, timeout=WAIT)

    def until(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=WAIT)
