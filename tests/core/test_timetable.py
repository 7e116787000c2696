from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.core.timetable import Timetable, moment

MONDAY = datetime(2026, 11, 23)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def at(day: str, hours: str) -> datetime:
    hour, minute = hours.split(":")
    return MONDAY + timedelta(days=DAYS.index(day), hours=int(hour), minutes=int(minute))


def test_a_limit_for_office_hours() -> None:
    table = Timetable.of(["mon-fri 08:00-18:00 1.5", "daily 00:00-24:00 0"])
    assert table.limit_at(at("mon", "8:00")) == 1.5
    assert table.limit_at(at("fri", "17:59")) == 1.5
    assert table.limit_at(at("fri", "18:00")) == 0
    assert table.limit_at(at("sat", "12:00")) == 0
    assert Timetable.of(["mon 08:00-18:00 1"]).limit_at(at("tue", "9:00")) is None


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    night = Timetable.of(["fri 22:00-06:00"])
    assert night.is_open(at("fri", "22:00"))
    assert night.is_open(at("sat", "5:59"))
    assert not night.is_open(at("fri", "5:59"))
    assert not night.is_open(at("sat", "22:00"))
    assert Timetable.of(["sun 22:00-06:00"]).is_open(at("mon", "3:00"))


def test_the_next_change() -> None:
    night = Timetable.of(["mon-fri 22:00-06:00"])
    assert night.next_change(at("mon", "12:00")) == at("mon", "22:00")
    assert night.next_change(at("mon", "22:00")) == at("tue", "6:00")
    assert night.next_change(at("sat", "6:00")) == at("mon", "22:00") + timedelta(weeks=1)


def test_hours_that_meet_are_one_stretch() -> None:
    table = Timetable.of(["mon 08:00-12:00", "mon 12:00-18:00"])
    assert table.next_change(at("mon", "9:00")) == at("mon", "18:00")


def test_what_never_changes() -> None:
    assert Timetable().is_open(MONDAY)
    assert Timetable().next_change(MONDAY) is None
    assert Timetable().limit_at(MONDAY) is None
    assert Timetable.of(["daily 00:00-24:00"]).next_change(MONDAY) is None


def test_once_a_week_comes_round() -> None:
    table = Timetable.of(["mon 00:00-00:01"])
    assert table.next_change(MONDAY + timedelta(minutes=1)) == MONDAY + timedelta(weeks=1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", '"" is not of the form "mon-fri 08:00-18:00 1.5"'),
        ("mon", 'not of the form'),
        ("mon 08:00 - 18:00 1", "not of the form"),
        ("mo 08:00-18:00", 'in "mo 08:00-18:00" "mo" is not a day: days are mon, tue,'),
        ("mon- 08:00-18:00", '"mon-" is not a day'),
        ("mon,,tue 08:00-18:00", '"" is not a day'),
        ("mon 8-18", '"8-18" is not a span of hours such as 08:00-18:00'),
        ("mon 24:00-08:00", "is not a span"),
        ("mon 08:00-24:01", "is not a span"),
        ("mon 08:60-09:00", "is not a span"),
        ("mon 08:00-08:00", "the whole day is 00:00-24:00"),
        ("mon 08:00-18:00 fast", '"fast" is not a number of MB/s from 0 to 100000'),
        ("mon 08:00-18:00 -1", "not a number"),
        ("mon 08:00-18:00 nan", "not a number"),
        ("mon 08:00-18:00 inf", "not a number"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_line(line: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        Timetable.of(["daily 10:00-11:00", line])
    assert words in str(caught.value)


def test_lines_with_and_without_numbers() -> None:
    with pytest.raises(ValueError, match="the limit in MB/s is missing"):
        Timetable.of(["mon 08:00-18:00"], limits=True)
    with pytest.raises(ValueError, match='no place for "1"'):
        Timetable.of(["mon 08:00-18:00 1"], limits=False)


def test_moments() -> None:
    assert moment("2026-11-23T08:00:00+01:00") == moment("2026-11-23T07:00:00Z")
    assert moment("2026-11-23T08:00") == datetime(2026, 11, 23, 8).timestamp()
    with pytest.raises(ValueError, match='"tomorrow" is not a moment such as'):
        moment("tomorrow")


@st.composite
def lines(draw: st.DrawFn) -> str:
    days = st.sampled_from(DAYS)
    part = st.one_of(days, st.tuples(days, days).map("-".join))
    when = draw(st.one_of(st.just("daily"), st.lists(part, min_size=1, max_size=3).map(",".join)))
    begin = draw(st.integers(0, 1439))
    end = draw(st.integers(0, 1440).filter(lambda end: end != begin))
    limit = draw(st.sampled_from(["", " 0", " 1.5", " 20"]))
    return f"{when} {begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}{limit}"


_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))


@given(st.lists(lines(), max_size=4), _MOMENTS)
def test_the_next_change_is_the_first(written: list[str], when: datetime) -> None:
    """By trying every minute of the week that follows."""
    table = Timetable.of(written)
    found = table.next_change(when)
    now = (table.is_open(when), table.limit_at(when))
    minute = when.replace(second=0, microsecond=0)
    changes = (
        later
        for n in range(1, 7 * 24 * 60 + 1)
        for later in [minute + timedelta(minutes=n)]
        if (table.is_open(later), table.limit_at(later)) != now
    )
    assert found == next(changes, None)


@given(lines(), _MOMENTS)
def test_every_week_is_alike(line: str, when: datetime) -> None:
    table = Timetable.of([line])
    assert table.is_open(when) == table.is_open(when + timedelta(weeks=1))
    assert table.is_open(when) or table.limit_at(when) is None


@given(st.text())
def test_nothing_but_a_clear_refusal(line: str) -> None:
    try:
        Timetable.of([line])
    except ValueError as error:
        assert line in str(error)
