"""Which toasts are shown, by which way, and what a click does."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from skynet_desktop.core.events import Event
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.toasts.policy import Kind, Notice, Policy, Topic, merged
from skynet_desktop.desktop.toasts.wording import Toast, toast, update
from skynet_desktop.engine.restoring.tally import Restored
from skynet_desktop.host import resources
from skynet_desktop.settings import Settings
from skynet_desktop.updates import News

if sys.platform == "linux":
    from skynet_desktop.desktop.toasts.freedesktop import Notifications

_LOOK_MS = 1_000

Balloon = Callable[[Toast], None]


class Toaster(QObject):
    """On the GUI thread."""

    _clicked = Signal(object)
    _undelivered = Signal(object)

    def __init__(self, controller: Controller, balloon: Balloon) -> None:
        """``balloon`` shows a toast by the tray icon, where the system knows no other way."""
        super().__init__(controller)
        self._controller = controller
        self._balloon = balloon
        self._policy = Policy()
        self._snoozed_until = 0.0
        self._last: Toast | None = None
        self._show: Callable[[Toast, bool], None] = self._show_balloon
        self._close: Callable[[], None] = lambda: None
        if sys.platform == "linux":
            icon = str(resources.path("icons", "skynet.svg"))
            service = Notifications(icon, self._clicked.emit, self._undelivered.emit)
            self._show, self._close = service.show, service.close
        self._clicked.connect(self._open)
        self._undelivered.connect(self._balloon)
        controller.events.connect(self._on_events)
        controller.settingsChanged.connect(self._on_settings)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        controller.snapshotChanged.connect(self._keep_looking)

    def snooze(self, seconds: float) -> None:
        """Be silent for so long; 0 ends it. What still needs the person is told afterwards."""
        self._snoozed_until = time.monotonic() + seconds if seconds else 0.0

    @property
    def is_snoozed(self) -> bool:
        return time.monotonic() < self._snoozed_until

    def woke(self) -> None:
        self._policy.woke(time.monotonic())

    def restored(self, mapping: str, ended: Restored) -> None:
        """Something came back, or did not, while nobody looked."""
        if self.is_snoozed:
            return
        kind = Kind.COMPLETED if ended.complete and not ended.failed else Kind.ISSUE
        notice = Notice(kind, mapping, "", ended.files, ended.bytes, topic=Topic.RESTORING)
        self._tell(toast(notice))

    def update(self, news: News) -> bool:
        """There is a newer version. False while messages are snoozed: tell it again later."""
        if self.is_snoozed:
            return False
        self._tell(update(news))
        return True

    def open_last(self) -> None:
        """The balloon of the tray was clicked."""
        if self._last is not None:
            self._open(self._last)

    def close(self) -> None:
        self._timer.stop()
        self._close()

    @Slot(list)
    def _on_events(self, events: list[Event]) -> None:
        self._policy.feed(events, time.monotonic())
        self._keep_looking()

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        self._policy.grace = float(settings.notifications.grace_seconds)

    @Slot()
    def _keep_looking(self) -> None:
        """Never restart a timer that runs: it would not come round while much happens."""
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _look(self) -> None:
        if self.is_snoozed:
            return  # nothing is looked at, so nothing counts as told
        found = self._policy.look(self._controller.snapshot, time.monotonic())
        for notice in merged(found):
            self._tell(toast(notice))
        if not self._policy.is_waiting:
            self._timer.stop()

    def _tell(self, told: Toast) -> None:
        how = getattr(self._controller.settings.notifications, told.kind.value)
        shown, heard = how in ("toast", "both"), how in ("sound", "both")
        if shown:
            self._last = told
            self._show(told, heard)
        elif heard:
            QApplication.beep()

    def _show_balloon(self, shown: Toast, heard: bool) -> None:
        self._balloon(shown)
        if heard:
            QApplication.beep()

    @Slot(object)
    def _open(self, shown: Toast) -> None:
        self._controller.show(shown.place, shown.name)
