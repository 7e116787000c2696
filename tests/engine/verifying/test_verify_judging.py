"""The rules of a verification, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.core.files import FileState
from skynet_desktop.engine.index import Known, Traits
from skynet_desktop.engine.verifying.judging import Case, Rules, judge, same_time
from skynet_desktop.engine.verifying.report import Difference

SECOND = 1_000_000_000
HERE = FileState(10, 50 * SECOND + 123, 60 * SECOND)
OTHER = FileState(10, 70 * SECOND, 70 * SECOND)
THERE = RemoteFile("f", 10, 50 * SECOND)
ROW = Known(HERE, True)
RULES = Rules(live=True, complete_sync=True, deep=False, keeps_times=True)
STOPPED = replace(RULES, live=False)


def judged(
    here: FileState | None, known: Known | None, there: RemoteFile | None, rules: Rules = RULES
) -> str:
    found = judge(Case("f", here, known, there), rules)
    return found.fault.value if isinstance(found, Difference) else found.name


def test_all_three_agree() -> None:
    assert judged(HERE, ROW, THERE) == "SAME"


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (None, "new here"),
        (Known(OTHER, True), "changed here"),
        (Known(HERE, False), "its sending was begun"),
    ],
)
def test_what_is_not_sent_yet(known: Known | None, why: str) -> None:
    assert judged(HERE, known, None) == "WAITING", why
    assert judged(HERE, known, THERE) == "WAITING", why
    assert judged(HERE, known, None, STOPPED) == "missing", why
    assert judged(HERE, known, THERE, STOPPED) == "SAME", why


def test_missing_and_size() -> None:
    assert judged(HERE, ROW, None) == "missing"
    assert judged(HERE, ROW, replace(THERE, size=9)) == "size"


@pytest.mark.parametrize(
    ("known", "complete_sync", "live", "verdict"),
    [
        (None, True, True, "FOREIGN"),
        (None, False, True, "FOREIGN"),
        (ROW, False, True, "KEPT"),
        (ROW, True, True, "extra"),
        (ROW, True, False, "extra"),
        (Known(HERE, False), True, True, "WAITING"),
        (Known(HERE, False), True, False, "extra"),
    ],
)
def test_gone_here(known: Known | None, complete_sync: bool, live: bool, verdict: str) -> None:
    rules = replace(RULES, complete_sync=complete_sync, live=live)
    assert judged(None, known, THERE, rules) == verdict
    assert judged(None, known, None, rules) == "KEPT"


@pytest.mark.parametrize(
    ("tag", "there", "keeps_times", "verdict"),
    [
        ("t", RemoteFile("f", 10, None, "t"), True, "SAME"),
        ("t", RemoteFile("f", 10, None, "u"), True, "ASK"),
        ("", RemoteFile("f", 10, None, "u"), True, "ASK"),
        ("t", RemoteFile("f", 10, None, ""), True, "ASK"),
        ("", RemoteFile("f", 10, None, ""), True, "ASK"),
        ("t", RemoteFile("f", 10, 50 * SECOND, "u"), True, "ASK"),
        ("t", RemoteFile("f", 10, 70 * SECOND, "t"), True, "time"),
        ("t", RemoteFile("f", 10, 70 * SECOND, "t"), False, "SAME"),
        ("", RemoteFile("f", 10, 70 * SECOND, ""), True, "time"),
        ("", RemoteFile("f", 10, 70 * SECOND, ""), False, "ASK"),
    ],
)
def test_tags_and_times(tag: str, there: RemoteFile, keeps_times: bool, verdict: str) -> None:
    known = Known(HERE, True, Traits(tag=tag))
    assert judged(HERE, known, there, replace(RULES, keeps_times=keeps_times)) == verdict


def test_a_tag_says_nothing_of_another_version() -> None:
    """The tag is that of what was sent; here is something else by now."""
    known = Known(OTHER, True, Traits(tag="t"))
    there = RemoteFile("f", 10, None, "t")
    assert judged(HERE, known, there, STOPPED) == "ASK"


def test_deep_asks_whenever_there_is_something_to_read() -> None:
    deep = replace(RULES, deep=True)
    assert judged(HERE, ROW, THERE, deep) == "ASK"
    assert judged(HERE, ROW, replace(THERE, mtime_ns=0), deep) == "ASK"
    assert judged(HERE, ROW, None, deep) == "missing"
    assert judged(HERE, ROW, replace(THERE, size=9), deep) == "size"


@pytest.mark.parametrize(
    ("here_ns", "there_ns", "same"),
    [
        (50 * SECOND + 999_999_999, 50 * SECOND, True),
        (50 * SECOND + 999_999_999, 51 * SECOND, True),
        (51 * SECOND + 900_000_000, 50 * SECOND, True),
        (52 * SECOND, 50 * SECOND, False),
        (50 * SECOND, 52 * SECOND, False),
        (50 * SECOND + 123_456_789, 50 * SECOND + 123_456_700, True),
        (50 * SECOND + 123_456_789, 50 * SECOND + 120_000_000, True),
        (50 * SECOND + 123_456_789, 50 * SECOND + 523_456_789, False),
        (-SECOND, -SECOND, True),
        (0, 0, True),
    ],
)
def test_times_as_services_keep_them(here_ns: int, there_ns: int, same: bool) -> None:
    """Cut or rounded to seconds, or to the two seconds of a FAT disk, or kept in fractions."""
    assert same_time(here_ns, there_ns) is same
