from __future__ import annotations

from tests.screen.app import DesktopApp
from tests.screen.bus import Bus
from tests.screen.display import Screen
from tests.screen.panel import Panel
from tests.screen.peer import Peer
from tests.screen.processes import wait_until
from tests.screen.toasts import NAME, PATH, Dunst, Toasts


def notify(peer: Peer, title: str, replaces: int = 0, *actions: str) -> int:
    words = ("Skynet", replaces, "", title, "body", list(actions), {"urgency": ("y", 2)}, -1)
    return int(peer.call(NAME, PATH, NAME, "Notify", "susssasa{sv}i", *words)[0])


def test_qt_s_own_message_arrives(desktop_app: DesktopApp, panel: Panel, toasts: Toasts) -> None:
    desktop_app.start(tray=panel)
    panel.icon().click("Sync now")
    toast = toasts.wait_for("Synced")
    assert (toast.body, toast.open) == ("124 files are there", True)


def test_buttons_replacing_and_closing(bus: Bus, toasts: Toasts) -> None:
    with Peer(bus.address) as peer:
        heard = peer.listen(NAME)
        first = notify(peer, "Offline", 0, "default", "Open", "retry", "Retry now")
        again = notify(peer, "Still offline", first, "retry", "Retry now")
        other = notify(peer, "Another")
        assert (again, other) == (first, first + 1)
        toast = toasts.wait_for("Still offline")
        assert (toast.times, toast.hints["urgency"]) == (2, 2)
        toasts.press(toast, "Retry now")
        assert heard.get(timeout=5) == ("ActionInvoked", (first, "retry"))
        assert heard.get(timeout=5) == ("NotificationClosed", (first, 2))
        peer.call(NAME, PATH, NAME, "CloseNotification", "u", other)
        assert heard.get(timeout=5) == ("NotificationClosed", (other, 3))
        assert not any(toast.open for toast in toasts.shown)
        toasts.capabilities = ("body",)
        assert peer.call(NAME, PATH, NAME, "GetCapabilities") == (["body"],)


def test_a_real_daemon_shows_it(bus: Bus, screen: Screen) -> None:
    dunst = Dunst(bus, screen)
    with Peer(bus.address) as peer:
        heard = peer.listen(NAME)
        id = notify(peer, "On the screen", 0, "default", "Open")
        screen.click(*dunst.window().middle, button=2)
        assert heard.get(timeout=5) == ("ActionInvoked", (id, "default"))
        assert heard.get(timeout=5)[1][0] == id
    wait_until(lambda: not dunst.shows_any, "a screen without toasts")
