"""A dark rim around a light icon, for panels whose colour nobody tells: on Linux a panel may be
light or dark whatever the windows are. On a dark one the rim is hardly seen."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QIcon, QImage, QPainter

from skynet_desktop.core.events import State
from skynet_desktop.desktop import icons

_RIM = "#2b3542"
_STEPS = 16


def prepare() -> None:
    """Draw all ahead, as :func:`icons.prepare` does. Safe from any thread."""
    for state, frame in icons.tray_frames():
        _images(state, frame)


@cache
def outlined(state: State, frame: int) -> QIcon:
    """The tray icon for dark panels, which reads on light ones, too. GUI thread only."""
    return icons.from_images(_images(state, frame))


@cache
def _images(state: State, frame: int) -> list[QImage]:
    return [_with_rim(image) for image in icons.tray_images(state, icons.Scheme.DARK, frame)]


def _with_rim(image: QImage) -> QImage:
    image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    shape = image.copy()
    painter = QPainter(shape)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(shape.rect(), QColor(_RIM))
    painter.end()
    width = max(1.0, image.width() / 24)
    made = QImage(image.size(), image.format())
    made.fill(0)
    painter = QPainter(made)
    for step in range(_STEPS):
        angle = math.tau * step / _STEPS
        painter.drawImage(QPointF(width * math.cos(angle), width * math.sin(angle)), shape)
    painter.drawImage(0, 0, image)
    painter.end()
    return made
