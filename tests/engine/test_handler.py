"""The Handler does what is right now, whatever the Q said (promises 1, 2 and 6)."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from skynet_desktop.core.actions import Action, Kind, delete, move, send
from skynet_desktop.core.errors import PathDenied, PathImpossible
from skynet_desktop.core.events import Done, Failed, Started
from skynet_desktop.engine import dispatch, handler, jobs
from skynet_desktop.engine.jobs import BIG
from tests.engine.fakes import Full, Plain, Remote
from tests.engine.rig import BASE, Rig, put, wait_until


@pytest.mark.parametrize("kind", [Plain, Full])
def test_files_arrive_and_are_recorded(rig: Rig, kind: type[Plain]) -> None:
    rig.remote.kind = kind
    for name in ("a", "d/b", "d/e/ü", "empty"):
        put(rig.root / name, b"" if name == "empty" else name)
    mapping = rig.open()
    rig.sweep(mapping)
    rig.assert_same()
    assert mapping.q.counts() == type(mapping.q.counts())(0, 0, 0)
    assert mapping.index.totals().files == 4
    rig.sweep(mapping)
    assert len(rig.remote.named("send")) == 4, "nothing is sent twice"


def test_a_send_of_what_is_gone_does_nothing(rig: Rig) -> None:
    mapping = rig.open()
    rig.handle(mapping, send("never"), delete("never"), move("never", "ever"))
    assert not rig.remote.named("send", "delete", "move")


def test_what_needs_nothing_ends_a_single_run_at_once(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only after the idle wait: the last thing looked at may turn out to need nothing."""
    monkeypatch.setattr(handler, "_IDLE_SECONDS", 30.0)
    mapping = rig.open()
    mapping.q.put(send("never"))
    started = time.monotonic()
    timer = threading.Timer(3.0, mapping.q.put_event.set)
    timer.start()
    rig.handle(mapping)
    timer.cancel()
    assert time.monotonic() - started < 2


def test_a_delete_of_what_exists_sends_it(rig: Rig) -> None:
    mapping = rig.open()
    put(rig.root / "a", "one")
    rig.handle(mapping, delete("a"))
    rig.assert_same()


@pytest.mark.parametrize(
    "actions",
    [
        [send("a"), delete("a"), send("a")],
        [delete("a"), send("a"), delete("a")],
        [delete("a")],
        [move("a", "b"), move("b", "a"), delete("a")],
    ],
)
def test_the_order_of_events_does_not_matter(rig: Rig, actions: list[Action]) -> None:
    put(rig.root / "a", "one")
    mapping = rig.open()
    rig.sweep(mapping)
    put(rig.root / "a", "two", age=5)
    rig.handle(mapping, *actions)
    rig.assert_same()


def test_a_folder_action_covers_all_below_it(rig: Rig) -> None:
    for name in ("d/a", "d/e/b", "d/e/f/c", "d0", "other"):
        put(rig.root / name)
    mapping = rig.open()
    rig.handle(mapping, send("d"))
    assert set(rig.there) == {"d/a", "d/e/b", "d/e/f/c"}


def test_a_file_in_a_folders_place_and_the_other_way_round(rig: Rig) -> None:
    put(rig.root / "x/inside")
    put(rig.root / "y")
    mapping = rig.open()
    rig.sweep(mapping)
    (rig.root / "x/inside").unlink()
    (rig.root / "x").rmdir()
    put(rig.root / "x", "now a file")
    (rig.root / "y").unlink()
    put(rig.root / "y/inside", "now a folder")
    rig.sweep(mapping)
    rig.assert_same()


def test_links_and_pipes_are_left_out_and_replace_what_was_there(rig: Rig) -> None:
    put(rig.root / "a")
    put(rig.root / "keep")
    mapping = rig.open()
    rig.sweep(mapping)
    (rig.root / "a").unlink()
    (rig.root / "a").symlink_to(rig.root / "keep")
    os.mkfifo(rig.root / "pipe")
    rig.handle(mapping, send("a"), send("pipe"))
    assert set(rig.there) == {"keep"}


def test_a_future_mtime_is_no_reason_to_wait_for_ever(rig: Rig) -> None:
    """Cameras, archives and clocks set back leave such times; the file must still go."""
    put(rig.root / "a", age=-86_400)
    put(rig.root / "b")
    mapping = rig.open()
    mapping.snap.sweep()
    deadline = time.monotonic() + 3
    rig.handle(mapping, ends=lambda idle: idle or time.monotonic() > deadline)
    assert set(rig.there) == {"a", "b"}


def test_a_file_just_written_rests_first(rig: Rig) -> None:
    mapping = rig.open(quiet_seconds=0.4)
    put(rig.root / "a", age=0)
    started = time.monotonic()
    mapping.q.put(send("a"))
    with open(rig.root / "a", "ab"):  # somebody may write more
        rig.handle(mapping)
    assert time.monotonic() - started > 0.3
    rig.assert_same()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells")
def test_a_file_that_nobody_writes_to_needs_no_rest(rig: Rig) -> None:
    mapping = rig.open(quiet_seconds=60)
    put(rig.root / "a", age=0)
    mapping.q.put(send("a"))
    rig.handle(mapping)
    rig.assert_same()


# --- one bad file stops nothing ---------------------------------------------------------


@pytest.mark.parametrize("kind", [Plain, Full])
@pytest.mark.parametrize(
    "error",
    [
        PathDenied("No permission there."),
        PathImpossible("Too long a name."),
        ValueError("a bug of the connection"),
        OSError(errno.EACCES, "denied"),
    ],
)
def test_one_bad_file_stops_nothing(rig: Rig, kind: type[Plain], error: Exception) -> None:
    rig.remote.kind = kind
    for number in range(20):
        put(rig.root / f"f{number}")
    rig.remote.fail[f"{BASE}/f7"] = error
    mapping = rig.open()
    rig.sweep(mapping)
    assert set(rig.here) - set(rig.there) == {"f7"}
    (issue,) = mapping.issues.all()
    assert (issue.path, issue.action, issue.tries) == ("f7", Kind.SEND, 1)
    assert issue.reason
    assert mapping.q.counts().parked == 1
    assert [e.path for e in rig.events if isinstance(e, Failed)] == ["f7"]


def test_a_parked_file_is_retried_when_it_changes(rig: Rig) -> None:
    put(rig.root / "a", "one")
    rig.remote.fail[f"{BASE}/a"] = PathDenied("No.")
    mapping = rig.open()
    rig.sweep(mapping)
    rig.remote.fail.clear()
    rig.handle(mapping)
    assert not rig.there, "parked: not tried before its time"
    put(rig.root / "a", "two")
    rig.handle(mapping, send("a"))
    rig.assert_same()
    assert not mapping.issues.all()


def test_pauses_grow_and_issues_of_deleted_files_go(rig: Rig) -> None:
    put(rig.root / "a")
    rig.remote.fail[f"{BASE}/a"] = PathDenied("No.")
    mapping = rig.open()
    rig.sweep(mapping)
    for tries in (2, 3):
        mapping.q.unpark()
        rig.handle(mapping)
        assert [issue.tries for issue in mapping.issues.all()] == [tries]
    rig.remote.fail.clear()
    (rig.root / "a").unlink()
    rig.handle(mapping, delete("a"))
    assert not mapping.issues.all()


def test_a_refused_delete_is_an_issue_whose_pauses_grow(rig: Rig) -> None:
    put(rig.root / "a")
    put(rig.root / "b")
    mapping = rig.open()
    rig.sweep(mapping)
    rig.remote.fail[f"{BASE}/a"] = PathDenied("No deleting there.")
    (rig.root / "a").unlink()
    rig.handle(mapping, delete("a"))
    for tries in (1, 2, 3):
        (issue,) = mapping.issues.all()
        assert (issue.path, issue.action, issue.tries) == ("a", Kind.DELETE, tries)
        mapping.q.unpark()
        rig.handle(mapping)
    rig.remote.fail.clear()
    mapping.q.unpark()
    rig.handle(mapping)
    rig.assert_same()
    assert not mapping.issues.all()


def test_an_unreadable_file_is_an_issue(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    put(rig.root / "a")
    put(rig.root / "b")
    mapping = rig.open()
    bad = mapping.mapper.local("a")
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        if path == bad:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "lstat", lstat)
    rig.handle(mapping, send("a"), send("b"))
    assert set(rig.there) == {"b"}
    assert "Permission denied" in mapping.issues.all()[0].reason


def test_two_names_that_are_one_at_the_destination(tmp_path: Path) -> None:
    """The second is refused and told, not written over the first (FAILURES: case clash)."""
    rig = Rig(tmp_path, Remote(folds=True))
    put(rig.root / "File", "one")
    put(rig.root / "file", "two")
    rested = time.monotonic() + 0.1
    wait_until(lambda: time.monotonic() > rested)  # so that both are looked at in one round
    mapping = rig.open()
    rig.sweep(mapping)
    assert list(rig.there.values()) == [b"one"]
    (issue,) = mapping.issues.all()
    assert (issue.path, issue.kind) == ("file", "PathImpossible")
    rig.close()


# --- order and sharing -------------------------------------------------------------------


def test_one_path_has_one_worker(rig: Rig) -> None:
    """Hundreds of actions on few paths, slow requests: never two on one path."""
    rig.remote.slow = 0.002
    names = [f"d{i % 3}/f{i % 5}" for i in range(30)]
    for name in names:
        put(rig.root / name)
    mapping = rig.open()

    def write() -> None:
        for number, name in enumerate(names * 4):
            put(rig.root / name, str(number), age=number + 1)
            folder = name.partition("/")[0]  # different rows for one path: they must take turns
            mapping.q.put_all([send(name), delete(name), delete(folder)], settled=True)

    writer = threading.Thread(target=write)
    writer.start()
    rig.handle(mapping, ends=lambda idle: idle and not writer.is_alive())
    rig.assert_same()


def test_small_files_use_batches(rig: Rig) -> None:
    for number in range(200):
        put(rig.root / f"f{number}")
    mapping = rig.open()
    rig.sweep(mapping)
    rig.assert_same()
    assert rig.remote.named("batch")
    shares = [int(call.path) for call in rig.remote.named("batch")]
    assert len(shares) > 1 and max(shares) <= 200 // dispatch._BATCHES
    started = Counter(e.path for e in rig.events if isinstance(e, Started))
    done = Counter(e.path for e in rig.events if isinstance(e, Done))
    assert started == done == Counter({f"f{n}": 1 for n in range(200)})


def test_files_that_come_one_by_one_leave_together(rig: Rig) -> None:
    """While as many batches as there may be wait for the remote, what comes gathers: a batch for
    each would take as long as a full one does. Larger files find a free worker meanwhile."""
    gates = [rig.remote.block(f"{BASE}/first{number}") for number in range(dispatch._BATCHES)]
    mapping = rig.open()
    with rig.handling(mapping):
        for number, gate in enumerate(gates):
            put(rig.root / f"first{number}")
            mapping.q.put_all([send(f"first{number}")], settled=True)
            wait_until(gate.reached.is_set, "all batches wait")
        for number in range(40):
            put(rig.root / f"later{number:02}")
            mapping.q.put_all([send(f"later{number:02}")], settled=True)
            wait_until(lambda: not mapping.q.counts().ready)
        put(rig.root / "larger", bytes(dispatch._SMALL + 1))
        mapping.q.put_all([send("larger")], settled=True)
        wait_until(lambda: "larger" in rig.there, "the larger one")
        rig.open_gates()
        wait_until(lambda: rig.there == rig.here, "all")
    together = max(int(call.path) for call in rig.remote.named("batch"))
    assert together >= 20  # the last may just have been taken from the Q


def test_big_files_wait_for_room_and_not_for_a_time(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BIG", 1)
    monkeypatch.setattr(handler, "_LATER_SECONDS", 3_600.0)
    for number in range(60):
        put(rig.root / f"{number}")
    mapping = rig.open()
    rig.sweep(mapping)
    rig.assert_same()


def test_more_big_files_than_may_wait_come_later(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BIG", 1)
    monkeypatch.setattr(handler, "_LATER_SECONDS", 0.05)
    monkeypatch.setattr(handler, "_MAX_DEFERRED", 3)
    for number in range(60):
        put(rig.root / f"{number}")
    mapping = rig.open()
    rig.sweep(mapping)
    rig.assert_same()


def test_small_files_do_not_wait_behind_big_ones(rig: Rig) -> None:
    gates = [rig.remote.block(f"{BASE}/big{number}") for number in range(4)]
    for number in range(4):
        put(rig.root / f"big{number}", bytes(BIG))
    mapping = rig.open()
    mapping.snap.sweep()
    with rig.handling(mapping):
        wait_until(lambda: sum(gate.reached.is_set() for gate in gates) == 2, "two big lanes")
        for number in range(50):
            put(rig.root / f"small{number}")
            mapping.q.put_all([send(f"small{number}")], settled=True)
        wait_until(lambda: len(rig.there) == 50, "small ones")
        rig.open_gates()
        wait_until(lambda: rig.there == rig.here, "all")


def test_many_files_of_a_renamed_folder_do_not_hold_up_others(rig: Rig) -> None:
    """A folder is renamed while a big file in it is on its way: all actions below the new
    name wait for that, files elsewhere do not."""
    put(rig.root / "d/big", bytes(BIG))
    gate = rig.remote.block(f"{BASE}/d/big")
    mapping = rig.open()
    mapping.q.put_all([send("d/big")], settled=True)
    with rig.handling(mapping):
        wait_until(gate.reached.is_set, "the big file")
        os.rename(rig.root / "d", rig.root / "e")
        mapping.q.put_all([move("d", "e")], settled=True)
        for number in range(400):
            put(rig.root / f"e/{number}")
            mapping.q.put_all([send(f"e/{number}")], settled=True)
        put(rig.root / "elsewhere")
        mapping.q.put_all([send("elsewhere")], settled=True)
        wait_until(lambda: "elsewhere" in rig.there, "the file elsewhere", timeout=5)
