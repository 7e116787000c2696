"""A sentence that must not be passed over, in a tinted box; gone while there is nothing to say."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import M


class Banner(QFrame):
    def __init__(self, name: str, tone: str = "danger") -> None:
        super().__init__()
        self._words = QLabel()
        self._words.setObjectName(name)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(M, M, M, M)
        row.addWidget(self._words, 1)
        mark(self, "banner", tone)
        self.hide()

    def say(self, words: str) -> None:
        """Shows these words; "" takes the box away."""
        self._words.setText(words)
        self.setVisible(bool(words))
