"""A table that keeps its place while rows come in above it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPersistentModelIndex, QPoint, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from skynet_desktop.core.actions import Kind
from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.window import activity_columns as columns
from skynet_desktop.desktop.window.activity_columns import Column
from skynet_desktop.desktop.window.activity_delegates import (
    NameDelegate,
    ProgressDelegate,
    StateDelegate,
)
from skynet_desktop.desktop.window.activity_model import ActivityModel
from skynet_desktop.desktop.window.activity_row import RowState

_PADDING = 30  # of a cell, with the arrow of the column that sorts
_ICON = 24
_LEAST_NAME = 20  # letters
_YIELDING = (Column.SPEED, Column.ACTION)  # where it is narrow; how it went matters more


class ActivityView(QTableView):
    """At the top it follows what is new; anywhere else the rows in view stay where they are."""

    def __init__(self, model: ActivityModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._top: QPersistentModelIndex | None = None
        self._above = 0
        self.setObjectName("activity")
        self.setAccessibleName(self.tr("The last actions"))
        theme.dress_table(self)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setModel(model)
        self._delegates = (NameDelegate(self), ProgressDelegate(self), StateDelegate(self))
        for column, delegate in zip(
            (Column.NAME, Column.PROGRESS, Column.STATE), self._delegates, strict=True
        ):
            self.setItemDelegateForColumn(column, delegate)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.ensurePolished()  # it has a font of its own
        for column, text in self._widest().items():
            room = self.fontMetrics().horizontalAdvance(text) + _PADDING
            title = header.sectionSizeHint(column)
            self.setColumnWidth(column, max(room, title) + (column is Column.STATE) * _ICON)
        header.setSortIndicator(Column.WHEN, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        model.aboutToFeed.connect(self._keep)
        model.fed.connect(self._restore)

    def _widest(self) -> dict[Column, str]:
        """What is to fit into the columns, in the person's language and locale."""
        actions = [columns.action_name(kind) for kind in Kind]
        usual = (RowState.RUNNING, RowState.DONE, RowState.FAILED)
        states = [columns.state_name(state) for state in usual]
        return {
            Column.MAPPING: "Documents",
            Column.ACTION: max(actions, key=len),
            Column.SIZE: words.size(888_800_000),
            Column.PROGRESS: "Progress",
            Column.SPEED: words.rate(888_800_000),
            Column.STATE: max(states, key=len),
            Column.WHEN: words.time_of(datetime.now().astimezone()),
        }

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_name()

    def fit_name(self) -> None:
        """The name gets what the others leave. If that is too little, some of them go, and
        then the table scrolls."""
        least = self.fontMetrics().averageCharWidth() * _LEAST_NAME
        for column in _YIELDING:
            self.setColumnHidden(column, False)
        for column in _YIELDING:
            self.setColumnHidden(column, self._left_for_name() < least)
        self.setColumnWidth(Column.NAME, max(least, self._left_for_name()))

    def _left_for_name(self) -> int:
        others = self.horizontalHeader().length() - self.columnWidth(Column.NAME)
        return self.viewport().width() - others

    @Slot()
    def _keep(self) -> None:
        self._top = None
        if self.verticalScrollBar().value() > 0:
            index = self.indexAt(QPoint(1, 0))
            if index.isValid():
                self._top = QPersistentModelIndex(index)
                self._above = self.rowViewportPosition(index.row())

    @Slot()
    def _restore(self) -> None:
        top, self._top = self._top, None
        if top is None or not top.isValid():
            return
        self.updateGeometries()
        height = self.verticalHeader().defaultSectionSize()
        self.verticalScrollBar().setValue(top.row() * height - self._above)
