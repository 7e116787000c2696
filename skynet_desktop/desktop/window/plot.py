"""How fast bytes arrived over the last minutes, drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.window.scale import smooth, top_of
from skynet_desktop.engine.meter import Meter

_TICK_MS = 1_000
_LINES = 2  # between the bottom and the top


class ThroughputPlot(QWidget):
    """Looks at the meter once a second, and only while somebody can see it."""

    def __init__(self, meter: Meter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meter = meter
        self._values: list[float] = []
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.refresh)
        self.setObjectName("throughput")
        self.setAccessibleName(self.tr("Speed over the last minutes"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        theme.signals.changed.connect(self.update)

    @Slot()
    def refresh(self) -> None:
        self._values = smooth(self._meter.series())
        now = words.rate(self._meter.speed())
        self.setAccessibleDescription(self.tr("Now {0}").format(now))
        self.update()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 20, line * 7)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        if len(self._values) < 2 or not area.contains(event.position()):
            QToolTip.hideText()
            return
        place = round((event.position().x() - area.left()) / self._step(area))
        place = min(place, len(self._values) - 1)
        passed = len(self._values) - 1 - place
        when = words.duration(passed) if passed else ""
        speed = words.rate(self._values[place])
        text = self.tr("{0}, {1} ago").format(speed, when) if when else speed
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    # --- drawing ------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area, top = self._area(), top_of(max(self._values, default=0.0))
            self._paint_scale(painter, area, top)
            if len(self._values) > 1:
                self._paint_values(painter, area, top)

    def _paint_scale(self, painter: QPainter, area: QRectF, top: float) -> None:
        tokens = theme.current()
        metrics = self.fontMetrics()
        for line in range(_LINES + 1):
            y = area.bottom() - area.height() * line / _LINES
            painter.setPen(QPen(QColor(tokens.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(tokens.muted))
            text = words.rate(top * line / _LINES) if line else "0"
            room = QRectF(0, y - metrics.height() / 2, area.left() - 8, metrics.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight, text)
        below = QRectF(area.left(), area.bottom() + 4, area.width(), metrics.height())
        seconds = max(len(self._values), 1)
        ago = self.tr("{0} ago").format(words.duration(seconds))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, ago)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self.tr("now"))

    def _paint_values(self, painter: QPainter, area: QRectF, top: float) -> None:
        fill = theme.current().info.fill
        step = self._step(area)
        left, bottom, by = area.left(), area.bottom(), area.height() / top
        points = [QPointF(left + n * step, bottom - by * v) for n, v in enumerate(self._values)]
        line = QPainterPath()
        line.addPolygon(points)
        under = QPainterPath(line)
        under.lineTo(area.right(), area.bottom())
        under.lineTo(area.left(), area.bottom())
        shade = QLinearGradient(area.topLeft(), area.bottomLeft())
        shade.setColorAt(0, _faint(fill, 110))
        shade.setColorAt(1, _faint(fill, 20))
        painter.fillPath(under, shade)
        painter.strokePath(line, QPen(QColor(fill), 2))

    def _area(self) -> QRectF:
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance(words.rate(888_800_000)) + 8
        half = metrics.height() / 2
        room = self.width() - left - 2, self.height() - half - metrics.height() - 6
        return QRectF(left, half, max(1.0, room[0]), max(1.0, room[1]))

    def _step(self, area: QRectF) -> float:
        return area.width() / (len(self._values) - 1)


def _faint(colour: str, alpha: int) -> QColor:
    faint = QColor(colour)
    faint.setAlpha(alpha)
    return faint
