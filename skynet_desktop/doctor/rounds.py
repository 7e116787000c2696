"""A check-up: all checks at once, each bounded in time, told in their order.

A check that fails or hangs is a finding of its own and hides no other.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

from skynet_desktop.app import App
from skynet_desktop.doctor import (
    computer,
    folders,
    home,
    kept,
    monitor,
    services,
    storage,
    watching,
)
from skynet_desktop.doctor.exam import Check, Exam, Said, warning
from skynet_desktop.doctor.findings import Finding

_LOOK_SECONDS = 0.1


def checkup(
    app: App, *, cancelled: threading.Event, network: bool = True, writes: bool = True
) -> Iterator[Finding]:
    """Look the home over, beside a running app or without one.

    Findings come as they are known, those of a topic together, and hold no secret. Without
    ``network`` the services are left alone; without ``writes`` no test file is written there.
    Blocks, up to two minutes in all: never on the thread of a window. Ends within a second
    after ``cancelled`` is set. Raises nothing of its own.
    """
    exam = Exam.of(app, network=network, writes=writes)
    runs = [_Run(check, exam) for check in _checks(exam)]
    try:
        for run in runs:
            yield from run.findings(cancelled)
    finally:
        for run in runs:
            run.cancel()


def _checks(exam: Exam) -> Iterator[Check]:
    yield from home.CHECKS
    yield from kept.CHECKS
    yield from computer.CHECKS
    yield from storage.CHECKS
    yield from watching.CHECKS
    yield from monitor.CHECKS
    yield from (folders.check(mapping) for mapping in exam.settings.mappings.values())
    if exam.network:
        yield from (services.check(service) for service in exam.settings.services.values())


class _Run:
    """A check under way, in a thread that nothing waits for at the end of the process."""

    def __init__(self, check: Check, exam: Exam) -> None:
        self._check = check
        self._cancelled = threading.Event()
        self._said: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
        self._deadline = time.monotonic() + check.seconds
        threading.Thread(
            target=self._look, args=(replace(exam, cancelled=self._cancelled),),
            name=f"doctor {check.topic}", daemon=True,
        ).start()  # fmt: skip

    def _look(self, exam: Exam) -> None:
        try:
            for said in self._check.look(exam):
                self._said.put(said)
        except Exception as error:
            self._said.put(
                warning(
                    f"This could not be checked: {type(error).__name__}: {error}.",
                    "Save the diagnostics, and show them to somebody who knows Skynet.",
                )
            )
        finally:
            self._said.put(None)

    def findings(self, cancelled: threading.Event) -> Iterator[Finding]:
        while not cancelled.is_set():
            try:
                said = self._said.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if time.monotonic() < self._deadline:
                    continue
                yield self._finding(
                    warning(
                        f"This was not done after {self._check.seconds:.0f} seconds.",
                        "Something hangs: a disk, a share or a server. Look at it, and try again.",
                    )
                )
                return
            if said is None:
                return
            yield self._finding(said)

    def _finding(self, said: Said) -> Finding:
        return Finding(self._check.topic, *said).cleaned()

    def cancel(self) -> None:
        self._cancelled.set()
