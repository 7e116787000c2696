"""Moments: when a pause ends, from what a person types."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.timetable import moment

_SPAN = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,4})m)?", re.ASCII)
_CLOCK = re.compile(r"(\d\d?):(\d\d)", re.ASCII)


def after(span: str, now: datetime) -> datetime:
    """``now`` and a span such as 30m, 2h, 1h30m or 1d. Raises :class:`SettingsError`."""
    match = _SPAN.fullmatch(span)
    days, hours, minutes = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    length = timedelta(days=days, hours=hours, minutes=minutes)
    if not length:
        raise SettingsError(f'"{span}" is not a span of time such as 30m, 2h, 1h30m or 1d.')
    return now + length


def until(text: str, now: datetime) -> datetime:
    """The next time it is HH:MM, or a date and time in ISO 8601. ``now`` has a time zone.

    Raises :class:`SettingsError`, also for what is past.
    """
    if match := _CLOCK.fullmatch(text):
        return _next(text, int(match[1]), int(match[2]), now)
    try:
        then = datetime.fromtimestamp(moment(text)).astimezone()
    except ValueError as error:
        raise SettingsError(f"{error}, nor a time such as 14:30.") from None
    if then <= now:
        raise SettingsError(f'"{text}" is past already.')
    return then


def _next(text: str, hour: int, minute: int, now: datetime) -> datetime:
    try:
        local = now.replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise SettingsError(f'"{text}" is not a time such as 14:30.') from None
    # By way of local time: tomorrow may be in summer time.
    today, tomorrow = (day.astimezone() for day in (local, local + timedelta(days=1)))
    return today if today > now else tomorrow
