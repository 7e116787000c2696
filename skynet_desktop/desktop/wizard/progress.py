"""The slim line at the top: which steps there are, and which of them one is at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.tokens import FONT_SCALE, XS, S

_BAR = 4


class Progress(QWidget):
    """A segment a step, with its name. Names that have no room are cut, but never the one of
    the step one is at."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = list(names)
        self._at = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.signals.changed.connect(self.update)

    def show_step(self, number: int) -> None:
        self._at = number
        self.setAccessibleName(
            self.tr("Step {0} of {1}: {2}").format(
                number + 1, len(self._names), self._names[number]
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_BAR * len(self._names), _BAR + XS + QFontMetrics(self._font()).height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current()
        for number, place in enumerate(self._places()):
            bar = QRect(place.left(), 0, place.width(), _BAR)
            done = number <= self._at
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent_text if done else colours.border))
            painter.drawRoundedRect(self._turned(bar), _BAR / 2, _BAR / 2)
            font = self._font()
            font.setBold(number == self._at)
            painter.setFont(font)
            painter.setPen(QColor(colours.text if number == self._at else colours.muted))
            line = place.adjusted(0, _BAR + XS, 0, 0)
            words = QFontMetrics(font).elidedText(
                self._names[number], Qt.TextElideMode.ElideRight, line.width()
            )
            flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
            painter.drawText(self._turned(line), flags, words)

    def _places(self) -> list[QRect]:
        """The step one is at gets the room its name needs; the others share what is left."""
        count = len(self._names)
        room = self.width() - S * (count - 1)
        bold = self._font()
        bold.setBold(True)
        needed = QFontMetrics(bold).horizontalAdvance(self._names[self._at]) + S
        own = max(room // count, min(needed, room))
        others = (room - own) // max(1, count - 1)
        places, left = [], 0
        for number in range(count):
            width = own if number == self._at else others
            places.append(QRect(left, 0, width, self.height()))
            left += width + S
        return places

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * FONT_SCALE["caption"])
        return font

    def _turned(self, rect: QRect) -> QRect:
        """From right to left where one reads so."""
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)
