"""Workers: threads that run transfers, made when first needed."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

Spawn = Callable[[Callable[[], None], str], None]
"""Starts a thread that runs the callable under the given name and does not keep the process
alive: plain threads in the terminal, QThreads in the desktop."""


def spawn_thread(target: Callable[[], None], name: str) -> None:
    threading.Thread(target=target, name=name, daemon=True).start()


class Workers:
    """Up to ``size`` threads that take tasks in order. Safe from any thread.

    A task must not raise; one that does is logged and its thread goes on.
    """

    def __init__(self, name: str, size: int, spawn: Spawn = spawn_thread) -> None:
        self._name = name
        self.size = size
        self._spawn = spawn
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._unfinished = 0

    def submit(self, task: Callable[[], None]) -> None:
        with self._lock:
            self._unfinished += 1
            if self._unfinished > self._threads and self._threads < self.size:
                self._threads += 1
                self._spawn(self._run, f"{self._name}-{self._threads}")
        self._tasks.put(task)

    @property
    def waiting(self) -> int:
        """Tasks nobody has started yet."""
        return self._tasks.qsize()

    def close(self) -> None:
        """Each thread ends after the tasks before this; nobody waits for them."""
        with self._lock:
            for _ in range(self._threads):
                self._tasks.put(None)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except Exception:
                log.exception("a worker's task failed")
            with self._lock:
                self._unfinished -= 1
