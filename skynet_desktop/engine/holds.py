"""Holds: why a mapping sends nothing now, though it could.

It was paused by the person, it is held from outside (a metered network), or its hours have
not come. Everything is derived from the wall clock when asked, so a pause that has ended needs
nobody to end it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from skynet_desktop.core.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Hold:
    """``reason`` is a sentence for the person, or empty; ``until`` in seconds since 1970,
    None if it does not end by itself."""

    reason: str = ""
    until: float | None = None


class Holds:
    """Safe from any thread. ``clock`` gives seconds since 1970."""

    def __init__(self, hours: Timetable, clock: Callable[[], float] = time.time) -> None:
        self.hours = hours
        self._clock = clock
        self._lock = threading.Lock()
        self._pause: Hold | None = None
        self._reason = ""

    def pause(self, until: float = 0.0) -> None:
        """``until`` in seconds since 1970; 0 for until resumed."""
        with self._lock:
            self._pause = Hold("", until or None)

    def resume(self) -> None:
        with self._lock:
            self._pause = None

    def hold(self, reason: str) -> None:
        """For this reason until called with an empty one."""
        with self._lock:
            self._reason = reason

    @property
    def paused(self) -> bool:
        """By the person, as of now."""
        return self._pause_now() is not None

    def present(self) -> Hold | None:
        """What the person did first, then what holds longest by nature; None: nothing holds.
        Costs microseconds."""
        pause = self._pause_now()
        if pause is not None:
            return Hold(self._sentence(pause.until), pause.until) if pause.until else pause
        with self._lock:
            reason = self._reason
        return Hold(reason) if reason else self._closed()

    def _pause_now(self) -> Hold | None:
        with self._lock:
            pause = self._pause
        if pause is not None and pause.until is not None and pause.until <= self._clock():
            return None
        return pause

    def _closed(self) -> Hold | None:
        if not self.hours.periods:
            return None
        now = datetime.fromtimestamp(self._clock())
        if self.hours.is_open(now):
            return None
        opens = self.hours.next_change(now)
        until = opens.timestamp() if opens is not None else None
        return Hold(self._sentence(until), until)

    def _sentence(self, until: float | None) -> str:
        """Such as "Sends again at 22:00."."""
        if until is None:
            return ""
        now, then = datetime.fromtimestamp(self._clock()), datetime.fromtimestamp(until)
        clock, day = f"{then:%H:%M}", f"{then:%Y-%m-%d}"
        if then.date() == now.date():
            return f"Sends again at {clock}."
        return f"Sends again on {day} at {clock}."
