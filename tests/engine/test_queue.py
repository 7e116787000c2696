"""The Q: every trap of persist-queue that DESIGN, section 4, lists (promises 2 and 5)."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from persistqueue.exceptions import Empty

from skynet_desktop.core.actions import delete, move, send
from skynet_desktop.engine.queue import DATABASE, Counts, Q
from skynet_desktop.engine.statedb import open_checked


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def q(tmp_path: Path, clock: Clock) -> Iterator[Q]:
    made = Q(tmp_path, clock)
    yield made
    made.close()


def ids(q: Q) -> list[int]:
    return [taken.id for taken in q.take(100)]


def test_a_put_after_its_ack_is_stored(q: Q) -> None:
    """Else the second edit of a file would never be sent."""
    for _ in range(3):
        q.put(send("a"))
        (taken,) = q.take(10)
        q.done([taken.id])
        assert q.counts() == Counts(0, 0, 0)


@pytest.mark.parametrize("end", ["done", "give_back", "park"])
def test_a_put_while_in_flight_has_it_done_again(q: Q, end: str) -> None:
    q.put(send("a"))
    (taken,) = q.take(10)
    q.put(send("a"))
    assert q.take(10) == [], "one path, one worker: not taken twice at once"
    if end == "done":
        q.done([taken.id])
    elif end == "give_back":
        q.give_back([taken.id], 60)
    else:
        q.park([taken.id], 60)
    (again,) = q.take(10)
    assert again.action == send("a")
    q.done([again.id])
    assert q.counts() == Counts(0, 0, 0)


def test_distinct_actions_have_one_row_each(q: Q) -> None:
    q.put_all([send("a"), send("a"), delete("a"), move("a", "b"), send("a"), move("a", "c")])
    assert q.counts().ready == 4


def test_oldest_first_and_in_batches(q: Q, clock: Clock) -> None:
    for number in range(30):
        clock.now += 1
        q.put(send(f"{number:02}"))
    first = [taken.action.src_path for taken in q.take(10)]
    second = [taken.action.src_path for taken in q.take(100)]
    assert [*first, *second] == [f"{number:02}" for number in range(30)]


def test_nothing_is_taken_before_it_is_due(q: Q, clock: Clock) -> None:
    q.put_all([send("a")], delay=5)
    assert (q.take(10), q.wait_time()) == ([], 5.0)
    clock.now += 3
    q.put_all([send("a")], delay=5)
    clock.now += 3
    assert q.take(10) == [], "another change puts it off"
    clock.now += 2
    assert q.wait_time() == 0
    assert len(q.take(10)) == 1
    assert q.wait_time() is None


def test_parked_rows_come_back_by_themselves_and_when_asked(q: Q, clock: Clock) -> None:
    q.put_all([send("a"), send("b")])
    q.park(ids(q), 60)
    assert q.counts() == Counts(0, 0, 2)
    assert (q.take(10), q.wait_time()) == ([], 60.0)
    q.unpark()
    assert q.counts() == Counts(2, 0, 0)
    q.park(ids(q), 60)
    q.put(send("a"))
    assert q.counts() == Counts(1, 0, 1), "a change ends the pause of its own path alone"
    clock.now += 60
    assert len(q.take(10)) == 2


def test_put_parked_disturbs_nothing(q: Q, clock: Clock) -> None:
    q.put(send("ready"))
    q.put_parked(send("ready"), 60)
    q.put_parked(delete("x"), 60)
    assert q.counts() == Counts(1, 0, 1)
    clock.now += 61
    assert {t.action for t in q.take(10)} == {send("ready"), delete("x")}


def test_the_settled_flag_follows_the_last_word(q: Q) -> None:
    q.put_all([send("a")], settled=True)
    q.put_all([send("b")])
    assert {t.action.src_path: t.settled for t in q.take(10)} == {"a": True, "b": False}
    q.put_all([send("b")], settled=True)
    q.give_back_all()
    assert all(taken.settled for taken in q.take(10))


def test_give_back_all(q: Q) -> None:
    q.put_all([send("a"), send("b")])
    q.take(10)
    q.give_back_all()
    assert q.counts() == Counts(2, 0, 0)


def test_odd_names_survive(q: Q) -> None:
    names = [os.fsdecode(n) for n in (b"\xff\xfe", b"a\nb", b"'; DROP TABLE actions_default; --")]
    q.put_all([send(name) for name in names] + [move(names[0], names[1])])
    assert {t.action for t in q.take(10)} == {*map(send, names), move(names[0], names[1])}


def test_rows_are_json_and_a_damaged_one_is_dropped(q: Q, tmp_path: Path) -> None:
    """Never pickle: a writable database would be code execution."""
    q.put(send("a"))
    with sqlite3.connect(tmp_path / DATABASE) as db:
        (text,) = db.execute("SELECT data FROM actions_default").fetchone()
        assert json.loads(text) == {"action": "send", "src_path": "a"}
        db.execute("INSERT INTO actions_default (data, timestamp, status) VALUES ('junk', 0, 1)")
    assert [t.action for t in q.take(10)] == [send("a")]
    assert q.counts() == Counts(0, 1, 0)


def test_persist_queues_own_calls_are_safe_too(q: Q) -> None:
    q.put(send("a"))
    item = q.get(block=False)
    assert item == send("a")
    q.put(send("a"))
    q.ack(item)
    assert q.counts() == Counts(1, 0, 0), "put again while in flight"
    q.ack(q.get(block=False))
    assert q.counts() == Counts(0, 0, 0)
    q.put(send("b"))
    q.nack(q.get(block=False))
    q.ack_failed(q.get(block=False))
    assert q.counts().in_flight == 0
    with pytest.raises(Empty):
        q.get(block=False)


def test_one_index_serves_take(q: Q) -> None:
    """However many rows are in flight or not yet due."""
    plan = q._db.execute(
        "EXPLAIN QUERY PLAN SELECT _id, data, settled FROM actions_default WHERE status=1 "
        "AND timestamp<=5 ORDER BY timestamp, _id LIMIT 5"
    ).fetchall()
    text = " ".join(str(row[-1]) for row in plan)
    assert "USING INDEX actions_due" in text
    assert "TEMP B-TREE" not in text
    q.put(send("x"))
    statements: list[str] = []
    q._db.set_trace_callback(statements.append)
    q.take(5)
    q._db.set_trace_callback(None)
    for statement in statements:
        if statement.startswith(("SELECT", "UPDATE")):
            steps = q._db.execute("EXPLAIN QUERY PLAN " + statement).fetchall()
            assert not [s for s in steps if str(s[-1]).startswith("SCAN")], statement


CHILD = """
import sys, time
from pathlib import Path
from skynet_desktop.core.actions import send
from skynet_desktop.engine.queue import Q
q = Q(Path(sys.argv[1]))
q.put_all([send(str(n)) for n in range(20)], settled=True)
taken = q.take(10)
q.done([t.id for t in taken[:3]])
q.park([taken[3].id], 3600)
print("ready", flush=True)
time.sleep(60)
"""


def test_kill_9_loses_nothing(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert child.stdout is not None
        child.stdout.close()
    q = Q(tmp_path)
    assert q.counts() == Counts(17, 0, 0)
    taken = q.take(100)
    assert len(taken) == 17
    assert not any(one.settled for one in taken), "what was true then is not known now"
    q.close()


def test_a_damaged_database_is_set_aside(tmp_path: Path) -> None:
    q = Q(tmp_path)
    q.put(send("a"))
    q.close()
    (tmp_path / DATABASE).write_bytes(b"not a database" * 500)
    q, damaged = open_checked(tmp_path, DATABASE, lambda: Q(tmp_path))
    assert damaged
    assert list(tmp_path.glob("queue.db.damaged-*"))
    q.put(send("b"))
    assert [t.action for t in q.take(5)] == [send("b")]
    q.close()
    q, damaged = open_checked(tmp_path, DATABASE, lambda: Q(tmp_path))
    assert not damaged
    q.close()


def test_many_threads(tmp_path: Path) -> None:
    """Everything put is taken, no row by two at once, and nothing is left."""
    q = Q(tmp_path)
    holding: set[str] = set()
    seen: set[str] = set()
    faults: list[str] = []
    lock = threading.Lock()
    writing = threading.Event()

    def write(base: int) -> None:
        for number in range(100):
            q.put_all([send(str(base + number)), send("shared")])

    def work() -> None:
        while not writing.is_set() or q.counts().ready:
            for taken in q.take(7):
                path = taken.action.src_path
                with lock:
                    faults.extend([path] if path in holding else [])
                    holding.add(path)
                    seen.add(path)
                with lock:
                    holding.discard(path)
                q.done([taken.id])

    writers = [threading.Thread(target=write, args=(n * 100,)) for n in range(3)]
    workers = [threading.Thread(target=work) for _ in range(3)]
    for thread in [*writers, *workers]:
        thread.start()
    for thread in writers:
        thread.join(30)
    writing.set()
    for thread in workers:
        thread.join(30)
    assert not faults
    assert seen == {*map(str, range(300)), "shared"}
    assert q.counts() == Counts(0, 0, 0)
    q.close()


def test_a_gentle_put_holds_up_nothing(q: Q, clock: Clock) -> None:
    q.put_all([send("closed")], settled=True)
    q.put_all([send("closed"), send("new")], delay=5.0, gently=True)
    assert [(taken.action, taken.settled) for taken in q.take(9)] == [(send("closed"), True)]
    q.put_all([send("closed")], delay=5.0, gently=True)
    q.done([1])
    assert [taken.action for taken in q.take(9)] == [send("closed")], "while in flight: once more"
    q.park([1], 60.0)
    q.put_all([send("closed")], gently=True)
    assert [taken.action for taken in q.take(9)] == [send("closed")], "parked: tried now"
    clock.now += 5.0
    assert [taken.action for taken in q.take(9)] == [send("new")]


_CLOSED_MEANWHILE = """
import sqlite3, sys, threading
from pathlib import Path
from skynet_desktop.core.actions import send
from skynet_desktop.engine.queue import Q

many = [send(f"f{n}") for n in range(500)]
for round in range(60):
    q = Q(Path(sys.argv[1]) / str(round))
    begun = threading.Event()

    def write() -> None:
        try:
            while True:
                q.put_all(many)
                begun.set()
        except sqlite3.ProgrammingError:
            pass

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    begun.wait(30)
    q.close()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
print("unharmed")
"""


def test_closed_while_somebody_writes(tmp_path: Path) -> None:
    """A watcher that is held up by the disk is not waited for: it gets an error, and the process
    goes on. SQLite's memory beneath a statement under way would end it."""
    run = subprocess.run(
        [sys.executable, "-c", _CLOSED_MEANWHILE, str(tmp_path)], capture_output=True, text=True
    )
    assert (run.stdout, run.returncode) == ("unharmed\n", 0), run.stderr
