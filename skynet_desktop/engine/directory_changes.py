"""Windows: watchdog's observer, taught three things.

- What did not fit into the system's buffer is told to us; watchdog passes it over.
- Events are handed on at once. watchdog's own waits for a second without any, which a log file
  that grows all the time never leaves.
- A watch whose thread ended (a share went away) has ended, and can be seen to have.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any

from watchdog.observers.api import BaseObserver
from watchdog.observers.read_directory_changes import WindowsApiEmitter
from watchdog.observers.winapi import (
    DirectoryChangeReader,
    WinAPINativeEvent,
    _drop_case_only_rename_deletions,
    _parse_event_buffer,
    _parse_extended_event_buffer,
)

assert sys.platform == "win32"

log = logging.getLogger(__name__)


class _Reader(DirectoryChangeReader):
    def __init__(self, path: str, *, recursive: bool, overflowed: Callable[[], None]) -> None:
        super().__init__(path, recursive=recursive)
        self._overflowed = overflowed
        self.ended = threading.Event()

    def _run(self) -> None:
        try:
            super()._run()
        except OSError as error:
            log.warning("cannot watch %s any more: %s", self._path, error)
        finally:
            self.ended.set()

    def _run_inner(self, handle: Any, event_buffer: Any, nbytes: Any) -> None:
        super()._run_inner(handle, event_buffer, nbytes)
        # "If the buffer overflows, ReadDirectoryChangesW will still return true, but the entire
        # contents of the buffer are discarded and the lpBytesReturned parameter will be zero."
        if not nbytes.value and not self._should_stop:
            self._overflowed()

    def get_events(self, timeout: float) -> list[WinAPINativeEvent]:
        """What is there, after waiting ``timeout`` seconds at most for the first."""
        try:
            buffers = [self._buf_queue.get(timeout=timeout)]
        except queue.Empty:
            return []
        buffers += [self._buf_queue.get() for _ in range(self._buf_queue.qsize())]
        return _drop_case_only_rename_deletions(
            [event for buffer, extended in buffers for event in _events(buffer, extended)]
        )


def _events(buffer: bytes, extended: bool) -> list[WinAPINativeEvent]:
    if extended:
        return [WinAPINativeEvent(*record) for record in _parse_extended_event_buffer(buffer)]
    return [WinAPINativeEvent(*record) for record in _parse_event_buffer(buffer)]


class _Emitter(WindowsApiEmitter):
    def __init__(self, *args: Any, overflowed: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._overflowed = overflowed

    def on_thread_start(self) -> None:
        reader = _Reader(
            self.watch.path, recursive=self.watch.is_recursive, overflowed=self._overflowed
        )
        with self._lock:
            self._reader = reader
        try:
            reader.start()
        except queue.Empty:
            raise OSError(f"{self.watch.path} cannot be watched") from None

    def queue_events(self, timeout: float) -> None:
        super().queue_events(timeout)
        reader = self._reader
        if isinstance(reader, _Reader) and reader.ended.is_set():
            self.stop()


class TunedWindowsObserver(BaseObserver):
    """``overflowed()`` is called from a thread of the observer's, and must be quick. Raises
    ``OSError`` from ``start`` if the folder cannot be watched."""

    def __init__(self, overflowed: Callable[[], None]) -> None:
        super().__init__(_Emitter, overflowed=overflowed)
