"""A panel of today's kind (StatusNotifier, as KDE's and GNOME's), played by us on the bus: sees
icons as data and clicks menu entries by their words. No window, no pixel, no guessing where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.screen.bus import Bus
from tests.screen.peer import BusError, Peer
from tests.screen.processes import Part, wait_until

WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_PATH = "/StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


@dataclass(frozen=True)
class Entry:
    """One line of a menu, with the lines below it. A separator has no words."""

    id: int
    label: str
    enabled: bool
    visible: bool
    checked: bool | None
    """None where it cannot be."""
    children: tuple[Entry, ...]

    def __str__(self) -> str:
        """The tree as a person reads it, one line an entry."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.label:
            marks = "" if self.checked is None else "[x] " if self.checked else "[ ] "
            yield marks + self.label + ("" if self.enabled else " (grey)")
        for child in self.children:
            if child.visible:
                for line in child._lines():
                    yield ("  " if self.label else "") + line

    def find(self, *labels: str) -> Entry:
        """The visible entry at the end of that path; a label may be its beginning.

        Raises ``LookupError`` with the menu.
        """
        if not labels:
            return self
        fitting = [c for c in self.children if c.visible and c.label.startswith(labels[0])]
        exact = [child for child in fitting if child.label == labels[0]]
        if len(exact or fitting) != 1:
            raise LookupError(f"{labels[0]!r} is not one entry of:\n{self}")
        return (exact or fitting)[0].find(*labels[1:])


class StatusIcon:
    """One icon in the panel, asked anew each time."""

    def __init__(self, peer: Peer, name: str, path: str) -> None:
        self._peer, self._name, self._path = peer, name, path
        self.pid = peer.pid_of(name)

    @property
    def alive(self) -> bool:
        return self._peer.has_owner(self._name)

    def title(self) -> str:
        return str(self._properties()["Title"])

    def status(self) -> str:
        """``Active``, ``Passive`` or ``NeedsAttention``."""
        return str(self._properties()["Status"])

    def tooltip(self) -> str:
        """Heading and text, as a panel shows them."""
        _, _, heading, text = self._properties()["ToolTip"]
        return "\n".join(part for part in (heading, text) if part)

    def pictures(self) -> dict[tuple[int, int], bytes]:
        """Of each size (width, height) the pixels, four bytes each: alpha, red, green, blue."""
        shown = self._properties()["IconPixmap"]
        return {(width, height): bytes(pixels) for width, height, pixels in shown}

    def picture(self) -> str:
        """A fingerprint that differs when the icon looks different."""
        shown = sorted(self.pictures().items())
        return hashlib.sha256(b"".join(pixels for _, pixels in shown)).hexdigest()[:16]

    def activate(self) -> None:
        """A left click."""
        self._peer.call(self._name, self._path, ITEM, "Activate", "ii", 0, 0)

    def middle_click(self) -> None:
        self._peer.call(self._name, self._path, ITEM, "SecondaryActivate", "ii", 0, 0)

    def menu(self) -> Entry:
        """All of it, as it would open now."""
        self._open(0)
        menu = self._layout()
        self._event(0, "closed")
        return menu

    def click(self, *labels: str) -> None:
        """The entry at the end of that path, each menu on the way opened as by a person.

        Raises ``LookupError`` if there is no such entry, ``AssertionError`` if it is grey.
        """
        self._open(0)
        for depth in range(1, len(labels)):
            self._open(self._layout().find(*labels[:depth]).id)
        menu = self._layout()
        entry = menu.find(*labels)
        assert entry.enabled, f"{labels} is grey:\n{menu}"
        self._event(0, "closed")
        self._event(entry.id, "clicked")

    def _layout(self) -> Entry:
        _, layout = self._menu("GetLayout", "iias", 0, -1, [])
        return _entry(layout)

    def _open(self, id: int) -> None:
        self._menu("AboutToShow", "i", id)
        self._event(id, "opened")

    def _event(self, id: int, kind: str) -> None:
        self._menu("Event", "isvu", id, kind, ("i", 0), 0)

    def _menu(self, method: str, signature: str, *body: Any) -> tuple[Any, ...]:
        path = self._properties()["Menu"]
        return self._peer.call(self._name, path, MENU, method, signature, *body)

    def _properties(self) -> dict[str, Any]:
        return self._peer.properties(self._name, self._path, ITEM)


class Panel(Part):
    """While it lives, icons come here; one that starts late is a slow login's panel."""

    def __init__(self, bus: Bus) -> None:
        self.env = {}
        self._registered: list[tuple[str, str]] = []
        self._peer = Peer(bus.address)
        self._peer.serve(WATCHER, "RegisterStatusNotifierItem", "", self._register)
        self._peer.serve(WATCHER, "RegisterStatusNotifierHost", "", lambda _: ())
        self._peer.serve_property(WATCHER, "IsStatusNotifierHostRegistered", "b", True)
        self._peer.serve_property(WATCHER, "ProtocolVersion", "i", 0)
        self._peer.serve_property(WATCHER, "RegisteredStatusNotifierItems", "as", [])
        self._peer.own(WATCHER)
        self._peer.emit(WATCHER_PATH, WATCHER, "StatusNotifierHostRegistered", "")

    def close(self) -> None:
        self._peer.close()

    def _register(self, service: str) -> tuple[()]:
        """Some give a name, some only a path on their own connection."""
        caller = self._peer.caller
        name, path = (caller, service) if service[0] == "/" else (service, "/StatusNotifierItem")
        self._registered.append((name, path))
        self._peer.emit(WATCHER_PATH, WATCHER, "StatusNotifierItemRegistered", "s", name + path)
        return ()

    def shows(self, pid: int) -> bool:
        return bool(self.icons(pid))

    def icons(self, pid: int = 0) -> list[StatusIcon]:
        """Those whose program lives; of that process, if one is given."""
        found = []
        for name, path in list(self._registered):
            try:
                icon = StatusIcon(self._peer, name, path)
            except BusError:  # it went
                continue
            if pid in (0, icon.pid):
                found.append(icon)
        return found

    def icon(self, pid: int = 0, timeout: float = 20.0) -> StatusIcon:
        """The one; waits until it is there."""
        wait_until(lambda: self.icons(pid), f"a tray icon of {pid or 'anybody'}", timeout)
        found = self.icons(pid)
        assert len(found) == 1, f"{len(found)} tray icons"
        return found[0]


def _entry(layout: tuple[int, dict[str, tuple[str, Any]], list[tuple[str, Any]]]) -> Entry:
    id, properties, children = layout
    has = {key: value for key, (_, value) in properties.items()}
    return Entry(
        id=id,
        label=_plain(has.get("label", "")),
        enabled=has.get("enabled", True),
        visible=has.get("visible", True),
        checked=has.get("toggle-state") == 1 if has.get("toggle-type") else None,
        children=tuple(_entry(child) for _, child in children),
    )


def _plain(label: str) -> str:
    """Without the mark of the key that chooses it."""
    return label.replace("__", "\0").replace("_", "").replace("\0", "_")
