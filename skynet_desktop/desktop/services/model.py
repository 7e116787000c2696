"""The services as a list: where each leads, who uses it, how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)

from skynet_desktop.app import App
from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.options import build
from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.connections.registry import Registry
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.events import State
from skynet_desktop.desktop import words
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.engine.status import worst
from skynet_desktop.settings import ServiceSettings, Settings

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """``where`` is what the connection says of itself; ``state`` the worst of its mappings',
    None if there are none."""

    service: ServiceSettings
    where: str = ""
    users: tuple[str, ...] = ()
    state: State | None = None
    needs_secrets: bool = False
    requests: tuple[tuple[RequestKind, int], ...] | None = None
    """Made this month, as far as the service charges for them; None if it does not."""

    @property
    def more(self) -> str:
        """Who uses it, and what it costs."""
        return " · ".join(part for part in (self.used_by, self.requested) if part)

    @property
    def requested(self) -> str:
        if self.requests is None:
            return ""
        total = sum(count for _, count in self.requests)
        return QCoreApplication.translate("ServiceRow", "%Ln request(s) this month", None, total)

    @property
    def tip(self) -> str:
        """All of it, a line each, with the requests by kind."""
        kinds = [f"    {kind_name(kind)}: {words.number(n)}" for kind, n in self.requests or ()]
        state = words.state_name(self.state) if self.state else ""
        lines = (self.service.name, self.where, self.used_by, state, self.requested, *kinds)
        return "\n".join(line for line in lines if line)

    @property
    def used_by(self) -> str:
        if not self.users:
            return QCoreApplication.translate("ServiceRow", "Not used by a mapping yet")
        names = QLocale().createSeparatedList(list(self.users))
        return QCoreApplication.translate("ServiceRow", "Used by {0}").format(names)

    @property
    def sentence(self) -> str:
        """All of it, for who cannot see the row."""
        state = words.state_name(self.state) if self.state else ""
        parts = (self.service.name, self.where, self.used_by, state, self.requested)
        return ", ".join(part for part in parts if part)


class ServicesModel(QAbstractListModel):
    ROW = Qt.ItemDataRole.UserRole

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[ServiceRow] = []

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == self.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.service.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.sentence
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip
        return None

    def row_of(self, name: str) -> int:
        """Where this service stands; -1 if there is none."""
        names = [row.service.name for row in self._rows]
        return names.index(name) if name in names else -1

    def set_rows(self, rows: Sequence[ServiceRow]) -> None:
        if [row.service.name for row in rows] != [row.service.name for row in self._rows]:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        for number, row in enumerate(rows):
            if row != self._rows[number]:
                self._rows[number] = row
                index = self.index(number)
                self.dataChanged.emit(index, index)

    def follow(self, snapshot: Snapshot) -> None:
        """Show how the mappings stand now."""
        self.set_rows(
            [replace(row, state=state_of(row.service.name, snapshot)) for row in self._rows]
        )


def state_of(service: str, snapshot: Snapshot) -> State | None:
    states = [view.state for view in snapshot.mappings if view.service == service]
    return worst(states) if states else None


def kind_name(kind: RequestKind) -> str:
    return {
        RequestKind.PUT: QCoreApplication.translate("ServiceRow", "Sending and copying"),
        RequestKind.LIST: QCoreApplication.translate("ServiceRow", "Listing"),
        RequestKind.GET: QCoreApplication.translate("ServiceRow", "Reading"),
        RequestKind.DELETE: QCoreApplication.translate("ServiceRow", "Deleting"),
    }[kind]


def described(app: App, settings: Settings) -> list[ServiceRow]:
    """All services, without their state. Reads files and runs what others wrote: not for the
    GUI thread."""
    users: Mapping[str, tuple[str, ...]] = {
        name: tuple(m.name for m in settings.mappings.values() if m.service == name)
        for name in settings.services
    }
    counted = app.requests.services()
    rows = []
    for name, service in settings.services.items():
        row = _described(app.registry, service, users[name])
        if name in counted:
            found = app.requests.month(name)
            kinds = tuple((kind, found[kind]) for kind in RequestKind if found.get(kind))
            row = replace(row, requests=kinds)
        rows.append(row)
    return rows


def _described(registry: Registry, service: ServiceSettings, users: tuple[str, ...]) -> ServiceRow:
    try:
        cls = registry.get(service.type)
        needs_secrets = any(o.secret and o.fits(service.options, cls.options) for o in cls.options)
        return ServiceRow(service, _where(cls, service), users, None, needs_secrets)
    except SettingsError as error:
        return ServiceRow(service, str(error), users)


def _where(cls: type[Connection], service: ServiceSettings) -> str:
    """What the connection says of itself; its title, if it says nothing without a secret."""
    try:
        return build(cls, service.options, {}).describe()
    except SettingsError:
        return cls.title or cls.kind
