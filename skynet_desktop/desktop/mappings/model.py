"""The mappings as a list: from where, to where, how each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from skynet_desktop.core.events import State
from skynet_desktop.desktop import words
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.settings import MappingSettings, Settings

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


@dataclass(frozen=True, slots=True)
class MappingRow:
    """``state`` is None until the engine has told it."""

    mapping: MappingSettings
    state: State | None = None

    @property
    def place(self) -> str:
        """Service and folder there."""
        mapping = self.mapping
        return f"{mapping.service}: {mapping.remote}" if mapping.remote else mapping.service

    @property
    def sentence(self) -> str:
        """All of it, for who cannot see the row."""
        state = words.state_name(self.state) if self.state else ""
        parts = (self.mapping.name, f"{self.mapping.local} → {self.place}", state)
        return ", ".join(part for part in parts if part)


class MappingsModel(QAbstractListModel):
    ROW = Qt.ItemDataRole.UserRole

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[MappingRow] = []

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == self.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.mapping.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.sentence
        return None

    def row_of(self, name: str) -> int:
        """Where this mapping stands; -1 if there is none."""
        names = [row.mapping.name for row in self._rows]
        return names.index(name) if name in names else -1

    def show(self, settings: Settings, snapshot: Snapshot) -> None:
        """Names that stay keep their rows, so that the selection does too."""
        rows = [MappingRow(m, _state(m.name, snapshot)) for m in settings.mappings.values()]
        if [row.mapping.name for row in rows] != [row.mapping.name for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        self._replace(rows)

    def follow(self, snapshot: Snapshot) -> None:
        """Show how the mappings stand now."""
        self._replace(
            [replace(row, state=_state(row.mapping.name, snapshot)) for row in self._rows]
        )

    def _replace(self, rows: Sequence[MappingRow]) -> None:
        for number, row in enumerate(rows):
            if row != self._rows[number]:
                self._rows[number] = row
                index = self.index(number)
                self.dataChanged.emit(index, index)


def _state(name: str, snapshot: Snapshot) -> State | None:
    view = snapshot.find(name)
    return view.state if view is not None else None
