"""How fast bytes come back, and how long it takes. Pure."""

from __future__ import annotations

from collections import deque

_WINDOW = 8.0  # seconds that a speed is the mean of


class Pace:
    """Times in seconds of a clock that only grows."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def feed(self, now: float, done: int) -> None:
        """So many bytes are here in all."""
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _WINDOW:
            self._seen.popleft()

    @property
    def speed(self) -> float:
        """Bytes a second."""
        if len(self._seen) < 2:
            return 0.0
        (begun, before), (now, done) = self._seen[0], self._seen[-1]
        return (done - before) / (now - begun) if now > begun else 0.0

    def eta(self, left: int) -> float | None:
        """Seconds until so many bytes are here; None if that cannot be told."""
        return left / self.speed if left > 0 and self.speed > 1.0 else None
