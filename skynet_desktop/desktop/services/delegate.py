"""Paints a service: its kind's picture, its name, where it leads, who uses it, how it stands."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from skynet_desktop.desktop import icons, theme, words
from skynet_desktop.desktop.services.chooser import kind_icon
from skynet_desktop.desktop.services.model import ServiceRow, ServicesModel
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import RADIUS, XS, L, M, S

_PICTURE = 24
_RING = 2  # of the focus


class ServiceDelegate(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        lines = 3 * option.fontMetrics.lineSpacing() + 2 * XS
        return QSize(0, lines + 2 * M)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: ServiceRow = index.data(ServicesModel.ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option)
        area = option.rect.adjusted(L, M, -L, -M)
        icon = icons.tinted(kind_icon(row.service.type), theme.current().accent_text)
        top = area.top() + (area.height() - _PICTURE) // 2
        painter.drawPixmap(
            _mirrored(option, QRect(area.left(), top, _PICTURE, _PICTURE)), icon.pixmap(_PICTURE)
        )
        text = area.adjusted(_PICTURE + L, 0, 0, 0)
        text.setRight(text.right() - _paint_state(painter, option, area, row))
        _paint_text(painter, option, text, row)
        painter.restore()


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    tokens = theme.current()
    inner = option.rect.adjusted(_RING, _RING, -_RING, -_RING)
    painter.setPen(Qt.PenStyle.NoPen)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setBrush(QColor(tokens.selection))
        painter.drawRoundedRect(inner, RADIUS, RADIUS)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(QColor(tokens.hover))
        painter.drawRoundedRect(inner, RADIUS, RADIUS)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.accent_text), _RING))
        painter.drawRoundedRect(inner, RADIUS, RADIUS)


def _paint_state(
    painter: QPainter, option: QStyleOptionViewItem, area: QRect, row: ServiceRow
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
    painter: QPainter, option: QStyleOptionViewItem, area: QRect, row: ServiceRow
) -> None:
    tokens = theme.current()
    bold = QFont(option.font)
    bold.setBold(True)
    lines = (
        (row.service.name, bold, tokens.text, Qt.TextElideMode.ElideRight),
        (spoken(row.where), option.font, tokens.text, Qt.TextElideMode.ElideMiddle),
        (row.used_by, option.font, tokens.muted, Qt.TextElideMode.ElideRight),
    )
    height = option.fontMetrics.lineSpacing()
    for number, (text, font, colour, elide) in enumerate(lines):
        line = QRect(area.left(), area.top() + number * (height + XS), area.width(), height)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(text, elide, line.width())
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(_mirrored(option, line), flags, shown)


def _mirrored(option: QStyleOptionViewItem, rect: QRect) -> QRect:
    return QStyle.visualRect(option.direction, option.rect, rect)
