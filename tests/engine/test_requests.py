"""Requests made: none lost and none counted twice, whoever counts and however it ends."""

from __future__ import annotations

import gc
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.engine import requests
from skynet_desktop.engine.requests import Requests

PUT, LIST, GET = RequestKind.PUT, RequestKind.LIST, RequestKind.GET
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def count(made: Requests, service: str, kind: RequestKind, times: int = 1) -> None:
    counter = made.counter(service)
    for _ in range(times):
        counter(kind)


def test_by_service_month_day_and_kind(tmp_path: Path, clock: Clock) -> None:
    made = Requests(tmp_path, clock)
    count(made, "a", PUT, 3)
    count(made, "a", LIST)
    count(made, "b", GET)
    clock.now -= timedelta(days=20)
    count(made, "a", PUT, 5)
    clock.now -= timedelta(days=20)
    count(made, "a", GET, 7)
    clock.now = NOON
    for reader in (made, Requests(tmp_path, clock)):
        assert reader.months("a") == {"2026-11": {PUT: 8, LIST: 1}, "2026-10": {GET: 7}}
        assert list(reader.months("a")) == ["2026-11", "2026-10"]
        assert reader.month("a") == {PUT: 8, LIST: 1}
        assert reader.today("a") == {PUT: 3, LIST: 1}
        assert reader.today("b") == {GET: 1}
        assert reader.services() == ["a", "b"]
        assert not reader.months("c") and not reader.today("c")
        made.flush()


def test_days_are_those_of_utc(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Requests(tmp_path, clock)
    clock.now = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    count(made, "a", PUT)
    clock.now += timedelta(seconds=2)
    count(made, "a", PUT, 2)
    assert made.months("a") == {"2026-11": {PUT: 2}, "2026-10": {PUT: 1}}


def test_making_one_and_counting_touch_no_disk(tmp_path: Path) -> None:
    made = Requests(tmp_path / "state")
    count(made, "a", PUT)
    assert made.months("a")
    assert not (tmp_path / "state").exists()
    made.flush()
    assert (tmp_path / "state" / "requests.db").exists()


def test_written_by_itself_after_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "_WRITE_SECONDS", 0.05)
    made = Requests(tmp_path)
    for expected in (1, 2):
        count(made, "a", PUT)
        deadline = time.monotonic() + 20
        while Requests(tmp_path).today("a") != {PUT: expected}:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_written_when_nobody_holds_it_any_more(tmp_path: Path, clock: Clock) -> None:
    counter = Requests(tmp_path, clock).counter("a")
    counter(PUT)
    del counter
    gc.collect()
    assert Requests(tmp_path, clock).today("a") == {PUT: 1}


def test_many_threads(tmp_path: Path, clock: Clock) -> None:
    made = Requests(tmp_path, clock)
    stop = threading.Event()

    def flush() -> None:
        while not stop.is_set():
            made.flush()

    writer = threading.Thread(target=flush)
    workers = [threading.Thread(target=count, args=(made, "a", PUT, 4_000)) for _ in range(4)]
    for thread in (writer, *workers):
        thread.start()
    for thread in workers:
        thread.join()
    stop.set()
    writer.join()
    made.flush()
    assert Requests(tmp_path, clock).today("a") == {PUT: 16_000}


def test_nothing_is_missing_while_it_is_written(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Requests(tmp_path, clock)
    seen: list[dict[RequestKind, int]] = []
    reader = threading.Thread(target=lambda: seen.append(made.today("a")))
    add = made._book._add

    def slow(counted: Counter[requests._Key]) -> None:
        reader.start()
        reader.join(0.3)
        add(counted)

    monkeypatch.setattr(made._book, "_add", slow)
    count(made, "a", PUT)
    made.flush()
    reader.join()
    assert seen == [{PUT: 1}]


def test_several_processes_at_once(tmp_path: Path) -> None:
    """Each ends in order without writing by itself: the end of the process does."""
    code = """
import sys
from pathlib import Path
from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.engine.requests import Requests
made = Requests(Path(sys.argv[1]))
counter = made.counter("a")
for number in range(3000):
    counter(RequestKind.PUT)
    if number % 300 == 0:
        made.flush()
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert sum(sum(m.values()) for m in Requests(tmp_path).months("a").values()) == 9_000


def test_what_cannot_be_written_is_kept(tmp_path: Path, clock: Clock) -> None:
    made = Requests(tmp_path / "state", clock)
    (tmp_path / "state").write_text("a file stands in the way")
    count(made, "a", PUT, 2)
    made.flush()
    assert made.today("a") == {PUT: 2}
    (tmp_path / "state").unlink()
    count(made, "a", PUT)
    made.flush()
    assert Requests(tmp_path / "state", clock).today("a") == {PUT: 3}


def test_a_damaged_file_is_set_aside(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "requests.db").write_bytes(b"this is no database" * 100)
    made = Requests(tmp_path, clock)
    count(made, "a", PUT)
    assert made.today("a") == {PUT: 1}
    made.flush()
    assert Requests(tmp_path, clock).today("a") == {PUT: 1}
    assert list(tmp_path.glob("requests.db.damaged-*"))


def test_old_days_go(tmp_path: Path, clock: Clock) -> None:
    made = Requests(tmp_path, clock)
    for day in range(420):
        clock.now = NOON + timedelta(days=day)
        count(made, "a", PUT)
    made.flush()
    with sqlite3.connect(tmp_path / "requests.db") as db:
        days = [row[0] for row in db.execute("SELECT day FROM requests ORDER BY day")]
    assert len(days) == 400
    assert days[-1] == (NOON + timedelta(days=419)).strftime("%Y-%m-%d")


def test_a_clock_far_ahead_costs_no_figures(tmp_path: Path, clock: Clock) -> None:
    made = Requests(tmp_path, clock)
    count(made, "a", PUT)
    made.flush()
    clock.now = NOON + timedelta(days=3_000)
    count(made, "a", PUT)
    made.flush()
    clock.now = NOON
    assert made.today("a") == {PUT: 1}


def test_counting_is_cheap(tmp_path: Path) -> None:
    """A request takes a millisecond at best; counting it some microseconds."""
    made = Requests(tmp_path)
    started = time.process_time()
    count(made, "a", PUT, 20_000)
    assert (time.process_time() - started) / 20_000 < 50e-6
    assert os.listdir(tmp_path) == []
