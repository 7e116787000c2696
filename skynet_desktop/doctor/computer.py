"""This computer: its clock, and how many files a program may have open."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from skynet_desktop.doctor.exam import Check, Exam, Said, bad, note, ok, warning

CLOCK_SECONDS = 120.0
"""How far a clock may be off. S3 refuses signatures after fifteen minutes, some servers
sooner."""
SET_CLOCK = "Set date and time, best by switching on that this computer sets them by itself."
_DAY = 86_400.0
_YEARS = 20 * 365 * _DAY
_POSIX_ZONE = re.compile(r"(?:[A-Za-z]{3,}|<[\w+-]+>)[+-]?\d.*")
_FILES, _FILES_PER_MAPPING = 100, 60
"""What the program itself, and a mapping at full work, have open: databases, connections,
files on their way."""


def _clock(exam: Exam) -> Iterator[Said]:
    now = time.time()
    program = sys.executable if getattr(sys, "frozen", False) else __file__
    installed = Path(program).stat().st_mtime
    shown = datetime.now().astimezone()
    if not installed - _DAY < now < installed + _YEARS:
        yield bad(f"This computer's clock says {shown:%Y-%m-%d %H:%M}, which cannot be.",
                  SET_CLOCK)  # fmt: skip
        return
    newest = max((_mtime(path) for path in exam.app.paths.state.rglob("*.db")), default=0.0)
    if newest > now + CLOCK_SECONDS:
        then = datetime.fromtimestamp(newest)
        yield warning(
            f"The clock was set back: it says {shown:%Y-%m-%d %H:%M}, and Skynet wrote last on "
            f"{then:%Y-%m-%d %H:%M}.",
            SET_CLOCK,
        )
    yield from _zone(os.environ.get("TZ", ""), shown)


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _zone(chosen: str, shown: datetime) -> Iterator[Said]:
    if chosen and sys.platform != "win32" and not _is_zone(chosen.removeprefix(":")):
        yield warning(
            f"The time zone {chosen}, chosen by the variable TZ, is not known; UTC is taken.",
            "Correct or remove the variable, or install the system's time zones (tzdata).",
        )
        return
    moment, zone, offset = f"{shown:%Y-%m-%d %H:%M}", shown.tzname(), f"{shown:%z}"
    yield ok(f"It is {moment} in {zone} ({offset}).")


def _is_zone(name: str) -> bool:
    if os.path.isabs(name):
        return os.path.exists(name)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _POSIX_ZONE.fullmatch(name) is not None
    return True


def _open_files(exam: Exam) -> Iterator[Said]:
    if sys.platform == "win32":
        yield ok("This system sets no limit that matters here.")
        return
    import resource

    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = _FILES + _FILES_PER_MAPPING * len(exam.settings.mappings)
    if allowed == resource.RLIM_INFINITY or allowed >= needed:
        yield ok("A program may have as many files open as Skynet needs.")
        return
    found = f"A program may have {allowed} files open; Skynet may need {needed}."
    if most == resource.RLIM_INFINITY or most >= needed:
        yield warning(
            found,
            "Raise the limit in the terminal that Skynet is started from.",
            f"ulimit -n {needed}",
        )
    else:
        yield note(found, "Ask whoever runs this computer to raise the limit (nofile).")


CHECKS = (Check("Clock", _clock), Check("Open files", _open_files))
