"""Threads that ask the service for somebody who must be able to stop at any moment.

A call to a service may hang for minutes. Whoever waits for it here is told to stop within a
moment, and leaves the thread to itself.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from skynet_desktop.core.errors import Stopped
from skynet_desktop.engine.workers import Spawn, Workers

_LOOK_SECONDS = 0.1

T = TypeVar("T")


class Crew:
    """Methods are for one thread, in which all answers are handed over too. They raise
    :class:`Stopped` soon after ``stopping`` is set."""

    def __init__(self, name: str, size: int, spawn: Spawn, stopping: threading.Event) -> None:
        self._workers = Workers(name, size, spawn)
        self._stopping = stopping
        self._answers: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.busy = 0
        """Tasks whose answers were not handed over yet."""

    def submit(
        self, task: Callable[[], T], then: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """``then`` or ``failed`` is called from :meth:`collect`."""

        def run() -> None:
            try:
                answer = task()
            except Exception as error:
                self._answers.put(partial(failed, error))
            else:
                self._answers.put(partial(then, answer))

        self.busy += 1
        self._workers.submit(run)

    def collect(self) -> None:
        """Wait for one answer and hand it over."""
        while True:
            if self._stopping.is_set():
                raise Stopped("Stopped.")
            try:
                hand_over = self._answers.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            self.busy -= 1
            hand_over()
            return

    def call(self, task: Callable[[], T]) -> T:
        """Its answer, or its error; other answers may be handed over meanwhile."""
        answers: list[T] = []
        errors: list[Exception] = []
        self.submit(task, answers.append, errors.append)
        while not answers and not errors:
            self.collect()
        if errors:
            raise errors[0]
        return answers[0]

    def close(self) -> None:
        self._workers.close()
