"""What is found out off the GUI thread: live, one at a time, and silent once nobody listens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from skynet_desktop.core.errors import Stopped
from skynet_desktop.desktop.inquiry import Inquiry, Tell
from tests.desktop.made_controller import MadeController

Work = Callable[[Tell, threading.Event], object]


class Asking(Inquiry):
    """What is asked is said by the test; ``heard`` is all that came of it."""

    def __init__(self, controller: MadeController, parent: QObject) -> None:
        super().__init__(controller.typed, parent)
        self.heard: list[object] = []
        for signal in (self.found, self.finished, self.failed):
            signal.connect(self.heard.append)

    def start(self, work: Work) -> None:
        self._begin(work)


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path) -> Iterator[MadeController]:
    made = MadeController(tmp_path / "home")
    yield made
    assert made.jobs.stop(10)


@pytest.fixture
def asking(controller: MadeController) -> Asking:
    return Asking(controller, controller)


def test_what_is_found_comes_before_the_end(qtbot: QtBot, asking: Asking) -> None:
    def work(tell: Tell, cancelled: threading.Event) -> str:
        tell(1)
        tell(2)
        return "all"

    asking.start(work)
    assert asking.is_under_way
    qtbot.waitUntil(lambda: not asking.is_under_way)
    assert asking.heard == [1, 2, "all"]


def test_a_report_that_is_on_its_way_when_it_is_stopped_is_not_heard(
    qtbot: QtBot, asking: Asking
) -> None:
    told, may_end = threading.Event(), threading.Event()

    def work(tell: Tell, cancelled: threading.Event) -> None:
        tell("found")
        told.set()
        assert may_end.wait(10) and cancelled.is_set()
        tell("too late")

    asking.start(work)
    assert told.wait(10)  # its report waits for the event loop, which is us
    asking.stop()
    may_end.set()
    asking.start(lambda tell, _: "another")
    qtbot.waitUntil(lambda: not asking.is_under_way)
    assert asking.heard == ["another"]


def test_an_error_is_told_but_not_that_it_was_stopped(qtbot: QtBot, asking: Asking) -> None:
    error = OSError("broken")

    def fail(tell: Tell, cancelled: threading.Event) -> None:
        raise error

    def end(tell: Tell, cancelled: threading.Event) -> None:
        raise Stopped("Stopped.")

    for work in (end, fail):
        asking.start(work)
        qtbot.waitUntil(lambda: not asking.is_under_way)
    assert asking.heard == [error]


def test_work_whose_window_was_deleted_learns_of_it(
    qtbot: QtBot, controller: MadeController
) -> None:
    window = QObject()
    asking = Asking(controller, window)
    began, ended = threading.Event(), threading.Event()

    def work(tell: Tell, cancelled: threading.Event) -> None:
        began.set()
        while not cancelled.wait(0.01):
            tell("still there")
        ended.set()

    asking.start(work)
    assert began.wait(10)
    window.deleteLater()
    del asking, window
    qtbot.waitUntil(ended.is_set)
