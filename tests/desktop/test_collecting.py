"""Nothing of Qt is destroyed by another thread than Qt's own."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, Signal
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop import collecting
from skynet_desktop.desktop.collecting import Collecting
from skynet_desktop.desktop.threads import Jobs, Spawner


class Controller(QObject):
    events = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.spawner = Spawner()


class Mortal(QObject):
    """Tells which thread ended it."""

    ended: list[threading.Thread]

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    Mortal.ended = []
    monkeypatch.setattr(collecting, "_LOOK_MS", 20)
    return Mortal.ended


@pytest.fixture
def controller(ended: list[threading.Thread]) -> Iterator[Controller]:
    gc.enable()
    made = Controller()
    Collecting(made)  # type: ignore[arg-type]
    yield made
    made.deleteLater()
    gc.unfreeze()


def leave_a_ring() -> None:
    ring = Mortal()
    ring.itself = ring  # type: ignore[attr-defined]


def litter() -> list[list[int]]:
    """Another thread makes many objects that stay, as an engine does: enough for a collection."""
    kept: list[list[int]] = []
    thread = threading.Thread(target=lambda: kept.extend([number] for number in range(10_000)))
    thread.start()
    thread.join()
    return kept


def test_without_it_any_thread_does(ended: list[threading.Thread], qapp: object) -> None:
    gc.enable()
    leave_a_ring()
    assert litter()
    assert ended and ended[0] is not threading.main_thread()


def test_rings_end_on_the_gui_thread(
    controller: Controller, ended: list[threading.Thread], qtbot: QtBot
) -> None:
    leave_a_ring()
    kept = litter()
    assert kept and not ended
    qtbot.waitUntil(lambda: bool(ended), timeout=5_000)
    assert ended == [threading.main_thread()]


def test_loops_end_on_the_gui_thread(controller: Controller, qtbot: QtBot) -> None:
    spawner = controller.spawner

    def spawn() -> None:
        for number in range(3):
            spawner.spawn(lambda: None, f"loop {number}")
            assert spawner.wait(5)

    thread = threading.Thread(target=spawn)
    thread.start()
    thread.join()
    loops = [loop for loop in spawner._loops if isinstance(loop, QThread)]
    assert len(loops) == 3, "another thread forgot none"
    del loops
    qtbot.waitUntil(lambda: not spawner._loops, timeout=5_000)


def test_a_window_that_only_a_job_knows_ends_on_the_gui_thread(
    ended: list[threading.Thread], qtbot: QtBot
) -> None:
    jobs = Jobs()
    done: list[object] = []

    def ask() -> None:
        window = Mortal()
        jobs.run(lambda: window.objectName(), done.append)

    for _ in range(50):
        ask()
    qtbot.waitUntil(lambda: len(done) == 50 and len(ended) == 50, timeout=5_000)
    assert set(ended) == {threading.main_thread()}
