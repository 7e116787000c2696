"""Charts as plain SVG: only geometry here, colours and letters are the style sheet's."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from skynet_desktop.skywatch.reading.hours import Bucket
from skynet_desktop.skywatch.templatetags.shown import number, rate, size

WIDTH, HEIGHT = 1000.0, 100.0
MOST_LABELS = 5
DAYS_LABELLED = 8
"""As many bars have a label each, below it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """``x``, ``y``, ``width`` and ``height`` in the drawing's own units; ``says`` on hovering."""

    x: float
    y: float
    width: float
    height: float
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    total: str
    tone: str
    ticks: tuple[str, ...]
    """From the top down to 0."""
    labels: tuple[str, ...]
    """From the left to the right, evenly; one below each bar if there are as many."""
    bars: tuple[Bar, ...]
    line: str
    """A path over all values, and ``area`` the same closed below; empty for a chart of bars."""
    area: str

    @property
    def each(self) -> bool:
        return len(self.labels) == len(self.bars)

    @property
    def empty(self) -> bool:
        return not any(bar.height for bar in self.bars)


def throughput(hours: Sequence[Bucket]) -> Chart:
    peak = max((bucket.speed for bucket in hours), default=0.0)
    return _chart(
        "Throughput", f"peak {rate(peak)}", "info", hours, lambda b: b.speed, rate, line=True
    )


def volume(buckets: Sequence[Bucket]) -> Chart:
    total = sum(bucket.bytes for bucket in buckets)
    files = sum(bucket.files for bucket in buckets)
    says = f"{size(total)} in {number(files)} files"
    return _chart("Volume sent", says, "accent", buckets, lambda b: b.bytes, size)


def failures(buckets: Sequence[Bucket]) -> Chart:
    total = number(sum(bucket.failures for bucket in buckets))
    return _chart("Failures", total, "danger", buckets, lambda b: b.failures, number)


def removals(buckets: Sequence[Bucket]) -> Chart:
    total = number(sum(bucket.removed for bucket in buckets))
    return _chart("Removed at the destination", total, "neutral", buckets, _removed, number)


def _removed(bucket: Bucket) -> float:
    return bucket.removed


def _chart(
    title: str,
    total: str,
    tone: str,
    buckets: Sequence[Bucket],
    value: Callable[[Bucket], float],
    words: Callable[[float], str],
    line: bool = False,
) -> Chart:
    top = ceiling(max((value(bucket) for bucket in buckets), default=0.0))
    if words is number:
        top = max(top, 2.0)  # its half is a whole number too
    step = WIDTH / max(1, len(buckets))
    gap = 0.0 if line else min(step * 0.25, 6.0)
    bars = []
    for place, bucket in enumerate(buckets):
        height = round(value(bucket) / top * HEIGHT, 2)
        says = f"{_when(bucket)}: {words(value(bucket))}"
        x, width = round(place * step + gap / 2, 2), round(step - gap, 2)
        bars.append(Bar(x, round(HEIGHT - height, 2), width, height, says))
    points = [f"{round(bar.x + bar.width / 2, 2)},{bar.y}" for bar in bars] if line else []
    path = f"M{' L'.join(points)}" if points else ""
    first, last = (points[0].partition(",")[0], points[-1].partition(",")[0]) if points else "  "
    area = f"{path} L{last},{HEIGHT} L{first},{HEIGHT} Z" if points else ""
    ticks = (words(top), words(top / 2), "0")
    return Chart(title, total, tone, ticks, _labels(buckets), tuple(bars), path, area)


def ceiling(value: float) -> float:
    """The next round number: 1, 2 or 5 with zeros."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next(unit * factor for factor in (1, 2, 5, 10) if value <= unit * factor * 1.0000001)


def _local(bucket: Bucket) -> datetime:
    return datetime.fromtimestamp(bucket.start, timezone.get_current_timezone())


def _when(bucket: Bucket) -> str:
    if bucket.seconds > 3600:
        return _local(bucket).strftime("%a %d %b")
    return _local(bucket).strftime("%a %d %b, %H:00")


def _labels(buckets: Sequence[Bucket]) -> tuple[str, ...]:
    if not buckets:
        return ()
    if len(buckets) <= DAYS_LABELLED:
        return tuple(_local(bucket).strftime("%a") for bucket in buckets)
    count = min(MOST_LABELS, len(buckets))
    places = [round(i * (len(buckets) - 1) / max(1, count - 1)) for i in range(count)]
    short = buckets[-1].start - buckets[0].start <= 86_400
    style = "%H:%M" if short else "%d %b"
    return tuple(_local(buckets[place]).strftime(style) for place in places)
