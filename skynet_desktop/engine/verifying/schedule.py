"""When a mapping is verified by itself, whatever the clock does.

What counts is the time that has passed since the last verification that came to its end. While
we run a clock measures it that nobody can set. Over a pause between two runs only the calendar
can; there a clock that was set back counts as no time at all, so the next one may come late,
but it comes.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from skynet_desktop.engine.statedb import StateDB

_META = "verify_waited"
_SAVE_SECONDS = 600.0
_FIRST_PAUSE, _LONGEST_PAUSE = 3_600.0, 86_400.0


def steady() -> float:
    """Seconds that nobody can set, which go on while the computer sleeps."""
    if sys.platform == "win32":
        return time.monotonic()
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.clock_gettime(time.CLOCK_MONOTONIC)


class Schedule:
    """For one thread at a time. ``wall`` gives seconds since 1970, ``clock`` steady ones."""

    def __init__(
        self,
        db: StateDB,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = steady,
    ) -> None:
        self._db = db
        self._wall = wall
        self._clock = clock
        self._began = self._saved_at = clock()
        self._not_before = float("-inf")
        self._failed = 0
        saved = json.loads(db.get_meta(_META) or "null")
        self._before: float | None = None
        """Seconds since the last complete one as of ``_began``; None if there was none."""
        if saved is not None:
            self._before = saved["waited"] + max(0.0, wall() - saved["at"])

    def is_due(self, every: float) -> bool:
        """Whether ``every`` seconds have passed; at once if there never was one. Cheap."""
        now = self._clock()
        if now - self._saved_at >= _SAVE_SECONDS:
            self._save()
        waited = self._waited()
        return now >= self._not_before and (waited is None or waited >= every)

    def ended(self, complete: bool) -> None:
        """A verification ended. After one that did not come to its end the next waits a
        while, and longer each time: it may have read back a great deal."""
        now = self._clock()
        if not complete:
            self._not_before = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**self._failed)
            self._failed = min(self._failed + 1, 10)
            return
        self._before, self._began = 0.0, now
        self._failed, self._not_before = 0, float("-inf")
        self._save()

    def _waited(self) -> float | None:
        if self._before is None:
            return None
        return self._before + self._clock() - self._began

    def _save(self) -> None:
        self._saved_at = self._clock()
        waited = self._waited()
        if waited is not None:
            self._db.set_meta(_META, json.dumps({"waited": waited, "at": self._wall()}))
