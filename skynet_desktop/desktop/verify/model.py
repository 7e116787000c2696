"""What differs, read page by page: there may be a hundred thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.headed import Headed
from skynet_desktop.desktop.paging import Index, PagedModel
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.verify.verdict import fault_name
from skynet_desktop.engine.mirror import Mirror
from skynet_desktop.engine.verifying.report import Difference


class DifferenceColumn(IntEnum):
    FILE = 0
    WHAT = 1
    DETAIL = 2


def differences(mirror: Mirror, limit: int, after: str) -> Sequence[Difference]:
    return mirror.differences(limit, after)


class DifferencesModel(Headed, PagedModel[Difference]):
    columns = DifferenceColumn

    def __init__(self, controller: Controller, name: str, parent: QObject) -> None:
        super().__init__(controller, name, differences, lambda found: found.path, parent)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        found, column = self.row(index.row()), DifferenceColumn(index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            if column is DifferenceColumn.FILE:
                return found.path
            if column is DifferenceColumn.WHAT and role == Qt.ItemDataRole.DisplayRole:
                return fault_name(found.fault)
            return spoken(found.detail)
        return None

    def titles(self) -> Mapping[int, str]:
        return {
            DifferenceColumn.FILE: self.tr("File"),
            DifferenceColumn.WHAT: self.tr("What differs"),
            DifferenceColumn.DETAIL: self.tr("In words"),
        }
