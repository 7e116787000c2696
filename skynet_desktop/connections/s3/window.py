"""How many requests are on their way at once: as many as make it faster, found by trying.

Near servers are busy with a dozen; a link of 150 ms carries a few hundred before it is full. While
all places are taken, more are tried now and then, and kept where the rate grew by a tenth or more.
A server that says it is too busy gets half as many.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FIRST = 16
MOST = 256
_LEAST = 4
_FIRST_SECONDS, _SECONDS = 0.1, 0.5
"""The least for which a rate is measured, and so many answers a place at least:"""
_FIRST_ROUNDS, _ROUNDS = 1, 3
_GROWTH = 1.1
_REST_SECONDS = 10.0
"""How long what was found is kept before more is tried again."""
_A_SECOND = 2_000
"""Requests that a server surely bears, small ones: how many are on their way first over a long
link."""
_MOST_FIRST = 256


class Window:
    """Places for requests. Safe from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free = threading.Condition()
        self._taken = 0
        self._before: tuple[int, float] | None = None
        """The size and the rate before more was tried."""
        self._shortest = float("inf")
        self._is_unused = True
        self._not_before = 0.0
        self._is_finding = True
        """Until the first time that more was no better: in a hurry, as there may be few files."""
        self._measure(FIRST)

    def begin(self, round_trip: float) -> None:
        """For a server that took so many seconds to answer; before the first place is taken.
        The shortest time counts: a server may have been slow once."""
        with self._free:
            if self._is_unused:
                self._shortest = min(self._shortest, round_trip)
                self._measure(max(FIRST, min(_MOST_FIRST, int(_A_SECOND * self._shortest))))

    @property
    def size(self) -> int:
        return self._size

    def take(self) -> bool:
        """A place, if one is free; never waits."""
        with self._free:
            if self._taken >= self._size:
                self._was_full = True
                return False
            self._taken += 1
            self._is_unused = False
            return True

    def wait(self, seconds: float) -> None:
        """Until a place may be free, or so long."""
        with self._free:
            if self._taken >= self._size:
                self._free.wait(seconds)

    def give(self, answered: bool) -> None:
        """Give a place back, after an answer or without one."""
        with self._free:
            self._taken -= 1
            self._answers += answered
            self._adapt()
            self._free.notify()

    def slow_down(self) -> None:
        """The server cannot keep up."""
        with self._free:
            self._before = None
            self._is_finding = False
            self._not_before = self._clock() + _REST_SECONDS
            self._measure(max(_LEAST, self._size // 2))

    def _adapt(self) -> None:
        now = self._clock()
        seconds = _FIRST_SECONDS if self._is_finding else _SECONDS
        rounds = _FIRST_ROUNDS if self._is_finding else _ROUNDS
        if now - self._since < seconds or self._answers < rounds * self._size:
            return
        rate = self._answers / (now - self._since)
        if not self._was_full:  # the rate says nothing of the server
            self._measure(self._size)
        elif self._before is None:
            self._try_more(rate) if now >= self._not_before else self._measure(self._size)
        elif rate >= _GROWTH * self._before[1]:
            self._try_more(rate)
        else:
            size, self._before = self._before[0], None
            self._is_finding = False
            self._not_before = now + _REST_SECONDS
            self._measure(size)

    def _try_more(self, rate: float) -> None:
        self._before = self._size, rate
        self._measure(min(MOST, 2 * self._size))

    def _measure(self, size: int) -> None:
        """Anew, with this size."""
        self._size = size
        self._answers = 0
        self._was_full = False
        self._since = self._clock()
