"""What a service's row shows: its kind's picture, its name, where it leads, who uses it, how it
stands."""

from __future__ import annotations

from PySide6.QtCore import Qt

from skynet_desktop.desktop.rows import Index, Line, RowDelegate, Shown
from skynet_desktop.desktop.services.chooser import kind_icon
from skynet_desktop.desktop.services.model import ServiceRow, ServicesModel
from skynet_desktop.desktop.spoken import spoken

_RIGHT = Qt.TextElideMode.ElideRight


class ServiceDelegate(RowDelegate):
    def shown(self, index: Index) -> Shown:
        row: ServiceRow = index.data(ServicesModel.ROW)
        return Shown(
            kind_icon(row.service.type),
            Line(row.service.name, _RIGHT),
            Line(spoken(row.where)),
            Line(row.more, _RIGHT),
            row.state,
        )
