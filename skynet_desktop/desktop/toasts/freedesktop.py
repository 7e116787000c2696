"""Toasts through the notification service of Linux desktops, whose clicks come back.

Format: the Desktop Notifications Specification 1.2 (org.freedesktop.Notifications). Qt's own
way (``showMessage``) draws a balloon of its own where the tray is an old one, tells of no
click there, and QtDBus cannot send the unsigned numbers that Notify takes.
"""

from __future__ import annotations

import html
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, message_bus, new_method_call
from jeepney.io.common import RouterClosed
from jeepney.io.threading import DBusConnection, DBusRouter, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from skynet_desktop.desktop.toasts.wording import Toast

log = logging.getLogger(__name__)

_SERVICE = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_ADDRESS = DBusAddress(_PATH, bus_name=_SERVICE, interface=_SERVICE)
_BUS = "org.freedesktop.DBus"
_TIMEOUT = 10.0  # also to be started by being asked
_NORMAL, _CRITICAL = 1, 2
_APP = "Skynet Desktop"
_DESKTOP_ENTRY = "skynet-desktop"

Clicked = Callable[[Toast], None]


class Notifications:
    """Shows toasts from a thread of its own, on which ``failed`` gets those that could not be
    shown: there is no service, or it does not answer. ``clicked`` is called on another one.
    The next toast tries anew. Methods may be called from any thread."""

    def __init__(self, icon: str, clicked: Clicked, failed: Callable[[Toast], None]) -> None:
        """``icon`` is the path of a picture file."""
        self._icon = icon
        self._clicked = clicked
        self._failed = failed
        self._waiting: queue.SimpleQueue[tuple[Toast, bool] | None] = queue.SimpleQueue()
        self._server: _Server | None = None
        threading.Thread(target=self._run, name="toasts", daemon=True).start()

    def show(self, toast: Toast, sound: bool) -> None:
        self._waiting.put((toast, sound))

    def close(self) -> None:
        """What waits is shown still, if the program lives so long."""
        self._waiting.put(None)

    def _run(self) -> None:
        while (item := self._waiting.get()) is not None:
            toast, sound = item
            try:
                try:
                    self._reached().notify(toast, sound)
                except RouterClosed:  # the bus had gone meanwhile
                    self._leave()
                    self._reached().notify(toast, sound)
            except Exception as error:
                log.info("a toast could not be shown: %r", error)
                self._failed(toast)
        self._leave()

    def _reached(self) -> _Server:
        if self._server is None:
            self._server = _Server.connect(self._icon, self._clicked)
        return self._server

    def _leave(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


@dataclass
class _Server:
    """One connection to the bus, and what the service on it shows of ours."""

    connection: DBusConnection
    router: DBusRouter
    icon: str
    markup: bool = False
    shown: dict[int, Toast] = field(default_factory=dict)
    last: dict[tuple[str, str], int] = field(default_factory=dict)
    signals: queue.SimpleQueue[Any] = field(default_factory=queue.SimpleQueue)

    @classmethod
    def connect(cls, icon: str, clicked: Clicked) -> _Server:
        """Raises what jeepney raises: ``OSError``, ``TimeoutError`` and its own errors."""
        connection = open_dbus_connection("SESSION")
        server = cls(connection, DBusRouter(connection), icon)
        try:
            server._listen_to(MatchRule(type="signal", interface=_SERVICE, path=_PATH))
            owner = MatchRule(type="signal", interface=_BUS, member="NameOwnerChanged")
            owner.add_arg_condition(0, _SERVICE)
            server._listen_to(owner)
            server._look()
        except BaseException:
            server.close()
            raise
        threading.Thread(target=server._hear, args=(clicked,), name="clicks", daemon=True).start()
        return server

    def close(self) -> None:
        self.signals.put(None)
        self.router.close()
        self.connection.close()

    def notify(self, toast: Toast, sound: bool) -> None:
        hints: dict[str, tuple[str, Any]] = {
            "urgency": ("y", _CRITICAL if toast.stays else _NORMAL),
            "desktop-entry": ("s", _DESKTOP_ENTRY),
        }
        if sound:
            hints["sound-name"] = ("s", "message-new-instant")
        else:
            hints["suppress-sound"] = ("b", True)
        text = html.escape(toast.text, quote=False) if self.markup else toast.text
        key = (toast.kind.value, toast.name)
        body = (
            _APP, self.last.get(key, 0), self.icon, toast.title, text,
            ["default", toast.title], hints, 0 if toast.stays else -1,
        )  # fmt: skip
        number = self._ask("Notify", "susssasa{sv}i", body)[0]
        self.last[key] = number
        self.shown[number] = toast

    def _look(self) -> None:
        """Learn what the service can do, that may be another one than before."""
        self.markup = "body-markup" in self._ask("GetCapabilities")[0]

    def _ask(self, method: str, signature: str = "", body: tuple[Any, ...] = ()) -> Any:
        message = new_method_call(_ADDRESS, method, signature or None, body)
        return unwrap_msg(self.router.send_and_get_reply(message, timeout=_TIMEOUT))

    def _listen_to(self, rule: MatchRule) -> None:
        self.router.filter(rule, queue=self.signals)
        unwrap_msg(self.router.send_and_get_reply(message_bus.AddMatch(rule), timeout=_TIMEOUT))

    def _hear(self, clicked: Clicked) -> None:
        while (message := self.signals.get()) is not None:
            member = message.header.fields.get(HeaderFields.member)
            if member == "NameOwnerChanged":
                self._changed_hands(message.body[2])
            elif member == "ActionInvoked" and message.body[0] in self.shown:
                clicked(self.shown[message.body[0]])
            elif member == "NotificationClosed":
                self._gone(message.body[0])

    def _changed_hands(self, owner: str) -> None:
        """The numbers of a service that went mean nothing to the next one."""
        self.shown.clear()
        self.last.clear()
        if owner:
            try:
                self._look()
            except Exception as error:
                log.info("the notification service does not answer: %s", error)

    def _gone(self, number: int) -> None:
        toast = self.shown.pop(number, None)
        if toast is not None:
            self.last.pop((toast.kind.value, toast.name), None)
