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
from typing import Any

from skynet_desktop.desktop.toasts.wording import Toast

log = logging.getLogger(__name__)

_SERVICE = "org.freedesktop.Notifications"
_TIMEOUT = 5.0
_NORMAL, _CRITICAL = 1, 2
_APP = "Skynet Desktop"
_DESKTOP_ENTRY = "skynet-desktop"


class Notifications:
    """Shows toasts from a thread of its own. ``clicked`` and ``failed`` are called on it;
    after ``failed`` nothing is shown any more: there is no service, or it went wrong."""

    def __init__(
        self, icon: str, clicked: Callable[[Toast], None], failed: Callable[[Toast], None]
    ) -> None:
        """``icon`` is the path of a picture file."""
        self._icon = icon
        self._clicked = clicked
        self._failed = failed
        self._waiting: queue.SimpleQueue[tuple[Toast, bool] | None] = queue.SimpleQueue()
        self._shown: dict[int, Toast] = {}
        self._last: dict[tuple[str, str], int] = {}
        threading.Thread(target=self._run, name="toasts", daemon=True).start()

    def show(self, toast: Toast, *, sound: bool) -> None:
        self._waiting.put((toast, sound))

    def close(self) -> None:
        self._waiting.put(None)

    def _run(self) -> None:
        while (item := self._waiting.get()) is not None:
            try:
                self._connect()
                break
            except Exception as error:
                log.info("no notification service: %s", error)
                self._failed(item[0])
        else:
            return
        self._waiting.put(item)
        self._serve()

    def _connect(self) -> None:
        from jeepney import DBusAddress, MatchRule, message_bus
        from jeepney.io.threading import DBusRouter, open_dbus_connection

        self._address = DBusAddress(
            "/org/freedesktop/Notifications", bus_name=_SERVICE, interface=_SERVICE
        )
        self._router = DBusRouter(open_dbus_connection("SESSION"))
        self._markup = "body-markup" in self._ask("GetCapabilities")[0]
        rule = MatchRule(type="signal", interface=_SERVICE, path="/org/freedesktop/Notifications")
        self._router.send_and_get_reply(message_bus.AddMatch(rule), timeout=_TIMEOUT)
        signals: queue.Queue[Any] = queue.Queue()
        self._filter = self._router.filter(rule, queue=signals)
        threading.Thread(target=self._listen, args=(signals,), name="clicks", daemon=True).start()

    def _ask(self, method: str, signature: str = "", body: tuple[Any, ...] = ()) -> Any:
        from jeepney import new_method_call
        from jeepney.wrappers import unwrap_msg

        message = new_method_call(self._address, method, signature or None, body)
        return unwrap_msg(self._router.send_and_get_reply(message, timeout=_TIMEOUT))

    def _serve(self) -> None:
        while (item := self._waiting.get()) is not None:
            toast, sound = item
            try:
                self._notify(toast, sound)
            except Exception as error:
                log.info("a toast could not be shown: %s", error)
                self._failed(toast)
        self._router.close()
        self._router.conn.close()

    def _notify(self, toast: Toast, sound: bool) -> None:
        hints: dict[str, tuple[str, Any]] = {
            "urgency": ("y", _CRITICAL if toast.stays else _NORMAL),
            "desktop-entry": ("s", _DESKTOP_ENTRY),
        }
        if sound:
            hints["sound-name"] = ("s", "message-new-instant")
        else:
            hints["suppress-sound"] = ("b", True)
        text = html.escape(toast.text, quote=False) if self._markup else toast.text
        key = (toast.kind.value, toast.name)
        body = (
            _APP, self._last.get(key, 0), self._icon, toast.title, text,
            ["default", toast.title], hints, 0 if toast.stays else -1,
        )  # fmt: skip
        number = self._ask("Notify", "susssasa{sv}i", body)[0]
        self._last[key] = number
        self._shown[number] = toast

    def _listen(self, signals: queue.Queue[Any]) -> None:
        from jeepney import HeaderFields

        while True:
            message = signals.get()
            member = message.header.fields.get(HeaderFields.member)
            toast = self._shown.get(message.body[0]) if message.body else None
            if toast is None:
                continue
            if member == "ActionInvoked":
                self._clicked(toast)
            elif member == "NotificationClosed":
                self._shown.pop(message.body[0], None)
