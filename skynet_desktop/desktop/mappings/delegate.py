"""What a mapping's row shows: name, folder, place there, state."""

from __future__ import annotations

from skynet_desktop.desktop.mappings.model import MappingRow, MappingsModel
from skynet_desktop.desktop.rows import Index, Line, RowDelegate, Shown


class MappingDelegate(RowDelegate):
    def shown(self, index: Index) -> Shown:
        row: MappingRow = index.data(MappingsModel.ROW)
        mapping = row.mapping
        return Shown(
            "folder", Line(mapping.name), Line(mapping.local), Line(f"→ {row.place}"), row.state
        )
