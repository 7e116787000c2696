"""A page that says one thing and offers what to do: nothing set up yet, settings broken."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.tokens import XL, M, S
from skynet_desktop.desktop.window.parts import column, label, row
from skynet_desktop.desktop.window.state_look import pixmap, tinted

_PICTURE = 96
_WIDTH = 40  # of the text, in letters "m": longer lines read badly


class Notice(QWidget):
    """A picture, a title, a sentence and a row of buttons, in the middle of the page."""

    def __init__(self, title: str, *buttons: QPushButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tinted: tuple[str, str] | None = None
        self._picture = label()
        heading = label(title, "title", wraps=True)
        self._text = label(kind="muted", wraps=True)
        for part in (self._picture, heading, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setMaximumWidth(self.fontMetrics().horizontalAdvance("m") * _WIDTH)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        middle = row(self._text)  # a label that is aligned would not grow with its text
        middle.insertStretch(0, 1)
        middle.addStretch(1)
        middle.setStretch(1, _WIDTH)  # as wide as it may be, before there is room beside it
        choices = row(*buttons)
        choices.insertStretch(0)
        choices.addStretch()
        layout = column(self._picture, heading, space=M, margins=(XL, XL))
        layout.insertStretch(0)
        layout.addLayout(middle)
        layout.addSpacing(S)
        layout.addLayout(choices)
        layout.addStretch()
        self.setLayout(layout)
        theme.signals.changed.connect(self._retint)

    def say(self, text: str) -> None:
        self._text.setText(text)

    def show_icon(self, icon: QIcon) -> None:
        self._picture.setPixmap(pixmap(icon, self._picture, _PICTURE))

    def show_glyph(self, glyph: str, tone: str) -> None:
        """A glyph in a tone's colour, kept right when the theme changes."""
        self._tinted = glyph, tone
        self._retint()

    @Slot()
    def _retint(self) -> None:
        if self._tinted is not None:
            glyph, tone = self._tinted
            icon = tinted(glyph, theme.current().tone(tone).fill)
            self._picture.setPixmap(pixmap(icon, self._picture, _PICTURE // 3))
