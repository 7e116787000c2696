"""Pacing: how fast bytes may leave, for all mappings together and for each one.

A limit is a line on which every transfer books time: a piece of so many bytes takes so many
seconds of it. Pieces are short, and a transfer books the next one only when the former has
gone, so that all transfers get equal shares, small files wait for moments only, a new rate
holds at once, and a transfer that stops gives up next to nothing. A line that was idle lends
a moment of the past, which makes up for pauses of the threads and is the longest burst there
is.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping

from skynet_desktop.core.errors import Stopped

# A piece should be small beside a file, but neither hold up others for long nor wake threads
# more than some hundred times a second.
_PIECE_BYTES = 16 * 1024
_MOST_PIECE_SECONDS, _LEAST_PIECE_SECONDS = 0.05, 0.005
_BURST_SECONDS = 0.25
_LOOK_SECONDS = 0.1

Rate = Callable[[], float]
"""Bytes per second now; 0 for no limit. Asked for every piece, so it must be quick."""


class Line:
    """The time of one limit. Safe from any thread."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._free_at = clock()
        self._lock = threading.Lock()

    def book(self, seconds: float) -> float:
        """Book the next free time; returns when it begins."""
        with self._lock:
            start = max(self._free_at, self._clock() - _BURST_SECONDS)
            self._free_at = start + seconds
            return start


class Pacer:
    """What one mapping's transfers wait at: all of its lines at once. Safe from any thread."""

    def __init__(
        self,
        *lines: Line,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._lines = lines
        self._clock = clock
        self._sleep = sleep

    def take(self, nbytes: int, stopping: threading.Event) -> None:
        """Returns when so many bytes may go. Raises :class:`Stopped` soon after ``stopping``
        was set."""
        while nbytes > 0:
            limits = [(line, rate) for line in self._lines if (rate := line.rate()) > 0]
            if not limits:
                return
            piece = min(nbytes, *(_piece(rate) for _, rate in limits))
            self._wait(max(line.book(piece / rate) for line, rate in limits), stopping)
            nbytes -= piece

    def _wait(self, until: float, stopping: threading.Event) -> None:
        while True:
            if stopping.is_set():
                raise Stopped("Stopped.")
            left = until - self._clock()
            if left <= 0:
                return
            self._sleep(min(left, _LOOK_SECONDS))


def _piece(rate: float) -> int:
    most, least = rate * _MOST_PIECE_SECONDS, rate * _LEAST_PIECE_SECONDS
    return math.ceil(min(most, max(least, _PIECE_BYTES)))


class Pacing:
    """The limits of all mappings; they may change at any time. Safe from any thread."""

    def __init__(self) -> None:
        self._rate: Rate = lambda: 0.0
        self._rates: Mapping[str, float] = {}
        self._pacers: dict[str, Pacer] = {}
        self._shared = Line(lambda: self._rate())
        self._lock = threading.Lock()

    def limit(self, rate: Rate, rates: Mapping[str, float]) -> None:
        """From now on: ``rate`` for all mappings together, and ``rates`` in bytes per second
        for those named."""
        self._rate, self._rates = rate, dict(rates)

    def pacer(self, name: str) -> Pacer:
        """The one of this mapping, the same each time."""
        with self._lock:
            if name not in self._pacers:
                own = Line(lambda: self._rates.get(name, 0.0))
                self._pacers[name] = Pacer(self._shared, own)
            return self._pacers[name]
