"""Everything that may block runs here, never on the GUI thread: the engine's loops in QThreads,
single jobs in a pool. Results come back as calls on the GUI thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThread, QThreadPool, Signal, Slot

log = logging.getLogger(__name__)

T = TypeVar("T")

_JOBS_AT_ONCE = 8


class _Loop(QThread):
    def __init__(self, target: Callable[[], None], name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._target = target
        self._name = name

    def run(self) -> None:
        threading.current_thread().name = self._name  # as the log shows it
        try:
            self._target()
        except Exception:
            log.exception("the loop %s failed", self._name)


class Spawner:
    """Starts the engine's loops as QThreads; ``spawn`` is what the engine takes as its
    ``Spawn``. Safe from any thread."""

    def __init__(self) -> None:
        self._loops: list[_Loop] = []
        self._lock = threading.Lock()

    def spawn(self, target: Callable[[], None], name: str) -> None:
        loop = _Loop(target, name)
        with self._lock:  # a QThread must outlive its run
            self._loops.append(loop)
        loop.start()

    def forget_ended(self) -> None:
        """On the GUI thread: only there a QObject may be destroyed (collecting.py)."""
        with self._lock:
            ended = [loop for loop in self._loops if loop.isFinished()]
            self._loops = [loop for loop in self._loops if loop not in ended]

    def wait(self, seconds: float) -> bool:
        """Whether all loops ended within the time."""
        until = time.monotonic() + seconds
        with self._lock:
            loops = list(self._loops)
        return all(loop.wait(max(0, int((until - time.monotonic()) * 1000))) for loop in loops)


class Job:
    """A piece of work on its way. :meth:`forget` and neither callback comes any more."""

    def __init__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None,
        failed: Callable[[Exception], None] | None,
    ) -> None:
        self._work = work
        self._done = done
        self._failed = failed
        self._result: Any = None
        self._error: Exception | None = None
        self.forgotten = False

    def forget(self) -> None:
        """For a window that closes. The work itself goes on to its end."""
        self.forgotten = True

    def _let_go(self) -> None:
        """Of all it was given. A window that nobody else holds any more would end in the thread
        of the pool (collecting.py)."""
        self._work, self._done, self._failed, self._result = _nothing, None, None, None

    def _run(self) -> None:
        try:
            self._result = self._work()
        except Exception as error:
            self._error = error

    def _report(self, trouble: Callable[[Exception], None]) -> None:
        if self.forgotten:
            return
        if self._error is not None:
            (self._failed or trouble)(self._error)
        elif self._done is not None:
            self._done(self._result)


class _Run(QRunnable):
    def __init__(self, job: Job, finished: Callable[[Job], None]) -> None:
        super().__init__()
        self._job = job
        self._finished = finished

    def run(self) -> None:
        self._job._run()
        self._finished(self._job)


class Jobs(QObject):
    """Runs work off the GUI thread. Made and called on the GUI thread only."""

    trouble = Signal(Exception)
    """An error that nobody asked to be told of."""
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = _pool(_JOBS_AT_ONCE)
        self._changes = _pool(1)
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        in_order: bool = False,
    ) -> Job:
        """Have ``work`` done; then ``done`` gets its result or ``failed`` its error, on the
        GUI thread. ``in_order``: one after the other, for changes to the settings."""
        job = Job(work, done, failed)
        pool = self._changes if in_order else self._pool
        pool.start(_Run(job, self._finished.emit))
        return job

    def stop(self, seconds: float) -> bool:
        """Begin no more work but changes that wait; whether all has ended in time."""
        self._pool.clear()
        until = time.monotonic() + seconds
        return all(
            pool.waitForDone(max(0, int((until - time.monotonic()) * 1000)))
            for pool in (self._changes, self._pool)
        )

    @Slot(object)
    def _on_finished(self, job: Job) -> None:
        try:
            job._report(self.trouble.emit)
        finally:
            job._let_go()


def _nothing() -> None:
    return None


def _pool(size: int) -> QThreadPool:
    pool = QThreadPool()
    pool.setMaxThreadCount(size)
    pool.setExpiryTimeout(10_000)
    return pool
