"""What keeps a mapping from sending, by a clock that the test sets."""

from __future__ import annotations

from datetime import datetime

import pytest

from skynet_desktop.core.timetable import Timetable
from skynet_desktop.engine.holds import Hold, Holds

MONDAY = datetime(2026, 11, 23).timestamp()
HOUR = 3600.0
NIGHT = Timetable.of(["daily 22:00-06:00"])


class Clock:
    """``hours`` since Monday's midnight."""

    hours = 12.0

    def __call__(self) -> float:
        return MONDAY + self.hours * HOUR


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_nothing_holds(clock: Clock) -> None:
    holds = Holds(Timetable(), clock)
    assert holds.present() is None
    assert not holds.paused


def test_a_pause_until_resumed(clock: Clock) -> None:
    holds = Holds(Timetable(), clock)
    holds.pause()
    assert holds.present() == Hold()
    clock.hours = 1e5
    assert holds.paused
    holds.resume()
    assert holds.present() is None


def test_a_pause_that_ends(clock: Clock) -> None:
    holds = Holds(Timetable(), clock)
    end = MONDAY + 14.5 * HOUR
    holds.pause(end)
    assert holds.present() == Hold("Sends again at 14:30.", end)
    clock.hours = 14.5
    assert holds.present() is None
    assert not holds.paused
    holds.pause(MONDAY + 32 * HOUR)
    assert holds.present() == Hold("Sends again on 2026-11-24 at 08:00.", MONDAY + 32 * HOUR)


def test_hours(clock: Clock) -> None:
    holds = Holds(NIGHT, clock)
    assert holds.present() == Hold("Sends again at 22:00.", MONDAY + 22 * HOUR)
    assert not holds.paused, "nobody paused it"
    clock.hours = 22
    assert holds.present() is None
    clock.hours = 30
    assert holds.present() == Hold("Sends again at 22:00.", MONDAY + 46 * HOUR)
    holds.hours = Timetable()
    assert holds.present() is None


def test_what_is_told_first(clock: Clock) -> None:
    holds = Holds(NIGHT, clock)
    holds.hold("This network is metered.")
    assert holds.present() == Hold("This network is metered.")
    holds.pause()
    assert holds.present() == Hold()
    holds.resume()
    holds.hold("")
    assert holds.present() == Hold("Sends again at 22:00.", MONDAY + 22 * HOUR)
