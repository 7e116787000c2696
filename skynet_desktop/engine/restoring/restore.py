"""Restore: brings files back from a destination, as they are there now or were at a time.

    catalogue -> the files chosen -> threads -> restore_file: look, fetch, name -> tally
                                       |
                                    restore_line: the connection, made anew when lost

A file appears under its name complete, with its time, or not at all; nothing that is here is
overwritten, and nothing outside of the target is touched (``restore_target.py``). An
interrupted restore goes on when it is run again: what is here already counts as the same.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from skynet_desktop.connections.base import Connection
from skynet_desktop.core.errors import (
    PathError,
    PathImpossible,
    ServiceError,
    SkynetError,
    Stopped,
    sorted_error,
)
from skynet_desktop.core.words import amount
from skynet_desktop.engine.restoring.catalogue import Catalogue, Stored
from skynet_desktop.engine.restoring.file import FileRestorer, IfExists, Outcome
from skynet_desktop.engine.restoring.line import Line
from skynet_desktop.engine.restoring.partial import STEP, partial_name
from skynet_desktop.engine.restoring.tally import Failure, Restored, Restoring, Tally
from skynet_desktop.engine.restoring.target import Target, TargetUnusable
from skynet_desktop.engine.workers import Spawn, spawn_thread

log = logging.getLogger(__name__)

_MOST_THREADS = 16
_MOST_LOSSES = 4
"""So often one file may lose the connection without getting on; then it is that file's fault."""
_LOOK_SECONDS = 0.02
_GRACE_SECONDS = 0.3
"""How long threads may take to stop by themselves before the connection is broken off."""


def restore(
    connection: Connection,
    catalogue: Catalogue,
    paths: Sequence[str],
    target: str,
    *,
    at: float | None = None,
    if_exists: IfExists = IfExists.SKIP,
    progress: Callable[[Restoring], None] = lambda _: None,
    stopping: threading.Event | None = None,
    reconnect: Callable[[], Connection] | None = None,
    spawn: Spawn = spawn_thread,
) -> Restored:
    """Bring back the files and folders of these ``paths`` ("" is all) to ``target``, a folder
    that is there, each under its whole path below it; ``at`` is a time in seconds since 1970.

    Blocks, and returns within a second after ``stopping`` is set. ``connection`` is open; if it
    is lost, ``reconnect`` makes another one (not opened yet) as often as that helps. ``progress``
    is called from other threads. Raises nothing that can be foreseen: see :class:`Restored`.
    """
    stopping = stopping or threading.Event()
    try:
        place = Target(target)
    except TargetUnusable as error:
        return Tally(0, 0, progress).result(error)
    run = _Run(catalogue, place, at, if_exists, stopping)
    line = Line(connection, reconnect, run.ending)
    try:
        threads = min(_MOST_THREADS, max(1, connection.parallel))
        return run.run(_distinct(paths), line, progress, threads, spawn)
    finally:
        line.close()


def _distinct(paths: Sequence[str]) -> list[str]:
    """Without those that lie below another one."""
    chosen: list[str] = []
    for path in sorted({path.strip("/") for path in paths}):
        if not any(_holds(other, path) for other in chosen):
            chosen.append(path)
    return chosen


def _holds(folder: str, path: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


class _Run:
    """One restore. Closes ``target`` when the last of its threads has ended, which may be after
    :meth:`run` has returned: one that hangs in the network is left behind."""

    def __init__(
        self,
        catalogue: Catalogue,
        target: Target,
        at: float | None,
        if_exists: IfExists,
        stopping: threading.Event,
    ) -> None:
        self.ending = threading.Event()
        """Set when all is to end, for whatever reason."""
        self._catalogue = catalogue
        self._target = target
        self._at = at
        self._if_exists = if_exists
        self._stopping = stopping
        stamp = datetime.now().strftime("%Y-%m-%d %H-%M")
        self._files = FileRestorer(target, if_exists, at, stamp, self.ending)
        self._lock = threading.Lock()
        self._paths: list[str] = []
        self._chosen: Iterator[Stored] = iter(())
        self._working = 0
        self._idle = threading.Event()
        self._ended_by: SkynetError | None = None

    def run(
        self,
        paths: list[str],
        line: Line,
        progress: Callable[[Restoring], None],
        threads: int,
        spawn: Spawn,
    ) -> Restored:
        self._line = line
        self._paths = paths
        totals = {path: self._catalogue.total(path, self._at) for path in paths}
        files, size = map(sum, zip((0, 0), *totals.values(), strict=True))
        self._tally = Tally(files, size, progress)
        for path, (count, _) in totals.items():
            if not count:
                self._tally.missing(path, self._nothing())
        try:
            self._check_space(size)
        except (TargetUnusable, Stopped) as error:
            self._target.close()
            return self._tally.result(error)
        self._chosen = self._all_chosen()
        self._work(threads, spawn)
        return self._tally.result(self._ended_by)

    def _nothing(self) -> str:
        if self._at is None:
            return "Nothing of this name is at the destination."
        return "Nothing of this name was at the destination at that time, as far as it is known."

    def _all_chosen(self) -> Iterator[Stored]:
        for path in self._paths:
            yield from self._catalogue.files_below(path, self._at)

    # --- room ---------------------------------------------------------------------------

    def _check_space(self, size: int) -> None:
        """Raises :class:`TargetUnusable` if what is still to come will not fit."""
        free = self._target.free()
        if size <= free:
            return
        needed = 0
        for stored in self._all_chosen():
            if self._stopping.is_set():
                raise Stopped("Stopped.")
            needed += self._needed(stored)
        if needed > free:
            raise TargetUnusable(
                f"{amount(needed)} are needed in {self._target.shown}, but only {amount(free)} "
                "are free there. Make room, or restore to another disk."
            )

    def _needed(self, stored: Stored) -> int:
        """At most so many bytes more; what may be the same already counts as that."""
        there = self._target.look(stored.path)
        if there is not None and (self._if_exists is IfExists.SKIP or there.st_size == stored.size):
            return 0
        if stored.size < STEP:
            return stored.size
        folder = stored.path.rpartition("/")[0]
        begun = self._target.look(f"{folder}/{partial_name(stored)}".lstrip("/"))
        return stored.size - (min(begun.st_size, stored.size) if begun is not None else 0)

    # --- threads ------------------------------------------------------------------------

    def _work(self, threads: int, spawn: Spawn) -> None:
        self._working = threads
        for number in range(threads):
            spawn(self._thread, f"restore-{number + 1}")
        while not self._idle.wait(_LOOK_SECONDS):
            if self._stopping.is_set():
                self._end(Stopped("Stopped."))
            if self.ending.is_set():
                break
        if not self._idle.wait(_GRACE_SECONDS):
            self._line.break_off()
            self._idle.wait(_GRACE_SECONDS)

    def _thread(self) -> None:
        try:
            while not self.ending.is_set() and (stored := self._next()) is not None:
                self._one(stored)
        except SkynetError as error:
            self._end(error)
        except Exception as error:
            log.exception("a restore ended unexpectedly")
            self._end(sorted_error(error))
        finally:
            with self._lock:
                self._working -= 1
                last = not self._working
            if last:
                self._target.close()
                self._idle.set()

    def _next(self) -> Stored | None:
        with self._lock:
            return next(self._chosen, None)

    def _end(self, error: SkynetError) -> None:
        with self._lock:
            self._ended_by = self._ended_by or error
        self.ending.set()

    # --- one file -----------------------------------------------------------------------

    def _one(self, stored: Stored) -> None:
        """Raises what ends all."""
        try:
            self._check_name(stored)
            outcome = self._brought_back(stored)
        except (Stopped, ServiceError, TargetUnusable):
            raise
        except SkynetError as error:
            self._tally.failed(stored, error.reason)
        else:
            self._line.good()
            self._tally.done(stored, outcome)

    def _check_name(self, stored: Stored) -> None:
        """On a file system that ignores case, the first of several names gets the file."""
        if not self._target.traits.folds_names:
            return
        for rival in self._catalogue.rivals(stored.path, self._at):
            if any(_holds(path, rival) or _holds(rival, path) for path in self._paths):
                raise PathImpossible(
                    f'For this computer "{rival}" is the same name; restore this one by itself, '
                    "to another folder."
                )

    def _brought_back(self, stored: Stored) -> Outcome:
        """Over as many connections as it takes, if each gets on a little."""
        losses = steps = 0

        def part(done: int) -> None:
            nonlocal losses, steps
            self._tally.part(stored, done)
            if done // STEP > steps:
                losses, steps = 0, done // STEP
                self._line.good()

        while True:
            connection = self._line.take()
            try:
                return self._files.bring_back(connection, stored, part)
            except (Stopped, TargetUnusable):
                raise
            except Exception as raised:
                if self.ending.is_set():
                    raise Stopped("Stopped.") from raised
                error = sorted_error(raised)
                if not isinstance(raised, SkynetError | OSError):
                    log.error("%s: unexpected trouble", stored.path, exc_info=raised)
                if not isinstance(error, ServiceError):
                    raise error from raised
                losses += self._line.lost(connection, error)
                if losses >= _MOST_LOSSES:
                    raise PathError(error.reason) from raised


__all__ = ["Failure", "IfExists", "Restored", "Restoring", "restore"]
