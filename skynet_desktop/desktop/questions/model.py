"""The files that a question is about, read page by page: there may be a million."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.paging import Index, PagedModel
from skynet_desktop.engine.mirror import Mirror


class PathColumn(IntEnum):
    FILE = 0


def _would_go(mirror: Mirror, limit: int, after: str) -> Sequence[str]:
    return mirror.would_go(limit, after)


class PathsModel(PagedModel[str]):
    columns = PathColumn

    def __init__(self, controller: Controller, name: str, parent: QObject) -> None:
        super().__init__(controller, name, _would_go, str, parent)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return self.row(index.row()) if index.isValid() and role in shown else None
