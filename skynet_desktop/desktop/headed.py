"""The head of a table or a tree: a title above each column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt


class Headed:
    """For a model, named before its Qt class; the model says its titles."""

    def titles(self) -> Mapping[int, str]:
        """The title of each column, in the person's language."""
        raise NotImplementedError

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.titles()[section]
