"""The desktop's notifications: played by us to see and press them, or a real daemon's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.screen.bus import Bus
from tests.screen.display import Screen, Window
from tests.screen.needs import need
from tests.screen.peer import Peer
from tests.screen.processes import Part, wait_until

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
CAPABILITIES = ("actions", "body", "icon-static", "persistence")


@dataclass
class Toast:
    """As it was asked for. ``times`` counts how often it was put up, replaced ones included."""

    id: int
    app: str
    icon: str
    title: str
    body: str
    actions: dict[str, str]
    """Key to words; ``default`` is a click on the toast itself."""
    hints: dict[str, Any]
    timeout: int
    times: int = 1
    open: bool = field(default=True)


class Toasts(Part):
    """The notification server of the bus. ``capabilities`` are what it claims to be able to."""

    def __init__(self, bus: Bus, capabilities: tuple[str, ...] = CAPABILITIES) -> None:
        self.env = {}
        self.capabilities = capabilities
        self._toasts: dict[int, Toast] = {}
        self._peer = Peer(bus.address)
        self._peer.serve(NAME, "Notify", "u", self._notify)
        self._peer.serve(NAME, "CloseNotification", "", self._close)
        self._peer.serve(NAME, "GetCapabilities", "as", lambda: (list(self.capabilities),))
        about = ("Toasts", "the stage", "1", "1.2")
        self._peer.serve(NAME, "GetServerInformation", "ssss", lambda: about)
        self._peer.own(NAME)

    def close(self) -> None:
        self._peer.close()

    @property
    def shown(self) -> list[Toast]:
        """All there were, oldest first, as they are now."""
        return list(self._toasts.values())

    def wait_for(self, words: str, timeout: float = 10.0) -> Toast:
        """The newest that is open and has these words in its title or body."""
        wait_until(lambda: self._open_with(words), lambda: f"{words!r} in {self.shown}", timeout)
        return self._open_with(words)[-1]

    def _open_with(self, words: str) -> list[Toast]:
        return [t for t in self.shown if t.open and words in f"{t.title}\n{t.body}"]

    def press(self, toast: Toast, words: str = "") -> None:
        """A button by its words, or the toast itself; then it goes, as on most desktops."""
        keys = [key for key, label in toast.actions.items() if label == words]
        key = keys[0] if words else "default"
        assert key in toast.actions, f"{toast} cannot be pressed"
        self._peer.emit(PATH, NAME, "ActionInvoked", "us", toast.id, key)
        self._end(toast.id, 2)

    def dismiss(self, toast: Toast) -> None:
        """The person closes it."""
        self._end(toast.id, 2)

    def expire(self, toast: Toast) -> None:
        """Its time is over."""
        self._end(toast.id, 1)

    def _end(self, id: int, reason: int) -> None:
        self._toasts[id].open = False
        self._peer.emit(PATH, NAME, "NotificationClosed", "uu", id, reason)

    def _notify(
        self,
        app: str,
        replaces: int,
        icon: str,
        title: str,
        body: str,
        actions: list[str],
        hints: dict[str, tuple[str, Any]],
        timeout: int,
    ) -> tuple[int]:
        known = self._toasts.get(replaces)
        id = replaces or max(self._toasts, default=0) + 1
        self._toasts[id] = Toast(
            id, app, icon, title, body,
            actions=dict(zip(actions[::2], actions[1::2], strict=True)),
            hints={key: value for key, (_, value) in hints.items()},
            timeout=timeout, times=known.times + 1 if known else 1,
        )  # fmt: skip
        return (id,)

    def _close(self, id: int) -> tuple[()]:
        if id in self._toasts:
            self._end(id, 3)
        return ()


class Dunst:
    """A real notification daemon, for the screen; it ends with the bus."""

    def __init__(self, bus: Bus, screen: Screen) -> None:
        need("dunst")
        self._screen = screen
        self._daemon = bus.start("dunst", "-conf", "/dev/null", env=screen.env)
        with Peer(bus.address) as peer:
            self._daemon.wait_until(lambda: peer.has_owner(NAME), "dunst")

    def window(self) -> Window:
        """Where its toasts are; waits until there is one."""
        return self._screen.window("^Dunst$")

    @property
    def shows_any(self) -> bool:
        return bool(self._screen.windows("^Dunst$"))
