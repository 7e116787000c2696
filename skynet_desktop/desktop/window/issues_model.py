"""The issues as a tree of two levels: mappings, and the paths that each could not handle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from skynet_desktop.desktop import words
from skynet_desktop.desktop.headed import Headed
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.engine.issues import Issue

Index = QModelIndex | QPersistentModelIndex
_GROUP = 0  # the internal id of a group's row; an issue's is its group's number + 1

ISSUE_ROLE = Qt.ItemDataRole.UserRole
"""(name of the mapping, :class:`Issue`); the issue is None for a group."""


class IssueColumn(IntEnum):
    FILE = 0
    WHY = 1
    SINCE = 2


class IssuesModel(Headed, QAbstractItemModel):
    """On the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: list[tuple[str, Sequence[Issue]]] = []

    def show(self, issues: Mapping[str, Sequence[Issue]]) -> bool:
        """Show these; whether they are others than before. Resets the model then."""
        groups = [(name, found) for name, found in issues.items() if found]
        if groups == self._groups:
            return False
        self.beginResetModel()
        self._groups = groups
        self.endResetModel()
        return True

    def paths(self) -> set[tuple[str, str]]:
        """All (mapping, path) that are shown."""
        return {(name, issue.path) for name, issues in self._groups for issue in issues}

    def find(self, mapping: str, path: str = "") -> QModelIndex:
        """The row of this path, or of the mapping; invalid if there is none."""
        for number, (name, issues) in enumerate(self._groups):
            if name == mapping:
                group = self.index(number, 0)
                if not path:
                    return group
                for row, issue in enumerate(issues):
                    if issue.path == path:
                        return self.index(row, 0, group)
        return QModelIndex()

    # --- what views ask for -------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _GROUP)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override] # noqa: B008
        if not index.isValid() or index.internalId() == _GROUP:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, _GROUP)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._groups)
        if parent.internalId() != _GROUP or parent.column() > 0:
            return 0
        return len(self._groups[parent.row()][1])

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(IssueColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        name, issue = self._at(index)
        if role == ISSUE_ROLE:
            return name, issue
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(name, issue, IssueColumn(index.column()), index.row())
        if role == Qt.ItemDataRole.ToolTipRole and issue is not None:
            return spoken(issue.reason) if index.column() == IssueColumn.WHY else issue.path
        return None

    def titles(self) -> Mapping[int, str]:
        return {
            IssueColumn.FILE: self.tr("File"),
            IssueColumn.WHY: self.tr("Why"),
            IssueColumn.SINCE: self.tr("Since"),
        }

    def _at(self, index: Index) -> tuple[str, Issue | None]:
        if index.internalId() == _GROUP:
            return self._groups[index.row()][0], None
        name, issues = self._groups[index.internalId() - 1]
        return name, issues[index.row()]

    def _text(self, name: str, issue: Issue | None, column: IssueColumn, row: int) -> str:
        if issue is None:
            count = words.issues(len(self._groups[row][1]))
            return f"{name} · {count}" if column is IssueColumn.FILE else ""
        if column is IssueColumn.FILE:
            return issue.path
        if column is IssueColumn.WHY:
            return spoken(issue.reason)
        return words.time_of(datetime.fromtimestamp(issue.since, UTC))
