from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from skynet_desktop.cli import moments
from skynet_desktop.core.errors import SettingsError

NOW = datetime(2026, 11, 23, 12, 0, 30).astimezone()


def local(*parts: int) -> datetime:
    return datetime(*parts).astimezone()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("span", "minutes"), [("30m", 30), ("2h", 120), ("1h30m", 90), ("1d", 1440), ("1d2h3m", 1563)]
)
def test_spans(span: str, minutes: int) -> None:
    assert moments.after(span, NOW) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize("span", ["", "0m", "30", "h", "30s", "-1h", "1.5h", "2h 3m", "30m1h"])
def test_what_is_no_span(span: str) -> None:
    with pytest.raises(SettingsError, match="is not a span of time such as 30m, 2h"):
        moments.after(span, NOW)


def test_until() -> None:
    assert moments.until("14:30", NOW) == local(2026, 11, 23, 14, 30)
    assert moments.until("12:00", NOW) == local(2026, 11, 24, 12, 0)
    assert moments.until("9:05", NOW) == local(2026, 11, 24, 9, 5)
    assert moments.until("2026-12-24T18:00", NOW) == local(2026, 12, 24, 18)
    assert moments.until("2026-12-24T18:00:00+00:00", NOW).timestamp() == 1798135200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tomorrow", '"tomorrow" is not a moment such as 2026-11-23T08:00:00.01:00, nor a time'),
        ("24:00", '"24:00" is not a time such as 14:30'),
        ("2026-11-23T11:00", "is past already"),
    ],
)
def test_what_is_no_moment(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        moments.until(text, NOW)
