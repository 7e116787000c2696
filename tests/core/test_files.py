"""When a file may be read, and how versions are told apart (promises 2 and 3)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from skynet_desktop.core.files import COARSE_TICK_NS, TICK_NS, FileState, is_regular, settle_ns

SECOND = 1_000_000_000
NOW = 1_700_000_000 * SECOND + 123


@pytest.mark.parametrize(
    ("mtime", "ctime", "wait"),
    [
        (NOW, NOW, TICK_NS),
        (NOW - TICK_NS // 2, NOW - TICK_NS, TICK_NS // 2),
        (NOW - 10 * SECOND, NOW, TICK_NS),  # put back by touch: the ctime betrays it
        (NOW - TICK_NS, NOW - TICK_NS, 0),
        (NOW - 9 * SECOND, NOW - 9 * SECOND, 0),
    ],
)
def test_a_file_rests_for_a_tick(mtime: int, ctime: int, wait: int) -> None:
    assert settle_ns(FileState(1, mtime, ctime), NOW) == wait


def test_file_systems_with_coarse_times_need_a_longer_rest() -> None:
    whole = NOW // SECOND * SECOND
    state = FileState(1, whole, whole)
    assert settle_ns(state, NOW) == COARSE_TICK_NS - (NOW - whole)
    assert settle_ns(state, whole + COARSE_TICK_NS) == 0


def test_a_time_in_the_future_is_not_waited_for() -> None:
    assert settle_ns(FileState(1, NOW + 3600 * SECOND, NOW + 3600 * SECOND), NOW) <= TICK_NS


def test_a_future_mtime_on_a_file_at_rest_does_not_hold_it_up_for_ever() -> None:
    """Archives and cameras leave such times; the ctime says when it was really written.

    A wait that never comes to an end means a file that is never sent (promise 1).
    """
    state = FileState(1, NOW + 10**6 * SECOND, NOW - 60 * SECOND)
    assert settle_ns(state, NOW) == 0


def test_same_content_ignores_the_ctime_alone() -> None:
    state = FileState(5, 10, 10)
    assert state.same_content(FileState(5, 10, 99))
    assert not state.same_content(FileState(6, 10, 10))
    assert not state.same_content(FileState(5, 11, 10))


def test_only_regular_files_count(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"12345")
    (tmp_path / "link").symlink_to(file)
    os.mkfifo(tmp_path / "pipe")
    assert is_regular(file.lstat())
    assert FileState.of(file.lstat()).size == 5
    assert not any(is_regular((tmp_path / n).lstat()) for n in ("link", "pipe", "."))


def test_an_edit_that_puts_the_times_back_is_another_version(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"one")
    os.utime(file, ns=(0, 10**18))
    before = FileState.of(file.stat())
    file.write_bytes(b"two")
    os.utime(file, ns=(0, 10**18))
    after = FileState.of(file.stat())
    assert before.same_content(after)
    assert before != after or before.ctime_ns == after.ctime_ns
