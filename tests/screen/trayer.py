"""Trays with pixels: one of the old kind (XEmbed), where icons are windows that are clicked with
the mouse, and a whole panel for pictures."""

from __future__ import annotations

from tests.screen.bus import Bus
from tests.screen.display import Screen, Window
from tests.screen.needs import need
from tests.screen.panel import WATCHER, WATCHER_PATH
from tests.screen.peer import Peer
from tests.screen.processes import Part, wait_until

ICON_SIZE = 32


class Trayer(Part):
    """At the screen's lower right corner. Programs prefer a :class:`Panel` on their bus."""

    def __init__(self, bus: Bus, screen: Screen) -> None:
        need("trayer")
        self.env = {}
        self._screen = screen
        places = ["--edge", "bottom", "--align", "right", "--widthtype", "request"]
        size = ["--height", str(ICON_SIZE), "--SetDockType", "true"]
        self._host = bus.start("trayer", *places, *size, env=screen.env)
        self._host.wait_until(lambda: screen.windows(pid=self._host.pid), "a tray")

    def close(self) -> None:
        self._host.close()

    def shows(self, pid: int) -> bool:
        return bool(self._icons(pid))

    def icon(self, pid: int, timeout: float = 20.0) -> Window:
        """Where the program's icon is; waits until it is there."""
        return wait_until(lambda: self._icons(pid), f"a tray icon of {pid}", timeout)[0]

    def _icons(self, pid: int) -> list[Window]:
        """Windows of that program within ours."""
        return [
            icon
            for tray in self._screen.windows(pid=self._host.pid)  # none while it changes its size
            for icon in self._screen.windows(pid=pid)
            if tray.x <= icon.middle[0] < tray.x + tray.width
            and tray.y <= icon.middle[1] < tray.y + tray.height
        ]


class XfcePanel(Part):
    """Xfce's panel with its tray, to look at. Wants a bus that activates ``org.xfce.Xfconf``."""

    def __init__(self, bus: Bus, screen: Screen) -> None:
        need("xfce4-panel")
        self.env = {}
        self._host = bus.start("xfce4-panel", "--disable-wm-check", env=screen.env)
        with Peer(bus.address) as peer:
            self._host.wait_until(lambda: peer.has_owner(WATCHER), "Xfce's tray", 30)
        self._bus = bus

    def shows(self, pid: int) -> bool:
        with Peer(self._bus.address) as peer:
            watcher = peer.properties(WATCHER, WATCHER_PATH, WATCHER)
            names = watcher["RegisteredStatusNotifierItems"]
            return any(peer.pid_of(name.partition("/")[0]) == pid for name in names)

    def close(self) -> None:
        self._host.close()
