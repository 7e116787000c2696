"""Real calls over a real bus: to the played service, and to a daemon with a window."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("the notification service of Linux desktops", allow_module_level=True)

from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.toasts.freedesktop import Notifications
from skynet_desktop.desktop.toasts.policy import Kind
from skynet_desktop.desktop.toasts.wording import Toast
from tests.screen.bus import Bus
from tests.screen.display import Screen
from tests.screen.processes import wait_until
from tests.screen.toasts import CAPABILITIES, Dunst, Toasts


def made(title: str, text: str = "", *, name: str = "Photos", stays: bool = False) -> Toast:
    return Toast(Kind.COMPLETED, title, text, Place.ACTIVITY, name, stays)


class Sender:
    """What came back is in ``clicked`` and ``failed``."""

    def __init__(self) -> None:
        self.clicked: Queue[Toast] = Queue()
        self.failed: Queue[Toast] = Queue()
        self.service = Notifications("/icon.svg", self.clicked.put, self.failed.put)

    def show(self, toast: Toast, sound: bool = False) -> None:
        self.service.show(toast, sound)

    def close(self) -> None:
        """Gone before its bus is: jeepney's own thread would say so loudly."""
        self.service.close()
        wait_until(lambda: self.service._server is None, "the end of the connection")


@pytest.fixture
def sender(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sender]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    sender = Sender()
    yield sender
    sender.close()


def test_what_the_service_is_given(sender: Sender, toasts: Toasts) -> None:
    sender.show(made("124 files are on nas", "Photos · 1.2 GB"))
    shown = toasts.wait_for("124 files")
    assert (shown.app, shown.icon, shown.body) == ("Skynet Desktop", "/icon.svg", "Photos · 1.2 GB")
    assert list(shown.actions) == ["default"]
    assert shown.timeout == -1
    assert shown.hints == {"urgency": 1, "desktop-entry": "skynet-desktop", "suppress-sound": True}


def test_one_that_stays_and_is_heard(sender: Sender, toasts: Toasts) -> None:
    sender.show(made("Photos needs you", stays=True), sound=True)
    shown = toasts.wait_for("needs you")
    assert (shown.timeout, shown.hints["urgency"]) == (0, 2)
    assert shown.hints["sound-name"] == "message-new-instant"
    assert "suppress-sound" not in shown.hints


def test_a_click_comes_back_with_its_toast(sender: Sender, toasts: Toasts) -> None:
    first, second = made("One", name="A"), made("Two", name="B")
    sender.show(first)
    sender.show(second)
    toasts.wait_for("Two")
    toasts.press(toasts.wait_for("One"))
    assert sender.clicked.get(timeout=5) is first
    toasts.press(toasts.wait_for("Two"))
    assert sender.clicked.get(timeout=5) is second
    assert sender.failed.empty()


def test_the_next_of_its_kind_takes_its_place_while_it_is_open(
    sender: Sender, toasts: Toasts
) -> None:
    sender.show(made("1 file"))
    first = toasts.wait_for("1 file")
    sender.show(made("2 files"))
    assert (toasts.wait_for("2 files").id, toasts.wait_for("2 files").times) == (first.id, 2)
    toasts.dismiss(toasts.wait_for("2 files"))
    server = sender.service._server
    assert server is not None
    wait_until(lambda: not server.last, "the closed one forgotten")
    sender.show(made("3 files"))
    assert toasts.wait_for("3 files").times == 1


@pytest.mark.parametrize(
    ("capabilities", "body"),
    [(CAPABILITIES, "a <b>&</b>"), ((*CAPABILITIES, "body-markup"), "a &lt;b&gt;&amp;&lt;/b&gt;")],
)
def test_markup_is_escaped_only_where_it_means_something(
    sender: Sender, toasts: Toasts, capabilities: tuple[str, ...], body: str
) -> None:
    toasts.capabilities = capabilities
    sender.show(made("<i>Title</i>", "a <b>&</b>"))
    shown = toasts.wait_for("Title")
    assert (shown.title, shown.body) == ("<i>Title</i>", body)


def test_a_service_that_went_and_another_that_came(sender: Sender, bus: Bus) -> None:
    with Toasts(bus) as first:
        sender.show(made("Before"))
        assert first.wait_for("Before").times == 1
    sender.show(made("Between"))
    assert sender.failed.get(timeout=5).title == "Between"
    with Toasts(bus, (*CAPABILITIES, "body-markup")) as second:
        server = sender.service._server
        assert server is not None
        wait_until(lambda: server.markup, "the new service's abilities")
        sender.show(made("Other", name="Other"))
        second.wait_for("Other")
        after = made("After", "<x>")
        sender.show(after)
        shown = second.wait_for("After")
        second.wait_for("Other")
        assert (shown.times, shown.body) == (1, "&lt;x&gt;")  # replaces nobody's
        second.press(shown)
        assert sender.clicked.get(timeout=5) is after


def test_nobody_shows_it_then_somebody_does(sender: Sender, bus: Bus) -> None:
    sender.show(made("Lost"))
    assert sender.failed.get(timeout=5).title == "Lost"
    with Toasts(bus) as late:
        sender.show(made("Found"))
        late.wait_for("Found")


def test_without_any_bus(monkeypatch: pytest.MonkeyPatch, bus: Bus) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    sender = Sender()
    sender.show(made("Lost"))
    assert sender.failed.get(timeout=5).title == "Lost"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    with Toasts(bus) as late:
        sender.show(made("Found"))
        late.wait_for("Found")
        sender.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bus_that_was_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = Sender()
    for title in ("One", "Two"):
        with Bus() as bus, Toasts(bus) as toasts:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
            sender.show(made(title))
            toasts.wait_for(title)
    sender.close()
    assert sender.failed.empty()


def test_a_slow_service_keeps_nobody(
    sender: Sender, toasts: Toasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = toasts._notify

    def slow(*body: Any) -> Any:
        time.sleep(0.5)
        return answer(*body)

    notify = ("org.freedesktop.Notifications", "Notify")
    monkeypatch.setitem(toasts._peer._methods, notify, ("u", slow))
    before = time.perf_counter()
    for number in range(3):
        sender.show(made(f"Toast {number}", name=str(number)))
    assert time.perf_counter() - before < 0.1
    toasts.wait_for("Toast 2")


def test_a_real_daemon(sender: Sender, bus: Bus, screen: Screen) -> None:
    dunst = Dunst(bus, screen)
    toast = made("On the screen", "<b> & more")
    sender.show(toast)
    screen.click(*dunst.window().middle, button=2)
    assert sender.clicked.get(timeout=5) is toast
    wait_until(lambda: not dunst.shows_any, "a screen without toasts")
