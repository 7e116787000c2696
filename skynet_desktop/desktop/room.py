"""How large windows open: as designed, but never larger than the screen has room for."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_FRAME = 40  # of the window manager, around a window


def open_at(window: QWidget, wanted: QSize) -> None:
    """Give it this size, or what fits on its screen."""
    room = window.screen().availableSize() - QSize(_FRAME, _FRAME)
    window.resize(wanted.boundedTo(room))
