"""Notices that the computer slept: connections are dead then, and events were missed.

Two clocks are compared, one that goes on during sleep and one that stands still. Neither
follows the time of day, so that a correction of it (by a time server or a person) is no wake.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

_TICK = 2.0
_LEAST = 10.0  # seconds asleep; a shorter sleep breaks no connection


@dataclass(frozen=True)
class Clocks:
    """In seconds from any moment on. ``always`` goes on during sleep. ``awake`` stands still;
    None where there is no such clock: then a tick that comes late counts as sleep, which a
    process that was held up takes for it, too."""

    always: Callable[[], float]
    awake: Callable[[], float] | None


def system_clocks() -> Clocks:
    if sys.platform == "win32":
        return Clocks(time.monotonic, None)
    if sys.platform == "darwin":
        return Clocks(
            lambda: time.clock_gettime(time.CLOCK_MONOTONIC_RAW),
            lambda: time.clock_gettime(time.CLOCK_UPTIME_RAW),
        )
    return Clocks(lambda: time.clock_gettime(time.CLOCK_BOOTTIME), time.monotonic)


class Wake:
    """Calls ``woke(seconds_asleep)`` on a thread of its own, within ``tick`` seconds of the
    wake. What it raises is logged. ``start`` and ``stop`` may be called from any thread, each
    once."""

    def __init__(
        self,
        woke: Callable[[float], None],
        clocks: Clocks | None = None,
        tick: float = _TICK,
    ) -> None:
        self._woke = woke
        self._clocks = clocks or system_clocks()
        self._tick = tick
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
        self._before = self._read()

    def start(self) -> None:
        self._before = self._read()
        self._thread.start()

    def stop(self) -> None:
        """Returns at once, or when a call of ``woke`` that is under way has ended."""
        self._stop.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def look(self) -> None:
        """Compare the clocks with the last look, ``tick`` seconds ago as it was meant."""
        (always, awake), self._before = self._before, self._read()
        passed, passed_awake = self._before[0] - always, self._before[1] - awake
        asleep = passed - (passed_awake if self._clocks.awake else self._tick)
        if asleep > _LEAST:
            log.info("the computer slept for %.0f s", asleep)
            self._woke(asleep)

    def _run(self) -> None:
        while not self._stop.wait(self._tick):
            try:
                self.look()
            except Exception:
                log.exception("what follows a wake failed")

    def _read(self) -> tuple[float, float]:
        return self._clocks.always(), self._clocks.awake() if self._clocks.awake else 0.0
