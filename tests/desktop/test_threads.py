from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.stalls import Stalls
from skynet_desktop.desktop.threads import Jobs, Spawner


@pytest.fixture
def jobs(qtbot: QtBot) -> Jobs:
    return Jobs()


def test_work_is_done_elsewhere_and_reported_here(jobs: Jobs, qtbot: QtBot) -> None:
    here, seen = threading.current_thread(), []
    jobs.run(
        threading.current_thread, lambda there: seen.append((there, threading.current_thread()))
    )
    qtbot.waitUntil(lambda: len(seen) == 1)
    there, back = seen[0]
    assert there is not here
    assert back is here


def test_an_error_goes_to_who_asked_else_to_all(jobs: Jobs, qtbot: QtBot) -> None:
    asked: list[Exception] = []
    troubles: list[Exception] = []
    jobs.trouble.connect(troubles.append)
    jobs.run(lambda: 1 / 0, None, asked.append)
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert not troubles
    jobs.run(lambda: 1 / 0)
    qtbot.waitUntil(lambda: len(troubles) == 1)
    assert isinstance(troubles[0], ZeroDivisionError)


def test_nobody_hears_of_a_forgotten_job(jobs: Jobs, qtbot: QtBot) -> None:
    goes_on = threading.Event()
    heard: list[object] = []
    job = jobs.run(goes_on.wait, heard.append)
    job.forget()
    goes_on.set()
    jobs.run(lambda: None, lambda _: heard.append("next"))
    assert jobs.stop(5)
    qtbot.waitUntil(lambda: heard != [])
    assert heard == ["next"]


def test_changes_are_made_in_order(jobs: Jobs, qtbot: QtBot) -> None:
    made: list[int] = []
    for number in range(50):
        jobs.run(lambda n=number: made.append(n), in_order=True)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(made) == 50)
    assert made == list(range(50))


def test_a_slow_job_keeps_no_other_and_the_end_does_not_wait_for_it(
    jobs: Jobs, qtbot: QtBot
) -> None:
    goes_on = threading.Event()
    done: list[object] = []
    jobs.run(goes_on.wait)
    jobs.run(lambda: None, done.append)
    qtbot.waitUntil(lambda: len(done) == 1)
    assert not jobs.stop(0.05)
    goes_on.set()
    assert jobs.stop(5)


def test_loops_run_in_threads_of_qt_under_their_name(qtbot: QtBot) -> None:
    goes_on, seen = threading.Event(), []
    spawner = Spawner()

    def loop() -> None:
        seen.append((threading.current_thread().name, QThread.currentThread().objectName()))
        goes_on.wait()

    spawner.spawn(loop, "a loop")
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert seen == [("a loop", "a loop")]
    assert not spawner.wait(0.05)
    goes_on.set()
    assert spawner.wait(5)


def test_a_loop_that_fails_is_logged(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    spawner = Spawner()
    spawner.spawn(lambda: 1 / 0, "a bad loop")  # type: ignore[arg-type]
    assert spawner.wait(5)
    assert "the loop a bad loop failed" in caplog.text


def test_stalls_are_measured(qtbot: QtBot) -> None:
    stalls = Stalls()
    stalls.start()
    qtbot.wait(30)
    threading.Event().wait(0.1)  # keeps this thread from its work
    qtbot.waitUntil(lambda: stalls.longest > 0.05)
    stalls.stop()
    assert len(stalls.late) >= 1
