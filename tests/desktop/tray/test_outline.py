from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from skynet_desktop.core.events import State
from skynet_desktop.desktop.tray.outline import outlined

SIZE = 22


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("panel", ["#1e1e1e", "#5a5a5a", "#dfdfdf", "#ffffff"])
@pytest.mark.parametrize("state", list(State))
def test_it_is_seen_on_any_panel(state: State, panel: str) -> None:
    shown = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    shown.fill(QColor(panel))
    painter = QPainter(shown)
    painter.drawPixmap(0, 0, outlined(state, 3).pixmap(SIZE, SIZE))
    painter.end()
    ground = QColor(panel).lightness()
    strong = sum(
        abs(shown.pixelColor(x, y).lightness() - ground) > 60
        for x in range(SIZE)
        for y in range(SIZE)
    )
    assert strong >= 60
