"""The Watcher on the real file system: every change becomes an action, or is told to be lost
(promises 2, 7 and 9)."""

from __future__ import annotations

import os
import random
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.core.actions import delete, move, send
from tests.engine.eyes import Eyes
from tests.engine.rig import wait_until
from tests.engine.watch_limit import watch_limit

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify's events")
LIMITS = Path("/proc/sys/fs/inotify")


@pytest.fixture
def eyes(tmp_path: Path) -> Iterator[Eyes]:
    made = Eyes(tmp_path)
    (made.root / "d/e").mkdir(parents=True)
    (made.root / "d/old").write_bytes(b"x")
    made.watcher.start()
    yield made
    made.close()


def test_a_written_file_is_settled_once_it_is_closed(eyes: Eyes) -> None:
    with open(eyes.root / "d/e/a", "wb") as file:
        file.write(b"x")
        file.flush()
        wait_until(lambda: eyes.q.counts().ready == 1)
        assert eyes.q.take(9) == [], "still open: the quiet period comes first"
    wait_until(lambda: eyes.q.wait_time() == 0)
    (taken,) = eyes.q.take(9)
    assert (taken.action, taken.settled) == (send("d/e/a"), True)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells")
def test_a_file_closed_before_its_folder_was_watched_needs_no_rest(eyes: Eyes) -> None:
    for number in range(20):
        (eyes.root / f"new{number}").mkdir()
        (eyes.root / f"new{number}/file").write_bytes(b"x")
    wanted = {send(f"new{number}/file") for number in range(20)}
    settled: set[object] = set()

    def all_came() -> bool:
        settled.update(taken.action for taken in eyes.q.take(99) if taken.settled)
        return wanted <= settled

    wait_until(all_came, timeout=1.5)


def test_edit_rename_and_delete(eyes: Eyes) -> None:
    (eyes.root / "d/old").write_bytes(b"more")
    eyes.sees(send("d/old"))
    (eyes.root / "d/old").rename(eyes.root / "d/e/new")
    eyes.sees(move("d/old", "d/e/new"))
    (eyes.root / "d/e/new").unlink()
    eyes.sees(delete("d/e/new"))
    assert eyes.watcher.alive


def test_an_editors_replacement(eyes: Eyes) -> None:
    (eyes.root / "tmp").write_bytes(b"new")
    os.replace(eyes.root / "tmp", eyes.root / "d/old")
    eyes.sees(move("tmp", "d/old"))


def test_a_folders_rename_is_one_move_and_asks_for_a_rescan(eyes: Eyes) -> None:
    (eyes.root / "d").rename(eyes.root / "n")
    eyes.sees(move("d", "n"))
    wait_until(lambda: eyes.rescans)
    (eyes.root / "n/e/later").write_bytes(b"x")
    eyes.sees(send("n/e/later"))
    assert not [a for a in eyes.seen if a.src_path.startswith("d/")]


def test_moved_in_and_moved_out(eyes: Eyes, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep/file").write_bytes(b"x")
    outside.rename(eyes.root / "in")
    eyes.sees(send("in"))
    (eyes.root / "in/deep/later").write_bytes(b"x")
    eyes.sees(send("in/deep/later"))
    (eyes.root / "in").rename(tmp_path / "out")
    (eyes.root / "d/old").rename(tmp_path / "out.file")
    eyes.sees(delete("in"), delete("d/old"))


def test_a_folder_is_deleted_with_all_in_it(eyes: Eyes) -> None:
    shutil.rmtree(eyes.root / "d")
    eyes.sees(delete("d"), delete("d/old"))
    (eyes.root / "d").mkdir()
    (eyes.root / "d/again").write_bytes(b"x")
    eyes.sees(send("d"), send("d/again"))


def test_odd_names(eyes: Eyes) -> None:
    names = [os.fsdecode(n) for n in (b"\xff\xfe", b"new\nline", b"-d", "ü".encode())]
    for name in names:
        (eyes.root / name).write_bytes(b"x")
    eyes.sees(*map(send, names))


def test_a_burst_in_fresh_folders(eyes: Eyes) -> None:
    """Files made before their folder's watch stood are covered by an action on the folder."""
    for number in range(100):
        folder = eyes.root / f"new{number}/sub"
        folder.mkdir(parents=True)
        for name in range(50):
            (folder / str(name)).write_bytes(b"x")
    eyes.quiet()
    covered = {action.src_path for action in eyes.seen}

    def is_covered(path: str) -> bool:
        parts = path.split("/")
        return any("/".join(parts[:n]) in covered for n in range(1, len(parts) + 1))

    wanted = [f"new{n}/sub/{m}" for n in range(100) for m in range(50)]
    assert [path for path in wanted if not is_covered(path)] == []


def test_ignored_trees_get_no_watch_and_no_action(tmp_path: Path) -> None:
    eyes = Eyes(tmp_path, ("node_modules/", "*.tmp"))
    for number in range(20):
        (eyes.root / f"node_modules/p{number}").mkdir(parents=True)
    before = _watches()
    eyes.watcher.start()
    try:
        assert _watches() - before == 1
        (eyes.root / "node_modules/p1/file").write_bytes(b"x")
        (eyes.root / "x.tmp").write_bytes(b"x")
        (eyes.root / "new/node_modules/q").mkdir(parents=True)
        (eyes.root / "x.tmp").rename(eyes.root / "x")
        eyes.sees(send("x"))
        eyes.quiet()
        assert not [a for a in eyes.seen if "node_modules" in a.src_path or ".tmp" in a.src_path]
    finally:
        eyes.close()


def _watches() -> int:
    """inotify watches of this process."""
    count = 0
    for entry in os.scandir("/proc/self/fdinfo"):
        try:
            count += Path(entry.path).read_text().count("inotify wd:")
        except OSError:
            continue
    return count


def test_an_overflow_asks_for_a_rescan(eyes: Eyes) -> None:
    limit = LIMITS / "max_queued_events"
    if not os.access(limit, os.W_OK):
        eyes.watcher._overflowed()
        assert eyes.rescans
        return
    before = limit.read_text()
    try:
        limit.write_text("8")
        home = eyes.root.parent / "second"
        home.mkdir()
        small = Eyes(home)
        small.watcher.start()
        limit.write_text(before)
        deadline = time.monotonic() + 10
        while not small.rescans and time.monotonic() < deadline:
            for number in range(300):
                (small.root / f"f{number}").write_bytes(b"x")
        assert any("dropped" in reason for reason in small.rescans)
        for number in range(50):  # any of them may be dropped, too, but not all
            (small.root / f"late{number}").write_bytes(b"x")
            time.sleep(0.02)
        wait_until(lambda: any(a.src_path.startswith("late") for a in small.seen))
        small.close()
    finally:
        limit.write_text(before)


def test_the_watch_limit_is_told_and_costs_nothing(tmp_path: Path) -> None:
    """What cannot be watched is listed; no endless rescans of its own making follow."""
    eyes = Eyes(tmp_path)
    for number in range(50):
        (eyes.root / f"d{number:02}").mkdir()
    with watch_limit(10):
        eyes.watcher.start()
    try:
        assert len(eyes.watcher.unwatched) == 50 + 1 - 10
        assert all(name.startswith("d") for name in eyes.watcher.unwatched)
        assert eyes.watcher.alive
        _assert_idle()
        (eyes.root / "file").write_bytes(b"x")
        eyes.sees(send("file"))
    finally:
        eyes.close()


def _assert_idle(seconds: float = 2.0) -> None:
    spent = time.process_time()
    end = time.monotonic() + seconds
    threading.Event().wait(max(0.0, end - time.monotonic()))
    assert time.process_time() - spent < 0.1


def test_an_idle_watcher_over_many_folders_costs_next_to_nothing(tmp_path: Path) -> None:
    eyes = Eyes(tmp_path)
    for number in range(2_000):
        (eyes.root / f"{number % 20}/{number}").mkdir(parents=True)
    eyes.watcher.start()
    try:
        _assert_idle()
        (eyes.root / "7/1987/file").write_bytes(b"x")
        eyes.sees(send("7/1987/file"))
    finally:
        eyes.close()


def test_a_stop_right_after_an_event_is_quick_and_loses_nothing(tmp_path: Path) -> None:
    for attempt in range(5):
        home = tmp_path / str(attempt)
        home.mkdir()
        eyes = Eyes(home)
        eyes.watcher.start()
        eyes.watcher._note(send("a"), settled=True)
        thread: Any = eyes.watcher._thread
        started = time.monotonic()
        eyes.watcher.stop()
        assert time.monotonic() - started < 1
        assert not thread.is_alive()
        assert eyes.q.counts().ready == 1
        eyes.q.close()


def test_a_root_that_goes_away_ends_the_watch(eyes: Eyes) -> None:
    shutil.rmtree(eyes.root)
    wait_until(lambda: not eyes.watcher.alive)


def test_a_root_that_cannot_be_watched_is_unwatched_as_a_whole(tmp_path: Path) -> None:
    eyes = Eyes(tmp_path)
    eyes.root.rmdir()
    eyes.watcher.start()
    assert eyes.watcher.unwatched == [""]
    eyes.close()


def test_after_many_renames_every_folder_is_still_heard(eyes: Eyes) -> None:
    """Found by torture: watchdog follows renames by events of the past, and some watches ended
    under names of others; what they saw was looked for in the wrong place, for an hour."""
    rng = random.Random(1)
    eyes.watcher.start()
    for number in range(300):
        folders = [Path(found) for found, _, _ in os.walk(eyes.root)][1:]
        parent = rng.choice([eyes.root, *folders])
        dest = parent / f"d{rng.randrange(6)}"
        if len(folders) < 5 or rng.random() < 0.4:
            (parent / f"a{number}" / "b" / "c").mkdir(parents=True)
        elif rng.random() < 0.9:
            source = rng.choice(folders)
            if not dest.exists() and not dest.is_relative_to(source):
                source.rename(dest)
        else:
            shutil.rmtree(rng.choice(folders))
    wait_until(lambda: "A folder was renamed." in eyes.rescans, "asked for a sweep")
    time.sleep(0.6)  # watchdog holds back a rename's first half for half a second
    eyes.watcher.refresh()  # as the patrol does before the sweep
    eyes.quiet()
    probes = [Path(found) / "probe" for found, _, _ in os.walk(eyes.root)]
    for probe in probes:
        probe.write_bytes(b"x")
    eyes.sees(*(send(str(probe.relative_to(eyes.root))) for probe in probes))


def test_a_touch_and_a_chmod_are_seen(eyes: Eyes) -> None:
    path = eyes.root / "a"
    path.write_bytes(b"x")
    eyes.watcher.start()
    os.utime(path, (1e9, 1e9))
    eyes.sees(send("a"))
    eyes.seen.clear()
    path.chmod(0o600)
    eyes.sees(send("a"))


def test_a_copy_with_times_is_not_held_up(eyes: Eyes) -> None:
    """Closed first, dated afterwards, as cp -p and tar do: no quiet period is needed."""
    eyes.watcher.start()
    (eyes.root / "a").write_bytes(b"x")
    os.utime(eyes.root / "a", (1e9, 1e9))
    eyes.quiet()
    [taken] = [taken for taken in eyes.q.take(9) if taken.action == send("a")]
    assert taken.settled
