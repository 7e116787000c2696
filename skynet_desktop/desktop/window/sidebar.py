"""The navigation at the left: three pages, how many issues there are, and the settings."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.desktop import icons, theme, words
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.tokens import L, M, S
from skynet_desktop.desktop.window.parts import row

_PLACE = Qt.ItemDataRole.UserRole
_COUNT = Qt.ItemDataRole.UserRole + 1
_MOST = 999
_GLYPHS = {Place.OVERVIEW: "overview", Place.ACTIVITY: "activity", Place.ISSUES: "issues"}


class Sidebar(QWidget):
    """Says where the person wants to go; shows where the window is."""

    wanted = Signal(Place)
    settingsWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget()
        self._list.setObjectName("pages")
        self._list.setAccessibleName(self.tr("Pages"))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setIconSize(QSize(20, 20))
        theme.mark(self._list, kind="sidebar")
        self._list.setItemDelegate(_Badged(self._list))
        self._items = {
            Place.OVERVIEW: self._item(Place.OVERVIEW, self.tr("Overview")),
            Place.ACTIVITY: self._item(Place.ACTIVITY, self.tr("Activity")),
            Place.ISSUES: self._item(Place.ISSUES, self.tr("Issues")),
        }
        self._list.currentItemChanged.connect(self._on_current)
        gear = QToolButton()
        gear.setObjectName("gear")
        gear.setText(self.tr("Settings"))
        gear.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        gear.setIconSize(QSize(20, 20))
        gear.setToolTip(self.tr("Settings (Ctrl+,)"))
        gear.clicked.connect(self.settingsWanted)
        theme.mark(gear, kind="flat")
        icons.follow(gear, "gear")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, M, 0, M)
        layout.addWidget(self._list, 1)
        foot = row(gear)
        foot.setContentsMargins(S, 0, S, 0)
        foot.addStretch()
        layout.addLayout(foot)
        self._fit()
        self._paint_icons()
        theme.signals.changed.connect(self._paint_icons)

    def show_place(self, place: Place) -> None:
        self._list.setCurrentItem(self._items[place])

    def show_issues(self, count: int) -> None:
        item = self._items[Place.ISSUES]
        if item.data(_COUNT) != count:
            item.setData(_COUNT, count)
            name = self.tr("Issues")
            spoken = f"{name}: {words.issues(count)}" if count else name
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def _item(self, place: Place, text: str) -> QListWidgetItem:
        item = QListWidgetItem(text, self._list)
        item.setData(_PLACE, place)
        item.setData(_COUNT, 0)
        return item

    def _fit(self) -> None:
        """Room for the longest name in any language, and for the badge."""
        metrics = self.fontMetrics()
        texts = max(metrics.horizontalAdvance(item.text()) for item in self._items.values())
        badge = metrics.horizontalAdvance(f"{_MOST}+")
        self.setFixedWidth(texts + badge + 20 + 2 * L + 4 * S + L)

    @Slot()
    def _paint_icons(self) -> None:
        for place, item in self._items.items():
            item.setIcon(icons.symbol(_GLYPHS[place], self.palette()))

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current(self, item: QListWidgetItem | None, _: QListWidgetItem | None) -> None:
        if item is not None:
            self.wanted.emit(Place(item.data(_PLACE)))


class _Badged(QStyledItemDelegate):
    """Paints how many there are, at the end of the row."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        count: int = index.data(_COUNT)
        if not count:
            return
        tone = theme.current().warning
        text = words.number(count) if count <= _MOST else f"{_MOST}+"
        font = QFont(painter.font())
        font.setBold(True)
        room: QRectF = QRectF(option.rect)
        painter.save()
        painter.setFont(font)
        metrics = painter.fontMetrics()
        height = metrics.height() + 2
        width = max(height, metrics.horizontalAdvance(text) + L)
        pill = QRectF(room.right() - width - S, room.center().y() - height / 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tone.soft))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(QColor(tone.text))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
