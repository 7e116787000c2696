"""One folder of a destination, or what a search found there, as a list with boxes to tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication

from skynet_desktop.desktop import icons, words
from skynet_desktop.desktop.headed import Headed
from skynet_desktop.desktop.restore.chosen import Chosen
from skynet_desktop.engine.restoring.catalogue import Entry

Index = QModelIndex | QPersistentModelIndex
_translate = QCoreApplication.translate
_JUST_BEFORE = 0.001  # seconds: as of then, what went at a moment was still there

ENTRY_ROLE = Qt.ItemDataRole.UserRole
"""The :class:`Entry`."""


class EntryColumn(IntEnum):
    NAME = 0
    SIZE = 1
    MODIFIED = 2
    VERSIONS = 3


def ordered(entries: Sequence[Entry], column: EntryColumn, descending: bool) -> list[Entry]:
    """Folders first, whichever way files are sorted. Takes a moment for very many."""

    def key(entry: Entry) -> tuple[Any, ...]:
        name = (entry.path.casefold(), entry.path)
        if column is EntryColumn.SIZE:
            return entry.size, *name
        if column is EntryColumn.MODIFIED:
            return entry.mtime_ns or 0, *name
        if column is EntryColumn.VERSIONS:
            return entry.kept_until or 0.0, entry.states, *name
        return name

    found = sorted(entries, key=key, reverse=descending)
    return sorted(found, key=lambda entry: not entry.is_folder)


def time_of(entry: Entry, at: float | None) -> float | None:
    """As of when an entry is to be brought back that was found while one looked at ``at``: what
    a search found may be gone by now."""
    if at is None and entry.kept_until is not None:
        return entry.kept_until - _JUST_BEFORE
    return at


class EntriesModel(Headed, QAbstractTableModel):
    """On the GUI thread."""

    chosenChanged = Signal()

    def __init__(self, chosen: Chosen, parent: QObject) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self._entries: list[Entry] = []
        self._at: float | None = None
        self._with_paths = False

    def show(self, entries: list[Entry], at: float | None, *, with_paths: bool) -> None:
        """``with_paths`` tells of each where it is: a search finds them anywhere."""
        self.beginResetModel()
        self._entries, self._at, self._with_paths = entries, at, with_paths
        self.endResetModel()

    @property
    def entries(self) -> Sequence[Entry]:
        """All that is shown; it is never changed in place."""
        return self._entries

    def entry(self, row: int) -> Entry:
        return self._entries[row]

    def toggle(self, rows: Sequence[int]) -> None:
        """Choose all of these; or none of them any more, if all are chosen."""
        free = [entry for row in rows if not self._is_inside(entry := self._entries[row])]
        if not free:
            return
        drop = all(self._chosen.holds(entry.path) for entry in free)
        for entry in free:
            at = time_of(entry, self._at)
            if drop:
                self._chosen.drop(entry.path)
            else:
                self._chosen.add(entry.path, at, beside=at != self._at)
        self.follow_chosen()
        self.chosenChanged.emit()

    def _is_inside(self, entry: Entry) -> bool:
        """Of a folder that was chosen."""
        return self._chosen.above(entry.path, time_of(entry, self._at))

    def follow_chosen(self) -> None:
        """What is chosen is other than before."""
        if self._entries:
            last = self.index(len(self._entries) - 1, EntryColumn.NAME)
            ticks = [int(Qt.ItemDataRole.CheckStateRole)]
            self.dataChanged.emit(self.index(0, EntryColumn.NAME), last, ticks)

    # --- what views ask for -------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(EntryColumn)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() != EntryColumn.NAME or self._is_inside(self._entries[index.row()]):
            return flags
        return flags | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry, column = self._entries[index.row()], EntryColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(entry, column)
        if role == ENTRY_ROLE:
            return entry
        if column is EntryColumn.NAME:
            return self._of_name(entry, role)
        if role == Qt.ItemDataRole.TextAlignmentRole and column is EntryColumn.SIZE:
            return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
        return None

    def _of_name(self, entry: Entry, role: int) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole:
            chosen = self._chosen.holds(entry.path) or self._is_inside(entry)
            return Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole:
            glyph = "folder" if entry.is_folder else "file"
            return icons.symbol(glyph, QGuiApplication.palette())
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            kind = self.tr("folder") if entry.is_folder else self.tr("file")
            return f"{self._text(entry, EntryColumn.NAME)}, {kind}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.toggle([index.row()])
        return True

    def titles(self) -> Mapping[int, str]:
        return {
            EntryColumn.NAME: self.tr("Name"),
            EntryColumn.SIZE: self.tr("Size"),
            EntryColumn.MODIFIED: self.tr("Modified"),
            EntryColumn.VERSIONS: self.tr("Versions"),
        }

    def _text(self, entry: Entry, column: EntryColumn) -> str:
        if column is EntryColumn.NAME:
            return entry.path if self._with_paths else entry.name
        if column is EntryColumn.SIZE:
            return "" if entry.is_folder else words.size(entry.size)
        if column is EntryColumn.MODIFIED:
            return modified(entry.mtime_ns)
        return _versions(entry)


def modified(mtime_ns: int | None) -> str:
    """When a file was last written, as it says itself; "" where nobody knows."""
    if mtime_ns is None:
        return ""
    try:
        return words.time_of(datetime.fromtimestamp(mtime_ns / 1e9, UTC))
    except (OverflowError, OSError, ValueError):
        return ""


def _versions(entry: Entry) -> str:
    parts = []
    if entry.kept_until is not None:
        until = words.time_of(datetime.fromtimestamp(entry.kept_until, UTC))
        parts.append(_translate("restore", "until {0}").format(until))
    if entry.states > 1:
        parts.append(_translate("restore", "%Ln version(s)", None, entry.states))
    return " · ".join(parts)
