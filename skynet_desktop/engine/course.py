"""What one upload asks and tells on its way: may these bytes leave, and how far it has come."""

from __future__ import annotations

import threading
import time

from skynet_desktop.core.events import PartDone
from skynet_desktop.engine.mapping import Mapping

_PROGRESS_SECONDS = 0.1


class Course:
    """For any thread. It does not know its job, on purpose: two that know each other are freed
    by the garbage collector alone, and one pair for each file kept that busy."""

    def __init__(self, mapping: Mapping, path: str, size: int, stopping: threading.Event) -> None:
        self._mapping = mapping
        self._path = path
        self._size = size
        self._stopping = stopping
        self._told = 0.0
        self._turn = threading.Lock()

    def pace(self, nbytes: int) -> None:
        """Parts that leave at the same time wait one by one: a file gets one file's share.
        Raises :class:`Stopped`."""
        with self._turn:
            self._mapping.spec.pacer.take(nbytes, self._stopping)

    def progress(self, done: int) -> None:
        self._mapping.progress[self._path] = (done, self._size)
        if done >= self._size and self._told == 0.0:
            return  # in one go: Done says it all
        now = time.monotonic()
        if done >= self._size or now - self._told >= _PROGRESS_SECONDS:
            self._told = now
            name = self._mapping.name
            self._mapping.bus.publish(PartDone(name, self._path, done, self._size))
