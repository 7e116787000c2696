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
        """Takes every event of the engine; those that move no bytes cost next to nothing."""
        if isinstance(event, PartDone):
            key = event.mapping, event.path
            with self._lock:
                before, self._under_way[key] = self._under_way.get(key, 0), event.done
                self._count(event.mapping, event.done - before)
        elif isinstance(event, Done):
            with self._lock:
                before = self._under_way.pop((event.mapping, event.path), 0)
                self._count(event.mapping, event.size - before)
                self._done[event.mapping] += 1
        elif isinstance(event, Started | Failed):
            key = event.mapping, event.path
            if key in self._under_way:  # rarely; and only this file's own thread might change it
                with self._lock:
                    self._under_way.pop(key, None)

    def speed(self, mapping: str = "") -> float:
        """Bytes a second over the last seconds, of one mapping or of all."""
        since = int(self._clock()) - _WINDOW
        with self._lock:
            counted = [self._series[mapping]] if mapping else self._series.values()
            total = sum(count for series in counted for second, count in series if second > since)
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
        counts: dict[float, float] = defaultdict(float)
        with self._lock:
            for series in self._series.values():
                for second, count in series:
                    counts[second] += count
        return [counts.get(second, 0.0) for second in range(now - _SAMPLES, now)]

    # --- inside, with the lock held -------------------------------------------------------

    def _count(self, mapping: str, more: int) -> None:
        if more <= 0:
            return
        now = int(self._clock())
        series = self._series[mapping]
        if not series or series[-1][0] != now:
            series.append([now, 0.0])
        series[-1][1] += more
