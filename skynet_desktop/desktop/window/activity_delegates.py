"""How two cells of the activity table look: the progress as a bar, the state with a glyph."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from skynet_desktop.core.actions import Kind
from skynet_desktop.desktop import theme
from skynet_desktop.desktop.tokens import S
from skynet_desktop.desktop.window.activity_model import ROW_ROLE
from skynet_desktop.desktop.window.activity_row import Row, RowState
from skynet_desktop.desktop.window.state_look import tinted

_BAR = 6
_GLYPHS = {
    RowState.RUNNING: ("send", "info"),
    RowState.WAITING: ("clock", "neutral"),
    RowState.FAILED: ("warning", "warning"),
    RowState.LAPSED: ("minus", "neutral"),
    RowState.DONE: ("check", "success"),
}
_Index = QModelIndex | QPersistentModelIndex


class ProgressDelegate(QStyledItemDelegate):
    """A bar while a file is on its way; before and after there is nothing to measure."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: Row = index.data(ROW_ROLE)
        under_way = row.state <= RowState.WAITING and row.action is Kind.SEND
        _paint_back(painter, option, index, self)
        if not under_way:
            return
        tokens = theme.current()
        room = QRectF(option.rect).adjusted(S, 0, -S, 0)
        bar = QRectF(room.left(), room.center().y() - _BAR / 2, room.width(), _BAR)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.sunken))
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        if row.share > 0:
            running = row.state is RowState.RUNNING
            painter.setBrush(QColor(tokens.accent if running else tokens.neutral.fill))
            bar.setWidth(max(_BAR, bar.width() * row.share))
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        painter.restore()


class StateDelegate(QStyledItemDelegate):
    """A glyph before the words: colour alone says nothing to some."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        super().initStyleOption(option, index)
        row: Row = index.data(ROW_ROLE)
        glyph, tone = _GLYPHS[row.state]
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        option.icon = tinted(glyph, theme.current().tone(tone).fill)


class NameDelegate(QStyledItemDelegate):
    """A path is cut in its middle: both the folder and the ending say something."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


def _paint_back(
    painter: QPainter, option: QStyleOptionViewItem, index: _Index, delegate: QStyledItemDelegate
) -> None:
    """Selection and focus as the other cells show them."""
    empty = QStyleOptionViewItem(option)
    delegate.initStyleOption(empty, index)
    empty.text = ""
    view = option.widget
    view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, empty, painter, view)
