from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import Bus, Done, Event, PartDone, State
from skynet_desktop.desktop.bridge import Bridge
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.desktop.threads import Jobs, Spawner
from skynet_desktop.engine.meter import Meter


class Made:
    def __init__(self) -> None:
        self.bus = Bus()
        self.reads = 0
        self.spawner = Spawner()
        self.bridge = Bridge(self.bus, self.read, Meter())
        self.batches: list[list[Event]] = []
        self.threads: set[QThread] = set()
        self.bridge.events.connect(self.on_events)

    def on_events(self, batch: list[Event]) -> None:
        self.batches.append(batch)
        self.threads.add(QThread.currentThread())

    def read(self) -> Snapshot:
        self.reads += 1
        return Snapshot(State.UP_TO_DATE)


@pytest.fixture
def made(qapp: object) -> Iterator[Made]:
    made = Made()
    yield made
    made.bridge.stop()
    assert made.spawner.wait(5)


def test_events_of_any_thread_arrive_on_the_gui_thread_in_few_lists(
    made: Made, qtbot: QtBot
) -> None:
    made.bridge.start(made.spawner)

    def publish(name: str) -> None:
        for number in range(1_000):
            made.bus.publish(Done(name, Kind.SEND, f"f{number}", 1))

    threads = [threading.Thread(target=publish, args=(str(n),)) for n in range(4)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: sum(map(len, made.batches)) == 4_000, timeout=10_000)
    assert made.threads == {QThread.currentThread()}
    assert len(made.batches) <= 2 + (time.monotonic() - begun) * 10
    for thread in threads:
        thread.join()


def test_of_a_files_parts_only_the_last_is_told(made: Made, qtbot: QtBot) -> None:
    for done in range(100):
        made.bus.publish(PartDone("m", "film", done, 100))
    made.bus.publish(PartDone("m", "other", 1, 100))
    made.bus.publish(Done("m", Kind.SEND, "film", 100))
    made.bridge.start(made.spawner)
    qtbot.waitUntil(lambda: bool(made.batches), timeout=5_000)
    assert made.batches[0] == [
        PartDone("m", "film", 99, 100),
        PartDone("m", "other", 1, 100),
        Done("m", Kind.SEND, "film", 100),
    ]


def test_nothing_is_read_while_nothing_happens(made: Made, qtbot: QtBot) -> None:
    with qtbot.waitSignal(made.bridge.snapshot):
        made.bridge.start(made.spawner)
    qtbot.wait(1_500)
    assert made.reads == 1
    made.bus.publish(Done("m", Kind.DELETE, "a", 0))
    with qtbot.waitSignal(made.bridge.snapshot, timeout=2_000):
        pass


def test_a_job_reports_on_the_gui_thread(qtbot: QtBot) -> None:
    jobs = Jobs()
    seen: list[object] = []
    jobs.run(
        lambda: QThread.currentThread(), lambda ran: seen.extend([ran, QThread.currentThread()])
    )
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[0] is not seen[1]
    assert seen[1] is QThread.currentThread()


def test_a_failed_job_is_told_to_whoever_asked_else_to_all(qtbot: QtBot) -> None:
    jobs = Jobs()
    seen: list[Exception] = []
    jobs.run(lambda: 1 // 0, failed=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 1)
    with qtbot.waitSignal(jobs.trouble):
        jobs.run(lambda: 1 // 0)
    assert len(seen) == 1


def test_a_forgotten_job_says_nothing(qtbot: QtBot) -> None:
    jobs = Jobs()
    gate = threading.Event()
    seen: list[object] = []
    job = jobs.run(lambda: gate.wait(5), seen.append)
    job.forget()
    gate.set()
    assert jobs.stop(5)
    qtbot.wait(50)
    assert seen == []


def test_changes_happen_one_after_the_other(qtbot: QtBot) -> None:
    jobs = Jobs()
    order: list[int] = []
    first = threading.Event()

    def slow() -> None:
        first.wait(5)
        order.append(1)

    jobs.run(slow, in_order=True)
    jobs.run(lambda: order.append(2), in_order=True)
    first.set()
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == [1, 2]
