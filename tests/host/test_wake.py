from __future__ import annotations

import logging
import queue
import sys
import time

import pytest

from skynet_desktop.host.wake import Clocks, Wake, system_clocks


class Computer:
    """Its clocks, moved by hand."""

    def __init__(self) -> None:
        self.running = 0.0
        self.sleeping = 0.0

    def clocks(self, *, tells_sleep: bool = True) -> Clocks:
        awake = (lambda: self.running) if tells_sleep else None
        return Clocks(lambda: self.running + self.sleeping, awake)


@pytest.mark.parametrize("tells_sleep", [True, False])
def test_a_sleep_is_told_once_and_how_long_it_was(tells_sleep: bool) -> None:
    computer, woken = Computer(), list[float]()
    wake = Wake(woken.append, computer.clocks(tells_sleep=tells_sleep))
    for _ in range(3):
        computer.running += 2
        wake.look()
    assert woken == []
    computer.running += 2
    computer.sleeping += 3_600
    wake.look()
    computer.running += 2
    wake.look()
    assert woken == [3_600]
    computer.running += 2
    computer.sleeping += 9
    wake.look()
    assert woken == [3_600], "too short to matter"


def test_a_process_that_was_held_up_did_not_sleep() -> None:
    computer, woken = Computer(), list[float]()
    wake = Wake(woken.append, computer.clocks())
    computer.running += 500
    wake.look()
    assert woken == []


def test_the_time_of_day_plays_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[float] = []
    wake = Wake(woken.append)
    monkeypatch.setattr(time, "time", lambda: 4e9)
    wake.look()
    assert woken == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the clocks of Linux")
def test_the_clocks_of_linux() -> None:
    clocks = system_clocks()
    assert clocks.awake is not None
    assert clocks.always() == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=5)
    assert clocks.awake() == pytest.approx(time.clock_gettime(time.CLOCK_MONOTONIC), abs=5)


def test_the_thread_looks_survives_and_stops(caplog: pytest.LogCaptureFixture) -> None:
    computer = Computer()
    woken: queue.Queue[float] = queue.Queue()

    def woke(seconds: float) -> None:
        woken.put(seconds)
        if woken.qsize() == 1:
            raise RuntimeError("on purpose")

    wake = Wake(woke, computer.clocks(), tick=0.01)
    wake.start()
    with caplog.at_level(logging.ERROR):
        for number in (1, 2):
            computer.sleeping += 100
            deadline = time.monotonic() + 30
            while woken.qsize() < number and time.monotonic() < deadline:
                time.sleep(0.01)
    wake.stop()
    assert list(woken.queue) == [100, 100]
    assert "what follows a wake failed" in caplog.text


def test_it_may_be_stopped_by_what_it_calls() -> None:
    computer = Computer()
    done: queue.Queue[bool] = queue.Queue()

    def woke(_: float) -> None:
        wake.stop()
        done.put(True)

    wake = Wake(woke, computer.clocks(), tick=0.01)
    wake.start()
    computer.sleeping += 100
    assert done.get(timeout=30)


def test_stopped_before_it_was_started() -> None:
    Wake(lambda _: None).stop()
