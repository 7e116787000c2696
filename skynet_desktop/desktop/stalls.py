"""How long the GUI thread was kept from its work: the measure behind "stays responsive"."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Slot

_TICK_MS = 10


class Stalls(QObject):
    """A timer that ticks every 10 ms and notes by how much each tick came late.

    Only runs where somebody measures: it keeps the processor awake.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest = 0.0
        """Seconds."""
        self.late: list[float] = []
        """All delays above 20 ms, in seconds."""
        self._last = 0.0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def answer(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """What was seen since the last answer, for a benchmark that asks over the control
        channel. From any thread."""
        late, self.late = self.late, []
        longest, self.longest = self.longest, 0.0
        return {"longest_ms": 1000 * longest, "late_ms": [1000 * delay for delay in late]}

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        delay = now - self._last - _TICK_MS / 1000
        self._last = now
        self.longest = max(self.longest, delay)
        if delay > 0.02:
            self.late.append(delay)
