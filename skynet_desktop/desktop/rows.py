"""Rows of the lists in the settings: a picture, three lines, and a state, painted alike."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from skynet_desktop.core.events import State
from skynet_desktop.desktop import icons, theme, words
from skynet_desktop.desktop.tokens import RADIUS, XS, L, M, S

_PICTURE = 24
_RING = 2  # of the focus
_MIDDLE = Qt.TextElideMode.ElideMiddle

Index = QModelIndex | QPersistentModelIndex


class Line(NamedTuple):
    """Cut where there is no room for all of it."""

    text: str
    elide: Qt.TextElideMode = _MIDDLE


class Shown(NamedTuple):
    """What a row says: the name of its symbol, a bold line, a plain and a muted one."""

    symbol: str
    title: Line
    place: Line
    more: Line
    state: State | None = None


class RowDelegate(QStyledItemDelegate):
    """Others say what is shown."""

    def shown(self, index: Index) -> Shown:
        raise NotImplementedError

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, 3 * option.fontMetrics.lineSpacing() + 2 * XS + 2 * M)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self.shown(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option)
        area = option.rect.adjusted(L, M, -L, -M)
        top = area.top() + (area.height() - _PICTURE) // 2
        picture = _mirrored(option, QRect(area.left(), top, _PICTURE, _PICTURE))
        icon = icons.tinted(row.symbol, theme.current().accent_text)
        painter.drawPixmap(picture, icon.pixmap(_PICTURE))
        text = area.adjusted(_PICTURE + L, 0, 0, 0)
        text.setRight(text.right() - _paint_state(painter, option, area, row.state))
        _paint_text(painter, option, text, row)
        painter.restore()


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    tokens = theme.current()
    inner = option.rect.adjusted(_RING, _RING, -_RING, -_RING)
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    painter.setPen(Qt.PenStyle.NoPen)
    if selected or option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(QColor(tokens.selection if selected else tokens.hover))
        painter.drawRoundedRect(inner, RADIUS, RADIUS)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.accent_text), _RING))
        painter.drawRoundedRect(inner, RADIUS, RADIUS)


def _paint_state(
    painter: QPainter, option: QStyleOptionViewItem, area: QRect, state: State | None
) -> int:
    """The pill at the end of the row; returns the width it took."""
    if state is None:
        return 0
    tone = theme.current().state(state)
    text = words.state_name(state)
    metrics = option.fontMetrics
    width, height = metrics.horizontalAdvance(text) + 2 * M, metrics.height() + XS
    top = area.top() + (area.height() - height) // 2
    pill = _mirrored(option, QRect(area.right() - width, top, width, height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tone.soft))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    painter.setPen(QColor(tone.text))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
    return width + S


def _paint_text(painter: QPainter, option: QStyleOptionViewItem, area: QRect, row: Shown) -> None:
    tokens = theme.current()
    bold = QFont(option.font)
    bold.setBold(True)
    lines = (
        (row.title, bold, tokens.text),
        (row.place, option.font, tokens.text),
        (row.more, option.font, tokens.muted),
    )
    height = option.fontMetrics.lineSpacing()
    for number, (line, font, colour) in enumerate(lines):
        room = QRect(area.left(), area.top() + number * (height + XS), area.width(), height)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        text = QFontMetrics(font).elidedText(line.text, line.elide, room.width())
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(_mirrored(option, room), flags, text)


def _mirrored(option: QStyleOptionViewItem, rect: QRect) -> QRect:
    return QStyle.visualRect(option.direction, option.rect, rect)
