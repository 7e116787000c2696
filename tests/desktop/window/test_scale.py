from __future__ import annotations

import pytest

from skynet_desktop.desktop.window.scale import smooth, top_of


@pytest.mark.parametrize(
    ("peak", "top"),
    [(0, 100_000), (95_000, 200_000), (1.7e6, 2e6), (1.9e6, 5e6), (9e6, 10e6), (9.5e6, 20e6)],
)
def test_the_scale_ends_at_a_round_number_above_the_peak(peak: float, top: float) -> None:
    assert top_of(peak) == top


def test_smoothing_moves_bytes_but_loses_none() -> None:
    values = [0.0] * 10 + [100.0] + [0.0] * 10
    smoothed = smooth(values)
    assert len(smoothed) == len(values)
    assert sum(smoothed) == pytest.approx(100.0)
    assert max(smoothed) == pytest.approx(20.0)
    assert smooth([]) == []
    assert smooth([5.0]) == [5.0]
