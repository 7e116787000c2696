"""The outbox: bounded, and nothing current is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.core.actions import Kind, send
from skynet_desktop.core.events import Done, Event, Failed, PartDone, Queued
from skynet_desktop.notifier import outbox as module
from skynet_desktop.notifier.news import Note
from skynet_desktop.notifier.outbox import Outbox
from skynet_desktop.notifier.outbox_file import COMPLETE, DATABASE
from skynet_desktop.notifier.recorder import Recorder
from skynet_desktop.notifier.told import FOLDER, told
from tests.notifier.names import HOSTILE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / FOLDER


@pytest.fixture
def outbox(folder: Path) -> Iterator[Outbox]:
    made = Outbox(folder)
    yield made
    made.close()


def put(outbox: Outbox, *events: Event) -> int:
    notes = Recorder()
    for event in events:
        notes.on_event(event)
    return outbox.put(notes.take(), {})


def done(path: str, size: int = 1) -> Done:
    return Done("m", Kind.SEND, path, size)


def states(outbox: Outbox) -> dict[str, str]:
    """Of the files that wait."""
    return {row["path"]: row["state"] for row in outbox.take(10_000).files}


def test_states_collapse_however_long_nobody_listens(outbox: Outbox) -> None:
    for number in range(200):
        put(outbox, Queued("m", (send("a"),)), PartDone("m", "a", number, 500))
        put(outbox, done(f"{number % 10}"))
    batch = outbox.take(10_000)
    assert len(batch.files) == 11
    assert [row["done"] for row in batch.files if row["path"] == "a"] == [199]


def test_what_was_told_is_gone_but_for_files_on_their_way(outbox: Outbox) -> None:
    put(outbox, done("a"), PartDone("m", "b", 1, 5), Failed("m", Kind.SEND, "c", "No.", "E"))
    outbox.told(outbox.take(100))
    assert len(outbox.take(100)) == 0
    assert outbox.open_files("m", time.time() + 1, "", 10) == ["b", "c"]


def test_what_changed_while_it_was_told_still_waits(outbox: Outbox) -> None:
    put(outbox, PartDone("m", "a", 1, 5))
    outbox.put_mapping("m", {"state": "uploading"})
    batch = outbox.take(100)
    put(outbox, done("a"))
    outbox.put_mapping("m", {"state": "up-to-date"})
    outbox.told(batch)
    again = outbox.take(100)
    assert [(row["path"], row["state"]) for row in again.files] == [("a", "done")]
    assert [row["state"] for row in again.mappings] == ["up-to-date"]
    assert again.hours[0]["files"] == 1


def test_hours_are_absolute(outbox: Outbox) -> None:
    put(outbox, done("a", 5))
    outbox.told(outbox.take(100))
    put(outbox, done("b", 7))
    [hour] = outbox.take(100).hours
    assert (hour["files"], hour["bytes"]) == (2, 12)


def test_batches_are_bounded_and_all_comes_out(outbox: Outbox) -> None:
    put(outbox, *(done(f"{number:04}") for number in range(1_200)))
    seen, rounds = [], 0
    while len(batch := outbox.take(500)):
        assert len(batch) <= 501
        seen += [row["path"] for row in batch.files]
        outbox.told(batch)
        rounds += 1
    assert sorted(seen) == [f"{number:04}" for number in range(1_200)]
    assert rounds == 5  # files and as many lines of the history


def test_the_oldest_history_goes_first_and_it_is_said(
    outbox: Outbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_EVENTS", 100)
    assert put(outbox, *(done(f"{n:03}") for n in range(90))) == 0
    assert put(outbox, *(done(f"{n:03}") for n in range(90, 120))) == 20
    events = outbox.take(10_000).events
    assert [events[0]["path"], events[-1]["path"], len(events)] == ["020", "119", 100]
    assert len(outbox.take(10_000).files) == 120  # what is current stays
    state = told(folder.parent)
    assert state is not None and state.waiting.dropped == 20


def test_lines_of_the_history_are_numbered_on_and_on(folder: Path) -> None:
    first = Outbox(folder)
    put(first, done("a"))
    [before] = first.take(10).events
    first.told(first.take(10))
    first.close()
    again = Outbox(folder)
    put(again, done("b"))
    [after] = again.take(10).events
    again.close()
    (folder / DATABASE).unlink()
    time.sleep(0.01)
    anew = Outbox(folder)
    put(anew, done("c"))
    [last] = anew.take(10).events
    anew.close()
    assert before["seq"] < after["seq"] < last["seq"] < 2**53


def test_hostile_names_come_out_as_they_went_in(outbox: Outbox) -> None:
    names = [name for name in HOSTILE if "\0" not in name and "\ud800" not in name]
    put(outbox, *(done(name) for name in names))
    assert set(states(outbox)) == set(names)


def test_a_settled_file_is_told_as_the_destination_has_it(outbox: Outbox) -> None:
    put(outbox, PartDone("m", "there", 1, 5), PartDone("m", "gone", 1, 5))
    put(outbox, Queued("m", (send("never told"),)))
    outbox.settle("m", ["there", "gone", "never told"], {"there": 9}, time.time() + 1, 1e9)
    assert states(outbox) == {"there": "done", "gone": "removed"}


def test_what_began_meanwhile_is_not_settled(outbox: Outbox) -> None:
    before = time.time() - 1
    put(outbox, PartDone("m", "a", 1, 5))
    outbox.settle("m", ["a"], {}, before, time.time())
    assert states(outbox) == {"a": "sending"}


def test_old_files_are_told_only_where_nothing_newer_is_known(outbox: Outbox) -> None:
    put(outbox, PartDone("m", "a", 1, 5))
    old = Note(Kind.SEND, "done", 5.0, 9, 9)
    outbox.tell_of_old("m", [("a", old), ("b", old)])
    assert states(outbox) == {"a": "sending", "b": "done"}


def test_somebody_else_is_told_what_is_on_its_way_too(outbox: Outbox) -> None:
    put(outbox, PartDone("m", "a", 1, 5))
    outbox.put_mapping("m", {"state": "uploading"})
    outbox.told(outbox.take(100))
    outbox.tell_all_again()
    batch = outbox.take(100)
    assert (len(batch.files), len(batch.mappings), len(batch.events)) == (1, 1, 0)


def test_a_failed_write_changes_nothing(outbox: Outbox, folder: Path) -> None:
    put(outbox, done("a"))
    with sqlite3.connect(folder / DATABASE) as other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON hour BEGIN SELECT RAISE(FAIL, ''); END")
    other.close()
    with pytest.raises(sqlite3.Error):
        put(outbox, done("b"), done("a"))
    assert states(outbox) == {"a": "done"}
    assert outbox.take(10).hours[0]["files"] == 1


def test_only_an_end_in_order_leaves_a_complete_outbox(folder: Path) -> None:
    found = []
    for ends_in_order in (True, False, False, True, True):
        outbox = Outbox(folder)
        found.append(outbox.begin())
        if ends_in_order:
            outbox.set(COMPLETE, True)
        outbox.close()
    assert found == [True, True, False, False, True]


_KILLED = """
import os, sys, time
from pathlib import Path
from tests.notifier.test_outbox import done, put
from skynet_desktop.notifier.outbox import Outbox
outbox = Outbox(Path(sys.argv[1]))
for number in range(10_000):
    put(outbox, done(f"{number:05}"))
    print(number, flush=True)
"""


def test_kill_9_loses_nothing_that_was_written(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    last = -1
    for line in process.stdout:
        last = int(line)
        if last == 300:
            os.kill(process.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    process.wait()
    outbox = Outbox(folder)
    batch = outbox.take(100_000)
    outbox.close()
    paths = {row["path"] for row in batch.files}
    assert {f"{number:05}" for number in range(last + 1)} <= paths
    assert len(batch.events) == len(batch.files) == batch.hours[0]["files"]
