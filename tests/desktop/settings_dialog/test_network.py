from __future__ import annotations

from datetime import datetime

import pytest

from skynet_desktop.desktop.settings_dialog.network import limit_now

MONDAY_NOON = datetime(2026, 11, 23, 12).astimezone()


@pytest.mark.parametrize(
    ("lines", "begins"),
    [
        ((), ""),
        (("mon-fri 8-18 1",), ""),
        (("mon-fri 08:00-18:00 1.5",), "Now: 1.5 MB/s, until "),
        (("sat 08:00-18:00 1.5",), "Now: 4 MB/s, until "),
        (("mon-fri 08:00-18:00 0",), "Now: no limit, until "),
        (("daily 00:00-24:00 2",), "Now: 2 MB/s."),
    ],
)
def test_the_timetable_is_read_aloud(lines: tuple[str, ...], begins: str) -> None:
    said = limit_now(lines, 4.0, MONDAY_NOON)
    assert said.startswith(begins) and bool(said) == bool(begins)
