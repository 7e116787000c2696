"""A long list with a search line above it and a count below: the view of a ``PagedModel``."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.paging import PagedModel
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import S
from skynet_desktop.desktop.window.parts import column, label, search_field

_TYPING_MS = 200


class PagedList(QWidget):
    """``stretching`` is the column that gets what the others leave."""

    read = Signal()
    """A page has come."""

    def __init__(self, name: str, title: str, model: PagedModel[Any], stretching: int = 0) -> None:
        super().__init__()
        self.model = model
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._search)
        self.search = search_field(self.tr("Search by name"), f"search-{name}")
        self.search.textChanged.connect(self._typing.start)
        self.view = QTableView()
        self.view.setObjectName(name)
        self.view.setAccessibleName(title)
        theme.dress_table(self.view)
        self.view.setModel(model)
        self.view.setTabKeyNavigation(False)
        self.view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.view.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.view.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(stretching, QHeaderView.ResizeMode.Stretch)
        copy = QAction(self.tr("Copy path"), self.view)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy)
        self.view.addAction(copy)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._count = label(kind="caption", name=f"count-{name}", wraps=True)
        layout = column(self.search, self.view, self._count, space=S)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        model.ready.connect(self._on_ready)
        model.failed.connect(self._on_failed)

    def start(self) -> None:
        """Read from the beginning."""
        self._search()

    def stop(self) -> None:
        self._typing.stop()
        self.model.stop()

    @Slot()
    def _search(self) -> None:
        self._typing.stop()
        self._count.setText(self.tr("Looking…"))
        self.model.search(self.search.text().strip())

    @Slot()
    def _on_ready(self) -> None:
        shown, more = self.model.rowCount(), self.model.has_more
        if more:
            text = self.tr("The first {0} are shown; scroll for more").format(words.number(shown))
        elif shown:
            text = words.files(shown)
        elif self.search.text().strip():
            text = self.tr("No file fits the search.")
        else:
            text = ""
        self._count.setText(text)
        self.read.emit()

    @Slot(Exception)
    def _on_failed(self, error: Exception) -> None:
        self._count.setText(spoken(str(error)))

    @Slot()
    def _copy(self) -> None:
        rows = sorted({index.row() for index in self.view.selectionModel().selectedIndexes()})
        if rows:
            paths = [str(self.model.index(row, 0).data()) for row in rows]
            QGuiApplication.clipboard().setText("\n".join(paths))
