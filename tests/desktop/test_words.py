from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from skynet_desktop.core.events import State
from skynet_desktop.desktop import words
from skynet_desktop.desktop.snapshot import MappingView, Snapshot
from tests.desktop.made_controller import view

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    """Numbers as in the United States, whatever the machine's locale is."""
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(QLocale.system())


def of(*views: MappingView) -> str:
    state = min((v.state for v in views), key=list(State).index, default=State.SETUP)
    return words.sentence(Snapshot(state, views, sum(v.speed for v in views)))


def soon(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("state", "status", "sentence"),
    [
        (State.CHECKING, {}, "Checking"),
        (State.UP_TO_DATE, {}, "Up to date"),
        (State.UPLOADING, {}, "Uploading"),
        (State.PAUSED, {"paused": True}, "Paused"),
        (State.PAUSED, {"reason": "On a metered connection, nothing is sent."},
         "On a metered connection, nothing is sent."),
        (State.OFFLINE, {"reason": "nas does not answer."}, "nas does not answer."),
        (State.OFFLINE, {}, "Offline"),
        (State.ACTION_REQUIRED, {"reason": "Remove 300 files?"}, "Remove 300 files?"),
        (State.ISSUES, {"reason": "Some folders are not watched."},
         "Some folders are not watched."),
    ],
)  # fmt: skip
def test_one_mapping(state: State, status: dict[str, Any], sentence: str) -> None:
    assert of(view(state=state, **status)) == sentence
    assert words.mapping_sentence(view(state=state, **status)) == sentence


def test_nothing_is_set_up() -> None:
    assert of() == "Nothing is mirrored yet"


def test_uploading_says_which_of_how_many_how_much_and_how_long() -> None:
    sent = view(state=State.UPLOADING, queued=116, in_flight=2, speed=3_333_333.0,
                bytes_left=1_200_000_000)  # fmt: skip
    made = Snapshot(State.UPLOADING, (_with_done(sent, 2),), sent.speed)
    assert words.sentence(made) == "Uploading 3 of 120 · 1.2 GB left · 6 min"


def test_the_last_one_is_not_beyond_the_last() -> None:
    assert of(_with_done(view(state=State.UPLOADING, in_flight=1), 0)) == "Uploading 1 of 1"
    assert of(_with_done(view(state=State.UPLOADING), 5)) == "Uploading 5 of 5"


def test_large_numbers_are_parted() -> None:
    assert of(view(state=State.UPLOADING, queued=12_345)) == "Uploading 1 of 12,345"


def test_paused_until() -> None:
    end = datetime.now().astimezone().replace(hour=23, minute=59, second=0, microsecond=0)
    until = end.astimezone(UTC).isoformat()
    told = of(view(state=State.PAUSED, paused=True, paused_until=until))
    assert told.replace("\u202f", " ") == "Paused until 11:59 PM"
    assert "/" in of(view(state=State.PAUSED, paused=True, paused_until=soon(days=2)))


def test_offline_says_when_it_is_tried_again_and_what_waits() -> None:
    away = view(state=State.OFFLINE, reason="nas does not answer.", retry_at=soon(seconds=40),
                queued=7)  # fmt: skip
    first, retry, waits = of(away).split(" · ")
    assert (first, waits) == ("nas does not answer.", "7 waiting")
    assert retry in ("retry in 40 s", "retry in 39 s", "retry in 38 s")
    late = view(state=State.OFFLINE, reason="nas does not answer.", retry_at=soon(seconds=-5))
    assert of(late) == "nas does not answer."


def test_a_reason_has_the_name_unless_it_is_that_of_all() -> None:
    fine = view("Music")
    lost = [view(n, State.OFFLINE, reason="nas does not answer.") for n in ("A", "B")]
    assert of(*lost) == "nas does not answer."
    assert of(*lost, fine) == "A: nas does not answer."


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (59, "59 s"), (60, "1 min"), (6_000, "100 min"), (7_200, "2 h"),
     (86_400, "24 h"), (200_000, "2 day(s)")],
)  # fmt: skip
def test_durations_are_of_one_unit(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_500, "2 kB"), (1_234_567, "1.2 MB"),
     (5 * 10**12, "5.0 TB")],
)  # fmt: skip
def test_sizes_are_decimal(amount: int, said: str) -> None:
    assert words.size(amount) == said


def test_ago() -> None:
    assert words.ago(None) == "never"
    assert words.ago(soon(seconds=-5)) == "just now"
    assert words.ago(soon(minutes=-5)) == "5 min ago"
    assert words.ago(soon(minutes=+5)) == "just now"  # the clock was put back


@pytest.mark.parametrize(("locale", "said"), [("de_DE", "1,2"), ("hi_IN", "1.2"), ("zh_CN", "1.2")])
def test_other_locales(locale: str, said: str) -> None:
    QLocale.setDefault(QLocale(locale))
    assert words.size(1_200_000_000).startswith(said)
    for state in State:
        assert words.state_name(state)
        busy = view(state=state, reason="Why.", queued=12_345, bytes_left=10**9, speed=10.0,
                    paused=True, paused_until=soon(days=1), retry_at=soon(hours=1),
                    issues=3)  # fmt: skip
        assert of(busy)


def _with_done(made: MappingView, done: int) -> MappingView:
    return replace(made, done=done)
