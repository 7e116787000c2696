"""The sender: at least once, patient, and never stuck on one bad row."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skynet_desktop.connections.route import Route
from skynet_desktop.core.actions import Kind
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused
from skynet_desktop.core.events import Done
from skynet_desktop.notifier import sender as module
from skynet_desktop.notifier.outbox import Outbox
from skynet_desktop.notifier.recorder import Recorder
from skynet_desktop.notifier.report import Report, report
from skynet_desktop.notifier.sender import Sender
from skynet_desktop.notifier.targets import Target, target
from skynet_desktop.notifier.told import FOLDER, Told, told
from tests.engine.rig import wait_until
from tests.notifier.made import MACHINE, WHO
from tests.servers.skywatch_stub import TOKEN, Stub


class Bench:
    """An outbox with a sender on it, and what the outbox says of itself."""

    def __init__(self, folder: Path) -> None:
        self.state = folder
        self.outbox = Outbox(folder / FOLDER)
        self.connects = 0
        self.sender: Sender | None = None

    def put(self, *paths: str) -> None:
        notes = Recorder()
        for path in paths:
            notes.on_event(Done("m", Kind.SEND, path, 5))
        self.outbox.put(notes.take(), {})
        if self.sender is not None:
            self.sender.news()

    def start(self, connect: Callable[[], Target]) -> Sender:
        def counted() -> Target:
            self.connects += 1
            return connect()

        self.sender = Sender(
            self.outbox, counted, lambda batch: report(WHO, MACHINE, batch, hide=False)
        )
        threading.Thread(target=self.sender.run, daemon=True).start()
        return self.sender

    @property
    def told(self) -> Told:
        state = told(self.state)
        assert state is not None
        return state

    def is_empty(self) -> bool:
        waiting = self.outbox.waiting()
        return not (waiting.files or waiting.events)

    def close(self) -> None:
        if self.sender is not None:
            self.sender.stop(0.5)
        self.outbox.close()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(module, "_FIRST_SECONDS", 0.0)
    monkeypatch.setattr(module, "_PACE_SECONDS", 0.02)
    monkeypatch.setattr(module, "_FIRST_PAUSE", 0.02)
    monkeypatch.setattr(module, "_LONGEST_PAUSE", 0.1)
    made = Bench(tmp_path)
    yield made
    made.close()


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as made:
        yield made


def to(stub: Stub) -> Callable[[], Target]:
    return lambda: target(stub.url, TOKEN, Route("none"), "1")


def paths(stub: Stub) -> set[str]:
    return {row[0] for row in stub.rows("SELECT path FROM skynet_file")}


def test_what_waits_is_sent_in_batches(bench: Bench, stub: Stub) -> None:
    bench.put(*(f"{n}" for n in range(1_200)))
    bench.start(to(stub))
    wait_until(bench.is_empty)
    assert len(paths(stub)) == 1_200
    most = max(len(told["files"]) + len(told["events"]) for told in stub.reports)
    assert most <= module.ROWS


def test_one_bad_row_never_blocks_the_rest(bench: Bench, stub: Stub) -> None:
    stub.bad = "evil"
    bench.put(*(f"{n}" for n in range(300)), "evil", *(f"{n}" for n in range(300, 600)))
    bench.start(to(stub))
    wait_until(bench.is_empty)
    assert paths(stub) == {f"{n}" for n in range(600)}
    assert len(stub.rows("SELECT * FROM skynet_event")) == 600
    assert bench.told.problem == ""


def test_a_batch_that_is_too_big_is_parted(bench: Bench, stub: Stub) -> None:
    stub.most = 60
    bench.put(*(f"{n}" for n in range(400)))
    bench.start(to(stub))
    wait_until(bench.is_empty)
    assert len(paths(stub)) == 400


def test_a_monitor_that_refuses_everything_costs_no_row(bench: Bench, stub: Stub) -> None:
    stub.status = 400
    bench.put("a", "b")
    bench.start(to(stub))
    wait_until(lambda: bench.told.problem)
    time.sleep(0.1)
    assert "Not even an empty report." in bench.told.problem
    assert bench.told.waiting.files == 2


def test_a_busy_monitor_is_left_alone_for_so_long(bench: Bench, stub: Stub) -> None:
    stub.status, stub.headers = 503, {"Retry-After": "1"}
    bench.put("a")
    begun = time.monotonic()
    bench.start(to(stub))
    wait_until(lambda: bench.told.problem)
    stub.status, stub.headers = 200, {}
    wait_until(bench.is_empty)
    assert len(stub.requests) == 2
    assert time.monotonic() - begun >= 0.7  # at most so much is taken off, at random


def test_pauses_grow_and_an_outage_ends_by_itself(
    bench: Bench, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    stub.status = 500
    away = [True]

    def connect() -> Target:
        if away[0]:
            raise ConnectionLost("The monitor is away.")
        stub.status = 200
        return to(stub)()

    bench.put("a")
    bench.start(connect)
    wait_until(lambda: bench.connects > 8)
    assert bench.told.problem == "The monitor is away."
    away[0] = False
    wait_until(bench.is_empty)
    wait_until(lambda: bench.told.problem == "")
    said = [r.getMessage() for r in caplog.records if "not told" in r.getMessage()]
    assert said == ["the monitor is not told for now: The monitor is away."]


def test_who_refused_us_is_asked_again_after_a_change(bench: Bench, stub: Stub) -> None:
    good = [False]

    def connect() -> Target:
        if not good[0]:
            raise ServiceRefused("The token is wrong.")
        return to(stub)()

    bench.put("a")
    sender = bench.start(connect)
    wait_until(lambda: bench.told.problem)
    time.sleep(0.3)
    assert bench.connects == 1
    good[0] = True
    sender.retry()
    wait_until(bench.is_empty)


def test_a_sign_of_life_without_news(bench: Bench, stub: Stub) -> None:
    stub.heartbeat = 1
    sender = bench.start(to(stub))
    wait_until(lambda: len(stub.reports) == 1)
    wait_until(lambda: sender.heartbeat == 10.0)  # nobody may ask for more
    stub.heartbeat = 0
    sender.heartbeat = 0.05
    sender.news()
    wait_until(lambda: len(stub.reports) >= 3)
    assert stub.reports[-1]["machine"]["id"] == WHO.machine


def test_nobody_connects_before_there_is_time_for_it(
    bench: Bench, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FIRST_SECONDS", 600.0)
    bench.put("a")
    sender = bench.start(to(stub))
    time.sleep(0.2)
    assert bench.connects == 0
    sender.begin()
    wait_until(bench.is_empty)


def test_an_early_end_sends_what_waits(
    bench: Bench, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FIRST_SECONDS", 600.0)
    bench.put("a")
    bench.start(to(stub)).stop(2.0)
    assert paths(stub) == {"a"}


def test_the_end_sends_what_waits(bench: Bench, stub: Stub) -> None:
    sender = bench.start(to(stub))
    wait_until(lambda: stub.reports)
    bench.outbox.put_mapping("m", {"state": "up-to-date", "updated_at": time.time()})
    sender.stop(2.0)
    assert stub.rows("SELECT state FROM skynet_mapping") == [("up-to-date",)]


def test_the_end_comes_soon_whatever_hangs(bench: Bench, stub: Stub) -> None:
    sender = bench.start(to(stub))
    wait_until(lambda: stub.reports)
    stub.answering.clear()
    bench.put("a")
    time.sleep(0.3)
    begun = time.monotonic()
    sender.stop(0.5)
    assert time.monotonic() - begun < 1.0
    assert not bench.is_empty()


class Forgetful:
    """Takes a report, and breaks off before it says so."""

    def __init__(self, inner: Target, breaks: list[int]) -> None:
        self._inner, self._breaks = inner, breaks

    def send(self, report: Report) -> float:
        heartbeat = self._inner.send(report)
        if self._breaks:
            self._breaks.pop()
            raise ConnectionLost("Broken off.")
        return heartbeat

    def test(self) -> str:
        return ""

    def close(self) -> None:
        self._inner.close()

    def abort(self) -> None:
        self._inner.abort()


def test_an_answer_that_was_lost_makes_nothing_twice(bench: Bench, stub: Stub) -> None:
    breaks = [1, 2, 3]
    bench.put("a", "b")
    bench.start(lambda: Forgetful(to(stub)(), breaks))
    wait_until(bench.is_empty)
    assert not breaks
    assert len(stub.reports) == 4
    assert len(stub.rows("SELECT * FROM skynet_event")) == 2
    assert stub.rows("SELECT files FROM skynet_hour") == [(2,)]
