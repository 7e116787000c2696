"""Lists of a mapping that are too long to be held at once: read page by page, off the GUI
thread, as one scrolls.

A source gives the rows after a key, in order, at most so many. A search reads on through the
pages until it has found a page's worth, so it needs no index of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Signal

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.threads import Job
from skynet_desktop.engine.mirror import Mirror

Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")

PAGE = 500
"""Rows that are shown more at once; a source is asked for as many."""

Source = Callable[[Mirror, int, str], Sequence[Row]]
"""(mapping, limit, after) -> the rows after this key. Blocks."""


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """``after`` is where to go on; ``more`` says whether there may be anything."""

    rows: list[Row]
    after: str
    more: bool


def page(
    mirror: Mirror,
    source: Source[Row],
    key: Callable[[Row], str],
    after: str,
    wanted: str,
    cancelled: threading.Event,
) -> Found[Row]:
    """The next rows whose key contains ``wanted``, in any case of letters. Blocks."""
    needle = wanted.casefold()
    rows: list[Row] = []
    while not cancelled.is_set():
        read = list(source(mirror, PAGE, after))
        if read:
            after = key(read[-1])
        rows += [row for row in read if needle in key(row).casefold()]
        if len(read) < PAGE:
            return Found(rows, after, False)
        if len(rows) >= PAGE:
            return Found(rows, after, True)
    return Found(rows, after, True)


class PagedModel(QAbstractTableModel, Generic[Row]):
    """Subclasses say what is in the columns. On the GUI thread."""

    ready = Signal()
    """A page has come, or there is nothing."""
    failed = Signal(Exception)

    columns: type[IntEnum]

    def __init__(
        self,
        controller: Controller,
        name: str,
        source: Source[Row],
        key: Callable[[Row], str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._name = name
        self._source = source
        self._key = key
        self._rows: list[Row] = []
        self._wanted = ""
        self._after = ""
        self._more = True
        self._job: Job | None = None
        self._cancelled = threading.Event()

    @property
    def has_more(self) -> bool:
        """Whether there may be rows that were not read yet."""
        return self._more

    def row(self, number: int) -> Row:
        return self._rows[number]

    def search(self, wanted: str) -> None:
        """Show only what contains this; "" for all. Reads anew."""
        self.stop()
        self.beginResetModel()
        self._rows, self._wanted, self._after, self._more = [], wanted, "", True
        self.endResetModel()
        self.fetchMore()

    def stop(self) -> None:
        """What is being read is wanted no more."""
        self._cancelled.set()
        if self._job is not None:
            self._job.forget()
            self._job = None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def canFetchMore(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        return not parent.isValid() and self._more and self._job is None

    def fetchMore(self, parent: Index = QModelIndex()) -> None:  # noqa: B008
        if not self.canFetchMore(parent):
            return
        source, key, after, wanted = self._source, self._key, self._after, self._wanted
        self._cancelled = cancelled = threading.Event()
        self._job = self._controller.ask(
            self._name,
            lambda mirror: page(mirror, source, key, after, wanted, cancelled),
            while_alive(self, self._on_found),
            while_alive(self, self._on_failed),
        )

    def _on_found(self, found: Found[Row]) -> None:
        self._job = None
        self._after, self._more = found.after, found.more
        if found.rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(found.rows) - 1)
            self._rows += found.rows
            self.endInsertRows()
        self.ready.emit()

    def _on_failed(self, error: Exception) -> None:
        self._job, self._more = None, False
        self.failed.emit(error)
