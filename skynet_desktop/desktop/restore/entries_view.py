"""The list of a folder, handled as file managers do: Enter opens, Backspace goes up, Space
ticks."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.restore.entries import ENTRY_ROLE, EntriesModel, EntryColumn
from skynet_desktop.engine.restoring.catalogue import Entry

_PADDING = 30  # of a cell, with the arrow of the column that sorts
_LEAST_NAME = 24  # letters
_YIELDING = (EntryColumn.MODIFIED, EntryColumn.VERSIONS)  # where it is narrow


class EntriesView(QTableView):
    opened = Signal(object)
    """This folder, or a file whose versions are wanted."""
    upWanted = Signal()

    def __init__(self, model: EntriesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("entries")
        self.setAccessibleName(self.tr("Files and folders at the destination"))
        theme.dress_table(self)
        self.setModel(model)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSortIndicator(EntryColumn.NAME, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorShown(True)
        header.setSectionsClickable(True)
        header.ensurePolished()
        metrics = self.fontMetrics()
        for column, text in {
            EntryColumn.SIZE: words.size(888_800_000),
            EntryColumn.MODIFIED: "88.88.8888 88:88",
            EntryColumn.VERSIONS: "88.88.8888 88:88 - 88 8",
        }.items():
            room = metrics.horizontalAdvance(text) + _PADDING
            self.setColumnWidth(column, max(room, header.sectionSizeHint(column)))
        self.doubleClicked.connect(self._on_opened)

    def current(self) -> Entry | None:
        index = self.currentIndex()
        return index.data(ENTRY_ROLE) if index.isValid() else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        least = self.fontMetrics().averageCharWidth() * _LEAST_NAME
        for column in _YIELDING:
            self.setColumnHidden(column, False)
        for column in _YIELDING:
            self.setColumnHidden(column, self._left() < least)
        self.setColumnWidth(EntryColumn.NAME, max(least, self._left()))

    def _left(self) -> int:
        others = self.horizontalHeader().length() - self.columnWidth(EntryColumn.NAME)
        return self.viewport().width() - others

    @Slot(QModelIndex)
    def _on_opened(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(index.data(ENTRY_ROLE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_opened(self.currentIndex())
        elif key == Qt.Key.Key_Backspace:
            self.upWanted.emit()
        elif key == Qt.Key.Key_Space:
            rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
            self._model.toggle(rows)
        else:
            super().keyPressEvent(event)
