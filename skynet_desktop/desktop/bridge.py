"""The bridge from the engine's threads to the windows: events in, Qt signals out.

Events may come ten thousand a second from any thread; the windows hear of them ten times a
second, in one list. States are read from the engine on a thread of this bridge, since that
may wait for a database, and only when something happened.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from skynet_desktop.core.events import Bus, Event, PartDone
from skynet_desktop.desktop.snapshot import Settling, Snapshot
from skynet_desktop.desktop.threads import Spawner
from skynet_desktop.engine.meter import Meter

log = logging.getLogger(__name__)

_FLUSH_MS = 100
_MOST_EVENTS = 20_000  # kept between two flushes; the oldest go first
_BUSY_SECONDS, _SETTLE_SECONDS, _IDLE_SECONDS = 0.5, 0.25, 30.0


class Bridge(QObject):
    """Made and stopped on the GUI thread, where its signals arrive."""

    events = Signal(list)
    """What happened since the last time, in order; of the parts of one file only the last."""
    snapshot = Signal(object)
    _ready = Signal(object)
    _something = Signal()

    def __init__(
        self, bus: Bus, read: Callable[[], Snapshot], meter: Meter, parent: QObject | None = None
    ) -> None:
        """``read`` makes a snapshot; it is called on the bridge's thread and may block."""
        super().__init__(parent)
        self._read = read
        self._waiting: deque[Event] = deque(maxlen=_MOST_EVENTS)
        self._stopping = threading.Event()
        self._happened = threading.Event()
        self._settling = Settling(time.monotonic)
        self._meter = meter
        self._unsubscribe = bus.subscribe(self._on_event)
        self._is_announced = False
        self._timer = QTimer(self, interval=_FLUSH_MS, singleShot=True)
        self._timer.timeout.connect(self._flush)
        self._something.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)
        self._ready.connect(self.snapshot, Qt.ConnectionType.QueuedConnection)

    def start(self, spawner: Spawner) -> None:
        spawner.spawn(self._watch, "snapshots")

    def stop(self) -> None:
        """Returns at once; nothing is reported any more."""
        self._unsubscribe()
        self._timer.stop()
        self._stopping.set()
        self._happened.set()

    def refresh(self) -> None:
        """Have a snapshot made soon."""
        self._happened.set()

    def _on_event(self, event: Event) -> None:
        self._meter.on_event(event)
        self._waiting.append(event)
        self._happened.set()
        if not self._is_announced:  # no timer runs while nothing happens
            self._is_announced = True
            self._something.emit()

    @Slot()
    def _flush(self) -> None:
        self._is_announced = False  # first: what comes from now on is announced anew
        if not self._waiting or self._stopping.is_set():
            return
        count = len(self._waiting)
        found = [self._waiting.popleft() for _ in range(count)]
        self.events.emit(_without_old_parts(found))

    def _watch(self) -> None:
        verifying = False
        while not self._stopping.is_set():
            self._happened.clear()
            try:
                snapshot = self._read()
                verifying = snapshot.is_verifying
            except Exception:
                if not self._stopping.is_set():
                    log.exception("no snapshot could be made")
            else:
                self._show(snapshot)
            # Speeds fall to zero after the last event, so a busy time ends with a few more.
            busy = self._settling.is_waiting or self._meter.speed() > 0 or verifying
            self._stopping.wait(_SETTLE_SECONDS if self._settling.is_waiting else _BUSY_SECONDS)
            self._happened.wait(0 if busy else _IDLE_SECONDS)

    def _show(self, snapshot: Snapshot) -> None:
        shown = self._settling.feed(snapshot.state)
        if not self._stopping.is_set():
            self._ready.emit(Snapshot(shown, snapshot.mappings, snapshot.speed))


def _without_old_parts(events: list[Event]) -> list[Event]:
    seen: set[tuple[str, str]] = set()
    kept: list[Event] = []
    for event in reversed(events):
        if isinstance(event, PartDone):
            key = (event.mapping, event.path)
            if key in seen:
                continue
            seen.add(key)
        kept.append(event)
    kept.reverse()
    return kept
