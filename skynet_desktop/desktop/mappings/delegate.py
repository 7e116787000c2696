"""Paints a mapping as services are painted: a picture, name, folder, place there, state."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from skynet_desktop.desktop import icons, theme, words
from skynet_desktop.desktop.mappings.model import MappingRow, MappingsModel
from skynet_desktop.desktop.tokens import RADIUS, XS, L, M, S

_PICTURE = 24
_RING = 2  # of the focus


class MappingDelegate(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, 3 * option.fontMetrics.lineSpacing() + 2 * XS + 2 * M)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: MappingRow = index.data(MappingsModel.ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option)
        area = option.rect.adjusted(L, M, -L, -M)
        top = area.top() + (area.height() - _PICTURE) // 2
        picture = _mirrored(option, QRect(area.left(), top, _PICTURE, _PICTURE))
        icon = icons.tinted("folder", theme.current().accent_text)
        painter.drawPixmap(picture, icon.pixmap(_PICTURE))
        text = area.adjusted(_PICTURE + L, 0, 0, 0)
        text.setRight(text.right() - _paint_state(painter, option, area, row))
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
    painter: QPainter, option: QStyleOptionViewItem, area: QRect, row: MappingRow
) -> int:
    """The pill at the end of the row; returns the width it took."""
    if row.state is None:
        return 0
    tone = theme.current().state(row.state)
    text = words.state_name(row.state)
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


def _paint_text(
    painter: QPainter, option: QStyleOptionViewItem, area: QRect, row: MappingRow
) -> None:
    tokens = theme.current()
    bold = QFont(option.font)
    bold.setBold(True)
    lines = (
        (row.mapping.name, bold, tokens.text),
        (row.mapping.local, option.font, tokens.text),
        (f"→ {row.place}", option.font, tokens.muted),
    )
    height = option.fontMetrics.lineSpacing()
    for number, (text, font, colour) in enumerate(lines):
        line = QRect(area.left(), area.top() + number * (height + XS), area.width(), height)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        middle = Qt.TextElideMode.ElideMiddle
        shown = QFontMetrics(font).elidedText(text, middle, line.width())
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(_mirrored(option, line), flags, shown)


def _mirrored(option: QStyleOptionViewItem, rect: QRect) -> QRect:
    return QStyle.visualRect(option.direction, option.rect, rect)
