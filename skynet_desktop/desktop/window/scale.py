"""Numbers behind the speed plot: a scale that reads well, and a line that does not twitch."""

from __future__ import annotations

import math
from collections.abc import Sequence

_STEPS = (1.0, 2.0, 5.0, 10.0)
_LEAST = 100_000.0  # bytes a second; an idle plot still has a scale
_SPREAD = 2  # seconds on either side that a point is the mean of


def top_of(peak: float) -> float:
    """The end of the scale for this peak: 1, 2 or 5 times a power of ten, with some air."""
    wanted = max(peak * 1.1, _LEAST)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(step * power for step in _STEPS if step * power >= wanted * (1 - 1e-9))


def smooth(values: Sequence[float]) -> list[float]:
    """Each value as the mean of its neighbourhood: parts are confirmed in bursts."""
    sums = [0.0]
    for value in values:
        sums.append(sums[-1] + value)
    found = []
    for place in range(len(values)):
        first, end = max(0, place - _SPREAD), min(len(values), place + _SPREAD + 1)
        found.append(max(0.0, sums[end] - sums[first]) / (end - first))
    return found
