"""How fast bytes arrive at the destinations, from the engine's events."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable

from skynet_desktop.core.events import Done, Event, Failed, PartDone, Started

MINUTES = 5
_SAMPLES = MINUTES * 60
_WINDOW = 8  # seconds that a speed is the mean of


class Meter:
    """Counts per second and mapping. Safe from any thread; ``clock`` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, str], int] = {}
        self._done: dict[str, int] = defaultdict(int)
        self._series: dict[str, deque[list[float]]] = defaultdict(lambda: deque(maxlen=_SAMPLES))

    def on_event(self, event: Event) -> None:
        """Takes every event of the engine; those that move no bytes cost nothing."""
        if isinstance(event, PartDone):
            self._reached(event.mapping, event.path, event.done)
        elif isinstance(event, Done):
            if event.size:
                self._reached(event.mapping, event.path, event.size)
            self._forget(event.mapping, event.path)
            with self._lock:
                self._done[event.mapping] += 1
        elif isinstance(event, Started | Failed):
            self._forget(event.mapping, event.path)

    def speed(self, mapping: str = "") -> float:
        """Bytes a second over the last seconds, of one mapping or of all."""
        since = int(self._clock()) - _WINDOW
        with self._lock:
            total = sum(count for second, count in self._series[mapping] if second > since)
        return total / _WINDOW

    def done(self, mapping: str, left: int) -> int:
        """How many actions were done since nothing was left, now that so many are."""
        with self._lock:
            if not left:
                self._done[mapping] = 0
            return self._done[mapping]

    def series(self) -> list[float]:
        """Bytes in each second of the last minutes, of all mappings, the newest last."""
        now = int(self._clock())
        with self._lock:
            counts = {int(second): count for second, count in self._series[""]}
        return [counts.get(second, 0.0) for second in range(now - _SAMPLES, now)]

    def _reached(self, mapping: str, path: str, done: int) -> None:
        now = int(self._clock())
        with self._lock:
            more = done - self._under_way.get((mapping, path), 0)
            self._under_way[mapping, path] = done
            if more > 0:
                for name in (mapping, ""):
                    series = self._series[name]
                    if not series or series[-1][0] != now:
                        series.append([now, 0.0])
                    series[-1][1] += more

    def _forget(self, mapping: str, path: str) -> None:
        with self._lock:
            self._under_way.pop((mapping, path), None)
