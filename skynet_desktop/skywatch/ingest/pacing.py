"""How often one token may report: a bucket of some reports that fills again steadily.

Kept in each process's memory: it is a brake for a machine gone wild, not an account.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

BURST = 60.0
A_SECOND = 10.0
MOST_KNOWN = 20_000


@dataclass
class Pace:
    """Safe from any thread."""

    burst: float = BURST
    a_second: float = A_SECOND
    clock: Callable[[], float] = time.monotonic
    _levels: dict[int, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, token: int) -> float:
        """Seconds until this token may report again; 0 counts as one report now."""
        now = self.clock()
        with self._lock:
            level, then = self._levels.get(token, (self.burst, now))
            level = min(self.burst, level + (now - then) * self.a_second)
            if level < 1:
                return (1 - level) / self.a_second
            if len(self._levels) >= MOST_KNOWN:
                self._levels.clear()
            self._levels[token] = (level - 1, now)
            return 0.0
