"""The glyph and colour in which windows show a state."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QLabel

from skynet_desktop.core.events import State
from skynet_desktop.desktop import icons, theme
from skynet_desktop.desktop.tokens import STATE_TONES

_GLYPHS = {
    State.SETUP: "plus",
    State.ACTION_REQUIRED: "warning",
    State.OFFLINE: "cloud-off",
    State.PAUSED: "pause",
    State.ISSUES: "issues",
    State.UPLOADING: "send",
    State.CHECKING: "sync",
    State.UP_TO_DATE: "check-circle",
}


def tinted(glyph: str, colour: str) -> QIcon:
    palette = QPalette()
    palette.setColor(QPalette.ColorGroup.All, QPalette.ColorRole.ButtonText, QColor(colour))
    return icons.symbol(glyph, palette)


def state_pixmap(state: State, label: QLabel, size: int) -> QPixmap:
    """In this size alone: when a state changes, the window must not draw all sizes first."""
    colour = theme.current().state(state).fill
    return icons.picture(_GLYPHS[state], colour, size, label.devicePixelRatioF())


def state_tone(state: State) -> str:
    """The name of the tone, for ``theme.mark``."""
    return STATE_TONES[state]


def pixmap(icon: QIcon, label: QLabel, size: int) -> QPixmap:
    return icon.pixmap(QSize(size, size), label.devicePixelRatioF())
