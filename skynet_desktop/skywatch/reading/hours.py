"""What was sent by the hour: the figures of the charts."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum
from django.utils import timezone

from skynet_desktop.skywatch.models import Hour

HOUR = 3600.0
SPANS = {"24h": 24, "7d": 7 * 24, "30d": 30 * 24}
"""Names of spans and their hours."""
SHORTEST = 900.0
"""Seconds that the running hour counts for at least: a large file is counted when it is done, so
what was sent in an hour's first moments is no speed yet."""
KEPT_SECONDS = 60.0
"""All machines' sums are asked for once a minute: a month of 1,000 machines is 2 million rows."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """What happened from ``start`` on, for ``seconds``."""

    start: float
    seconds: float
    files: int = 0
    bytes: int = 0
    removed: int = 0
    failures: int = 0

    @property
    def speed(self) -> float:
        """Mean, in bytes a second."""
        return self.bytes / self.seconds


def by_hour(span: str, machine: str = "", now: float | None = None) -> list[Bucket]:
    """One a full hour of the span, the running one last; ``machine`` "" means all."""
    now = time.time() if now is None else now
    last = now // HOUR * HOUR
    first = last - (SPANS[span] - 1) * HOUR
    sums = _sums(first, machine) if machine else _kept_sums(first)
    none = (0, 0, 0, 0)
    starts = (first + number * HOUR for number in range(SPANS[span]))
    return [
        Bucket(start, min(HOUR, max(SHORTEST, now - start)), *sums.get(start, none))
        for start in starts
    ]


def by_day(hours: list[Bucket]) -> list[Bucket]:
    """The same by days of the person's zone."""
    days: dict[datetime, list[Bucket]] = {}
    for bucket in hours:
        local = datetime.fromtimestamp(bucket.start, timezone.get_current_timezone())
        days.setdefault(local.replace(hour=0, minute=0, second=0, microsecond=0), []).append(bucket)
    return [
        Bucket(
            day.timestamp(),
            sum(hour.seconds for hour in of_day),
            sum(hour.files for hour in of_day),
            sum(hour.bytes for hour in of_day),
            sum(hour.removed for hour in of_day),
            sum(hour.failures for hour in of_day),
        )
        for day, of_day in days.items()
    ]


Sums = dict[float, tuple[int, int, int, int]]


def _sums(first: float, machine: str) -> Sums:
    rows = Hour.objects.filter(hour__gte=int(first))
    if machine:
        rows = rows.filter(machine=machine)
    # As doubles: whole sums of many machines' nonsense would overflow on SQLite.
    names = ("files", "bytes", "removed", "failures")
    sums = {f"all_{name}": Sum(F(name) * 1.0) for name in names}
    totals = rows.values("hour").annotate(**sums).values_list("hour", *sums)
    return {
        float(hour): (int(files), int(size), int(removed), int(failures))
        for hour, files, size, removed, failures in totals.order_by()
    }


_kept: dict[float, tuple[float, Sums]] = {}
_lock = threading.Lock()


def _kept_sums(first: float) -> Sums:
    with _lock:
        at, sums = _kept.get(first, (float("-inf"), {}))
        if time.monotonic() - at > KEPT_SECONDS:
            sums = _sums(first, "")
            for old in [key for key, (then, _) in _kept.items() if at - then > HOUR]:
                del _kept[old]
            _kept[first] = (time.monotonic(), sums)
        return sums


def forget_kept() -> None:
    """Between tests."""
    _kept.clear()
