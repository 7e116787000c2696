from __future__ import annotations

import pytest

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import Done, Failed, PartDone, Started
from skynet_desktop.engine.meter import MINUTES, Meter


class Clock:
    now = 1_000.5

    def __call__(self) -> float:
        return self.now


def test_parts_and_ends_are_counted_once() -> None:
    clock = Clock()
    meter = Meter(clock)
    meter.on_event(Started("m", Kind.SEND, "film", 10_000))
    for done in (3_000, 6_000, 6_000):
        meter.on_event(PartDone("m", "film", done, 10_000))
    meter.on_event(Done("m", Kind.SEND, "film", 10_000))
    meter.on_event(Done("other", Kind.SEND, "small", 6_000))
    assert meter.speed("m") == pytest.approx(10_000 / 8)
    assert meter.speed() == pytest.approx(16_000 / 8)
    clock.now += 1
    assert meter.series()[-1] == 16_000
    assert len(meter.series()) == MINUTES * 60


def test_the_speed_falls_to_nothing() -> None:
    clock = Clock()
    meter = Meter(clock)
    meter.on_event(Done("m", Kind.SEND, "a", 8_000))
    clock.now += 20
    assert meter.speed() == 0.0
    assert sum(meter.series()) == 8_000


def test_a_second_try_counts_again() -> None:
    meter = Meter(Clock())
    meter.on_event(PartDone("m", "a", 4_000, 8_000))
    meter.on_event(Failed("m", Kind.SEND, "a", "cut off"))
    meter.on_event(PartDone("m", "a", 4_000, 8_000))
    assert meter.speed("m") == pytest.approx(1_000)
