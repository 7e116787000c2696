"""When a mapping is verified by itself, with clocks that jump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from skynet_desktop.engine.statedb import StateDB
from skynet_desktop.engine.verifying import schedule as verify_schedule
from skynet_desktop.engine.verifying.schedule import Schedule

DAY = 86_400.0


@dataclass
class Clocks:
    """Both go on together unless one is set."""

    wall: float = 1_800_000_000.0
    steady: float = 5_000.0

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def db(tmp_path: Path) -> Iterator[StateDB]:
    opened = StateDB(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def schedule(db: StateDB, clocks: Clocks) -> Schedule:
    """As at a start: the steady clock begins anew."""
    clocks.steady = 100.0
    return Schedule(db, lambda: clocks.wall, lambda: clocks.steady)


def test_the_first_is_due_at_once_and_the_next_after_its_time(db: StateDB, clocks: Clocks) -> None:
    one = schedule(db, clocks)
    assert one.is_due(DAY)
    one.ended(True)
    assert not one.is_due(DAY)
    clocks.pass_(DAY - 1)
    assert not one.is_due(DAY)
    clocks.pass_(1)
    assert one.is_due(DAY)


def test_time_between_two_runs_counts(db: StateDB, clocks: Clocks) -> None:
    schedule(db, clocks).ended(True)
    clocks.wall += DAY / 2
    assert not schedule(db, clocks).is_due(DAY)
    clocks.wall += DAY / 2
    assert schedule(db, clocks).is_due(DAY)


def test_time_within_a_run_outlives_a_kill(db: StateDB, clocks: Clocks) -> None:
    one = schedule(db, clocks)
    one.ended(True)
    for _ in range(24):
        clocks.pass_(DAY / 24)
        due = one.is_due(DAY)
    assert due
    clocks.wall -= 40 * DAY  # and the clock is set back while it is off
    again = schedule(db, clocks)
    clocks.pass_(verify_schedule._SAVE_SECONDS)
    assert again.is_due(DAY), "what had passed is on disk"


@pytest.mark.parametrize("jump", [365 * DAY, -365 * DAY])
def test_a_clock_that_is_set_while_we_run(db: StateDB, clocks: Clocks, jump: float) -> None:
    one = schedule(db, clocks)
    one.ended(True)
    clocks.wall += jump
    assert not one.is_due(DAY), "not earlier"
    clocks.pass_(DAY)
    assert one.is_due(DAY), "and not later"


def test_a_clock_that_was_set_back_while_we_were_off(db: StateDB, clocks: Clocks) -> None:
    schedule(db, clocks).ended(True)
    clocks.wall -= 10 * 365 * DAY
    one = schedule(db, clocks)
    assert not one.is_due(DAY)
    clocks.pass_(DAY)
    assert one.is_due(DAY), "late, but not never"


def test_never_more_often_than_wanted_over_many_starts(db: StateDB, clocks: Clocks) -> None:
    schedule(db, clocks).ended(True)
    done = 0
    for hour in range(24 * 10):
        clocks.wall += 3_600 if hour % 2 else 3_600 - 7_200 * (hour % 3 == 0)
        one = schedule(db, clocks)
        if one.is_due(DAY):
            one.ended(True)
            done += 1
    assert 1 <= done <= 10


def test_one_that_did_not_come_to_its_end_is_tried_again_later(db: StateDB, clocks: Clocks) -> None:
    one = schedule(db, clocks)
    pauses = []
    for _ in range(8):
        assert one.is_due(DAY)
        one.ended(False)
        began = clocks.steady
        while not one.is_due(DAY):
            clocks.pass_(600)
        pauses.append(clocks.steady - began)
    assert pauses == [3_600, 7_200, 14_400, 28_800, 57_600, 86_400, 86_400, 86_400]
    one.ended(True)
    clocks.pass_(DAY)
    one.ended(False)
    clocks.pass_(3_600)
    assert one.is_due(DAY), "the pauses begin anew"


def test_the_real_clock_goes_on() -> None:
    before = verify_schedule.steady()
    assert verify_schedule.steady() >= before
