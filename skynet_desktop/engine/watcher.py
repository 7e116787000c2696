"""Watcher: file system events of one folder become actions in the Q.

It runs from start to stop, whether the service is reachable or not. What it cannot see it
says: an overflow and any rename of a folder ask for a rescan (events that raced with the
rename may have carried a stale path), folders without a watch are reported so that they are
polled.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from skynet_desktop.core.actions import Action, delete, move, send
from skynet_desktop.core.files import may_look_into
from skynet_desktop.core.filters import Filters
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.engine.queue import Q
from skynet_desktop.engine.writers import nobody_writes

log = logging.getLogger(__name__)

_CLOSES = sys.platform == "linux"  # the only system that tells when a written file is closed
_EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    # watchdog's default adds "opened" and "closed without writing", which its own rescans
    # cause: on a large tree it then feeds itself for ever.
    FileClosedEvent if _CLOSES else FileModifiedEvent,
    FileAttribEvent,
]
_BATCH_SECONDS = 0.01  # events that come together enter the Q together


class Watcher(FileSystemEventHandler):
    """Watches one mapping's folder.

    ``rescan(reason)`` is called when events were or may have been lost. ``on_events`` is told
    what entered the Q. Both from the Watcher's threads.
    """

    def __init__(
        self,
        mapper: Mapper,
        filters: Filters,
        q: Q,
        *,
        quiet_seconds: float,
        rescan: Callable[[str], None],
        on_actions: Callable[[list[Action]], None],
    ) -> None:
        self._mapper = mapper
        self._filters = filters
        self._q = q
        self._quiet = quiet_seconds
        self._rescan = rescan
        self._on_actions = on_actions
        self._observer: BaseObserver | None = None
        self._pending: dict[Action, bool] = {}  # action -> settled; later events overrule
        self._touched: set[Action] = set()  # got other times or modes; nobody need have closed it
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._renamed = threading.Event()
        self._thread: threading.Thread | None = None
        self.unwatched: list[str] = []
        """Folders (relative) that get no events; their changes are found by polling."""
        self._closed: set[str] = set()

    # --- life ---------------------------------------------------------------------------

    def start(self) -> None:
        """Returns when the watches stand. Never fails: what cannot be watched is listed in
        :attr:`unwatched`."""
        self._thread = threading.Thread(target=self._record, name="watcher-q", daemon=True)
        self._thread.start()
        try:
            self._observer = self._make_observer()
            self._observer.schedule(
                self, self._mapper.local_base, recursive=True, event_filter=_EVENTS
            )
            self._observer.start()
        except OSError as error:
            log.warning("cannot watch %s: %s", self._mapper.local_base, error)
            self._stop_observer()
            self.unwatched.append("")

    def _make_observer(self) -> BaseObserver:
        if sys.platform == "linux":
            from skynet_desktop.engine.inotify import Hooks, TunedInotifyObserver

            hooks = Hooks(self._skips, self._overflowed, self._note_unwatched, self._closed.add)
            return TunedInotifyObserver(hooks)
        if sys.platform == "win32":
            from skynet_desktop.engine.directory_changes import TunedWindowsObserver

            return TunedWindowsObserver(self._overflowed)
        return Observer()

    def has_reopened(self) -> bool:
        """Whether a folder can be looked into, or is gone, that could not be: then what lies
        there has no watches, or under wrong names, and a sweep is due."""
        closed = list(self._closed)
        if not any(may_look_into(path) or not os.path.lexists(path) for path in closed):
            return False
        self._renamed.set()
        return True

    def refresh(self) -> None:
        """Call before a sweep: if folders were renamed since the last time, what is watched is
        put right (``inotify.py``). What changed until then is the sweep's to find."""
        if sys.platform != "linux" or not self._renamed.is_set():
            return
        from skynet_desktop.engine.inotify import TunedInotifyObserver

        observer = self._observer
        if isinstance(observer, TunedInotifyObserver):
            self._renamed.clear()
            self.unwatched.clear()
            self._closed.clear()
            observer.put_names_right()

    def stop(self) -> None:
        """Ends within a second; what was seen is in the Q."""
        self._stop_observer()
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(2)

    def _stop_observer(self) -> None:
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            if observer.is_alive():
                observer.join(2)

    @property
    def alive(self) -> bool:
        """False once the watched folder itself is gone: then watch anew when it returns."""
        observer = self._observer
        return observer is not None and any(e.is_alive() for e in observer.emitters)

    # --- hooks of the observer ----------------------------------------------------------

    def _skips(self, local_path: str) -> bool:
        relative = self._relative(local_path)
        return relative is None or self._filters.ignores(relative, folder=True)

    def _overflowed(self) -> None:
        self._rescan("The system dropped events.")

    def _note_unwatched(self, local_path: str) -> None:
        relative = self._relative(local_path)
        if relative is not None:
            self.unwatched.append(relative)

    # --- events -> actions --------------------------------------------------------------

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by watchdog for each event, in its thread."""
        if isinstance(event, FileMovedEvent | DirMovedEvent):
            if not event.is_synthetic:  # of a folder's rename: one move says it all
                self._moved(event)
            return
        path = self._relative(event.src_path)
        if path is None or self._filters.ignores(path, folder=event.is_directory):
            return
        if isinstance(event, FileDeletedEvent | DirDeletedEvent):
            if path:
                self._note(delete(path), settled=True)
        elif isinstance(event, FileAttribEvent):
            with self._lock:
                self._touched.add(send(path))
            self._wake.set()
        else:
            self._note(send(path), settled=isinstance(event, FileClosedEvent))

    def _moved(self, event: FileMovedEvent | DirMovedEvent) -> None:
        folder = event.is_directory
        source, dest = self._relative(event.src_path), self._relative(event.dest_path)
        takes = [p is not None and not self._filters.ignores(p, folder=folder)
                 for p in (source, dest)]  # fmt: skip
        if all(takes) and source and dest:
            self._note(move(source, dest), settled=True)
        elif takes[0] and source:
            self._note(delete(source), settled=True)
        elif takes[1] and dest:
            self._note(send(dest), settled=not folder)
        if folder:
            self._renamed.set()
            self._rescan("A folder was renamed.")

    def _relative(self, path: str | bytes) -> str | None:
        try:
            return self._mapper.relative(os.fsdecode(path))
        except ValueError:
            return None

    def _note(self, action: Action, *, settled: bool) -> None:
        with self._lock:
            self._pending.pop(action, None)  # the latest word keeps the order
            self._pending[action] = settled
        self._wake.set()

    def _record(self) -> None:
        while True:
            self._wake.wait()
            self._stopping.wait(_BATCH_SECONDS)
            self._wake.clear()
            last = self._stopping.is_set()  # asked before the events are taken
            with self._lock:
                pending, self._pending = self._pending, {}
                touched, self._touched = self._touched - pending.keys(), set()
            if pending or touched:
                self._put(pending, touched)
            if last:
                return

    def _is_closed(self, action: Action) -> bool:
        return nobody_writes(self._mapper.local(action.paths[-1]))

    def _put(self, pending: dict[Action, bool], touched: AbstractSet[Action] = frozenset()) -> None:
        try:
            self._q.put_all(touched, delay=self._quiet, gently=True)
            closed = {a for a, settled in pending.items() if settled or self._is_closed(a)}
            self._q.put_all((a for a in pending if a in closed), settled=True)
            self._q.put_all((a for a in pending if a not in closed), delay=self._quiet)
        except Exception:
            log.exception("could not record %d events; a rescan will find them", len(pending))
            self._rescan("Events could not be recorded.")
            return
        self._on_actions([*pending, *touched])
