"""Timetable: what holds on which days at which hours, as a person writes it.

    mon-fri 08:00-18:00 1.5     a limit in MB/s, for the network
    daily 22:00-06:00           no number: hours at which a mapping sends

Days are mon to sun, alone, as ranges (fri-mon goes over Sunday), as comma lists, or "daily".
Hours that cross midnight belong to the day on which they begin. All times are those of the
wall clock: whoever asks gives the local time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60
_HOURS = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)", re.ASCII)
_MOST = 100_000.0


@dataclass(frozen=True, slots=True)
class Period:
    """Begins on each of ``days`` (0 is Monday); ``begin`` and ``end`` in minutes since that
    day's midnight, ``end`` above 1440 if it lies on the next day."""

    days: frozenset[int]
    begin: int
    end: int
    limit: float | None

    def contains(self, weekday: int, minute: int) -> bool:
        today = weekday in self.days and self.begin <= minute < self.end
        return today or ((weekday - 1) % 7 in self.days and minute + _DAY < self.end)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Immutable. Two are equal if their lines say the same."""

    periods: tuple[Period, ...] = ()

    @classmethod
    def of(cls, lines: Sequence[str], *, limits: bool | None = None) -> Timetable:
        """``limits``: whether each line must have a number (True), none may (False), or either
        is fine. Raises ``ValueError`` with words that name the line and what is wrong in it."""
        return cls(tuple(_period(line, limits) for line in lines))

    def limit_at(self, when: datetime) -> float | None:
        """The number of the first line that holds at this local time; None if no line does."""
        period = self._period_at(when)
        return period.limit if period is not None else None

    def is_open(self, when: datetime) -> bool:
        """Whether any line holds at this local time. Without any lines it is always open."""
        return not self.periods or self._period_at(when) is not None

    def next_change(self, when: datetime) -> datetime | None:
        """The first moment after ``when`` (with its time zone) at which another line holds than
        before, or none does any more; None if that never happens."""
        now = self._at(when)
        for moment in self._edges(when):
            if self._at(moment) != now:
                return moment
        return None

    def _at(self, when: datetime) -> tuple[bool, float | None]:
        return self.is_open(when), self.limit_at(when)

    def _period_at(self, when: datetime) -> Period | None:
        minute = when.hour * 60 + when.minute
        return next((p for p in self.periods if p.contains(when.weekday(), minute)), None)

    def _edges(self, when: datetime) -> list[datetime]:
        """When any line begins or ends within the week after ``when``, in order."""
        midnight = when.replace(hour=0, minute=0, second=0, microsecond=0)
        moments = {
            midnight + timedelta(days=ahead, minutes=minute)
            for ahead in range(-1, 8)
            for period in self.periods
            if (midnight + timedelta(days=ahead)).weekday() in period.days
            for minute in (period.begin, period.end)
        }
        # A sum forgets which of the two hours it is when the clocks go back.
        return [m.replace(fold=when.fold) for m in sorted(moments) if m > when]


def moment(text: str) -> float:
    """Seconds since 1970 of an ISO 8601 date and time, local unless it names its time zone.

    Raises ``ValueError`` for anything else.
    """
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise ValueError(f'"{text}" is not a moment such as 2026-11-23T08:00:00+01:00') from None


def _period(line: str, limits: bool | None) -> Period:
    words = line.split()
    if len(words) not in (2, 3):
        number = "" if limits is False else " 1.5"
        raise ValueError(f'"{line}" is not of the form "mon-fri 08:00-18:00{number}"')
    if limits is False and len(words) == 3:
        raise ValueError(f'in "{line}" there is no place for "{words[2]}": days and hours suffice')
    if limits is True and len(words) == 2:
        raise ValueError(f'in "{line}" the limit in MB/s is missing; 0 stands for none')
    begin, end = _span(line, words[1])
    limit = _limit(line, words[2]) if len(words) == 3 else None
    return Period(_days(line, words[0]), begin, end, limit)


def _days(line: str, word: str) -> frozenset[int]:
    if word.lower() == "daily":
        return frozenset(range(7))
    found: set[int] = set()
    for part in word.lower().split(","):
        first, _, last = part.partition("-")
        last = last if "-" in part else first
        if first not in _DAYS or last not in _DAYS:
            raise ValueError(
                f'in "{line}" "{part}" is not a day: days are {", ".join(_DAYS)}, ranges such as '
                'mon-fri, lists such as mon,wed, or "daily"'
            )
        begin, end = _DAYS.index(first), _DAYS.index(last)
        found.update((begin + n) % 7 for n in range((end - begin) % 7 + 1))
    return frozenset(found)


def _span(line: str, word: str) -> tuple[int, int]:
    match = _HOURS.fullmatch(word)
    numbers = [int(group) for group in match.groups()] if match else []
    begin, end = (numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]) if match else (0, 0)
    if not match or begin >= _DAY or end > _DAY or max(numbers[1], numbers[3]) > 59:
        raise ValueError(f'in "{line}" "{word}" is not a span of hours such as 08:00-18:00')
    if begin == end:
        raise ValueError(f'in "{line}" the hours end when they begin; the whole day is 00:00-24:00')
    return begin, end if end > begin else end + _DAY


def _limit(line: str, word: str) -> float:
    try:
        limit = float(word)
    except ValueError:
        limit = math.nan
    if not 0 <= limit <= _MOST:
        raise ValueError(
            f'in "{line}" "{word}" is not a number of MB/s from 0 to {_MOST:.0f}, such as 1.5'
        )
    return limit
