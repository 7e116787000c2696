"""One row of the activity table, and which rows a person wants to see. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum

from skynet_desktop.core.actions import Kind

_WORTH_A_SPEED = 1_000_000  # bytes; what is smaller takes as long as its request takes
_NEWEST_WEIGHT = 0.3  # of the newest measure in a speed


class RowState(IntEnum):
    """In the order they are sorted by."""

    RUNNING = 0
    WAITING = 1
    FAILED = 2
    LAPSED = 3
    DONE = 4


class Showing(Enum):
    """Which rows to show."""

    ALL = "all"
    UNDER_WAY = "under-way"
    FAILED = "failed"


class Row:
    """One action on one path. ``serial`` grows with each new row; times in seconds since 1970,
    ``speed`` in bytes a second. ``rank`` is what the table is sorted by now."""

    __slots__ = (
        "_measured_at", "action", "done", "folded", "is_shown", "mapping", "path", "rank",
        "reason", "serial", "size", "speed", "state", "when",
    )  # fmt: skip

    def __init__(self, serial: int, mapping: str, path: str, action: Kind, when: float) -> None:
        self.serial = serial
        self.mapping = mapping
        self.path = path
        folded = path.casefold()
        self.folded = path if folded == path else folded  # one string for most paths
        self.action = action
        self.size = 0
        self.done = 0
        self.speed = 0.0
        self.state = RowState.RUNNING
        self.reason = ""
        self.when = when
        self.is_shown = False
        self.rank: object = serial
        self._measured_at = 0.0

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        if self.state is RowState.DONE:
            return 1.0
        return min(1.0, self.done / self.size) if self.size else 0.0

    def start(self, action: Kind, size: int, now: float) -> None:
        self.action, self.size, self.done = action, size, 0
        self.state, self.reason, self.when = RowState.RUNNING, "", now
        self.speed = self._measured_at = 0.0

    def reach(self, done: int, size: int, now: float) -> None:
        """The first report gives no speed: what an earlier run had sent may be in it."""
        passed = now - self._measured_at
        if self._measured_at and passed > 0:
            measured = max(0.0, (done - self.done) / passed)
            old = self.speed or measured
            self.speed = old + _NEWEST_WEIGHT * (measured - old)
        self._measured_at = now
        self.done, self.size, self.state, self.when = done, size, RowState.RUNNING, now

    def finish(self, action: Kind, size: int, seconds: float, now: float) -> None:
        self.action, self.size, self.done = action, size, size
        self.state, self.reason, self.when = RowState.DONE, "", now
        self.speed = size / seconds if seconds > 0 and size >= _WORTH_A_SPEED else 0.0

    def fail(self, action: Kind, reason: str, now: float) -> None:
        self.action, self.reason = action, reason
        self.state, self.speed, self.when = RowState.FAILED, 0.0, now

    def wait(self) -> None:
        """It was broken off and goes on later."""
        self.state, self.speed, self._measured_at = RowState.WAITING, 0.0, 0.0

    def lapse(self) -> None:
        """There is nothing left to do for it."""
        self.state, self.speed = RowState.LAPSED, 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """The person's search. ``needle`` is casefolded; "" finds all."""

    needle: str = ""
    showing: Showing = Showing.ALL

    def has(self, row: Row) -> bool:
        if self.showing is Showing.UNDER_WAY and row.state > RowState.WAITING:
            return False
        if self.showing is Showing.FAILED and row.state is not RowState.FAILED:
            return False
        return not self.needle or self.needle in row.folded

    def narrows(self, other: Wanted) -> bool:
        """Whether it finds nothing that the other does not find."""
        return other.needle in self.needle and other.showing in (Showing.ALL, self.showing)


Rank = Callable[[Row], object]
