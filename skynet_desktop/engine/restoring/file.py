"""Brings one file back: looks what has its name here, fetches the content, gives it its name."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

from skynet_desktop.connections.base import Connection, Fetches, RemoteFile
from skynet_desktop.connections.recovery import Reads
from skynet_desktop.core.errors import PathBlocked, PathError, Stopped
from skynet_desktop.engine.restoring.catalogue import SLACK_SECONDS, Stored
from skynet_desktop.engine.restoring.names import is_marked, marked, parts_of
from skynet_desktop.engine.restoring.partial import Partial, partial_name
from skynet_desktop.engine.restoring.same import Sameness
from skynet_desktop.engine.restoring.target import Folder, Target

_SECOND_NS = 1_000_000_000
_TRIES = 10


class IfExists(StrEnum):
    """What to do about a file of the same name and other content. ``REPLACE`` keeps it beside
    the new one as "name (replaced 2026-11-22 14-05).ext"; ``RENAME`` leaves it alone and names
    the new one "name (restored 2026-11-22 14-05).ext"."""

    SKIP = "skip"
    RENAME = "rename"
    REPLACE = "replace"


class Outcome(StrEnum):
    RESTORED = "restored"
    RENAMED = "renamed"
    REPLACED = "replaced"
    SAME = "same"
    SKIPPED = "skipped"
    LATER = "later"
    """It turned out that the file came about only after the time asked for."""


class _IsLater(Exception):
    pass


class FileRestorer:
    """Safe from several threads, as long as each brings back another path. ``stamp`` marks the
    names of files that could not have their own."""

    def __init__(
        self,
        target: Target,
        if_exists: IfExists,
        at: float | None,
        stamp: str,
        stopping: threading.Event,
    ) -> None:
        self._target = target
        self._if_exists = if_exists
        self._at = at
        self._stamp = stamp
        self._stopping = stopping
        self._sameness = Sameness(target, self._check)

    def bring_back(
        self, connection: Connection, stored: Stored, progress: Callable[[int], None]
    ) -> Outcome:
        """``progress`` takes how many bytes of the file are here, those of an earlier attempt
        too. Raises ``PathError`` if this file cannot be brought back, ``TargetUnusable``,
        :class:`Stopped` and the connection's errors."""
        *above, name = parts_of(stored.path, drops_tails=self._target.traits.drops_tails)
        with self._target.folder(above) as folder:
            outcome, final = self._judge(connection, folder, name, stored)
            if outcome in (Outcome.SAME, Outcome.SKIPPED):
                with suppress(OSError):
                    folder.remove(partial_name(stored))
                return outcome
            try:
                with self._fetched(connection, folder, stored, progress) as partial:
                    for _ in range(_TRIES):
                        if outcome in (Outcome.SAME, Outcome.SKIPPED):
                            partial.discard()
                            return outcome
                        self._check()
                        if self._named(folder, partial, final, outcome is Outcome.REPLACED):
                            return outcome
                        # Something took the name meanwhile: look again what it is.
                        outcome, final = self._judge(connection, folder, name, stored)
            except _IsLater:
                return Outcome.LATER
            raise PathBlocked("Again and again something else takes the name of this file here.")

    def _check(self) -> None:
        if self._stopping.is_set():
            raise Stopped("Stopped.")

    # --- what is here already -----------------------------------------------------------

    def _judge(
        self, connection: Connection, folder: Folder, name: str, stored: Stored
    ) -> tuple[Outcome, str]:
        """What to do, and the name to give."""
        there = self._look(folder, name)
        if there is None:
            return Outcome.RESTORED, name
        if stat.S_ISDIR(there.st_mode):
            raise PathBlocked("A folder has this name here.")
        if not stat.S_ISREG(there.st_mode):
            raise PathBlocked("A link or something else that is no file has this name here.")
        if self._sameness.holds(connection, folder, name, there, stored):
            return Outcome.SAME, name
        if self._if_exists is IfExists.RENAME:
            return self._beside(connection, folder, name, stored)
        if self._if_exists is IfExists.REPLACE:
            return Outcome.REPLACED, name
        return Outcome.SKIPPED, name

    def _look(self, folder: Folder, name: str) -> os.stat_result | None:
        with self._target.errors():
            return folder.stat(name)

    def _beside(
        self, connection: Connection, folder: Folder, name: str, stored: Stored
    ) -> tuple[Outcome, str]:
        """A free name; or an earlier restore brought this very file back beside the other."""
        with self._target.errors():
            copies = [n for n in folder.names() if is_marked(n, name, "restored")]
        for copy in copies:
            there = self._look(folder, copy)
            if (
                there is not None
                and stat.S_ISREG(there.st_mode)
                and self._sameness.holds(connection, folder, copy, there, stored)
            ):
                return Outcome.SAME, copy
        free = (n for n in marked(name, f"restored {self._stamp}") if not self._look(folder, n))
        return Outcome.RENAMED, next(free)

    # --- the content --------------------------------------------------------------------

    def _fetched(
        self,
        connection: Connection,
        folder: Folder,
        stored: Stored,
        progress: Callable[[int], None],
    ) -> Partial:
        """The whole content, with its time, under a name of ours."""
        if not isinstance(connection, Reads):
            return self._fetched_whole(connection, folder, stored, progress)
        partial = Partial(self._target, folder, partial_name(stored))
        try:
            mtime_ns = self._fill(connection, partial, stored, progress)
            partial.finish(mtime_ns, self._mode(folder, stored))
        except PathError:
            partial.discard()
            raise
        except BaseException:
            partial.__exit__()
            raise
        return partial

    def _mode(self, folder: Folder, stored: Stored) -> int | None:
        """Whoever could read the old file, and only they, can read what replaces it."""
        if self._if_exists is not IfExists.REPLACE:
            return None
        there = self._look(folder, stored.path.rpartition("/")[2])
        return None if there is None else stat.S_IMODE(there.st_mode) & 0o777

    def _fill(
        self, reads: Reads, partial: Partial, stored: Stored, progress: Callable[[int], None]
    ) -> int | None:
        """Returns the file's modification time."""
        offset = partial.sound if partial.sound <= stored.size else 0
        while True:
            with reads.read(stored.remote_path, offset=offset, version=stored.version) as content:
                self._check_is(stored, content.file)
                if offset and not _is_proven(stored, content.file):
                    offset = 0
                    continue
                partial.cut(offset)
                progress(offset)
                for block in content.blocks:
                    self._check()
                    partial.write(block)
                    progress(partial.size)
            if partial.size != content.file.size:
                raise PathError("The file changed at the destination while it was read.")
            return content.file.mtime_ns if content.file.mtime_ns is not None else stored.mtime_ns

    def _check_is(self, stored: Stored, file: RemoteFile) -> None:
        """Raises ``PathError`` if it is not the state we know, :class:`_IsLater` if that was not
        there yet at the time asked for."""
        if _has_changed(stored, file):
            raise PathError("The file changed at the destination since it was listed.")
        if self._at is None or stored.exact or file.mtime_ns is None:
            return
        if file.mtime_ns > (self._at + SLACK_SECONDS) * 1e9:
            raise _IsLater

    def _fetched_whole(
        self,
        connection: Connection,
        folder: Folder,
        stored: Stored,
        progress: Callable[[int], None],
    ) -> Partial:
        """From a service that gives whole files to a path only. That path lies in the target
        itself, which nobody else can have bent; then it is renamed to where it belongs."""
        if not isinstance(connection, Fetches) or stored.version:
            raise PathError("This service cannot give the file back.")
        name, top = partial_name(stored), self._target.top
        with self._target.errors():
            top.remove(name)
            folder.remove(name)
        with self._target.full_disk():
            connection.fetch(stored.remote_path, os.path.join(self._target.path, name))
        with self._target.errors():
            top.move_to(folder, name)
        partial = Partial(self._target, folder, name)
        if partial.size != stored.size:
            partial.discard()
            raise PathError("The file changed at the destination since it was listed.")
        partial.finish(stored.mtime_ns, self._mode(folder, stored))
        progress(partial.size)
        return partial

    def _named(self, folder: Folder, partial: Partial, name: str, replaces: bool) -> bool:
        """Whether it got its name. What it replaces gets its own back if something fails."""
        kept = self._put_aside(folder, name) if replaces else None
        try:
            return partial.give_name(name)
        except BaseException:
            if kept is not None:
                with suppress(OSError):
                    folder.give_name(kept, name)
            raise

    def _put_aside(self, folder: Folder, name: str) -> str | None:
        """Returns the name under which it is kept; None if there was nothing any more."""
        for kept in marked(name, f"replaced {self._stamp}"):
            with self._target.errors():
                try:
                    folder.put_aside(name, kept)
                except FileExistsError:
                    continue
                except FileNotFoundError:
                    return None
            return kept
        return None


def _has_changed(stored: Stored, file: RemoteFile) -> bool:
    """Whether it is surely not the state that was listed."""
    if file.size != stored.size:
        return True
    if stored.version:
        return False
    if stored.tag and file.tag and stored.tag != file.tag:
        return True
    if stored.mtime_ns is None or file.mtime_ns is None:
        return False
    return abs(stored.mtime_ns - file.mtime_ns) >= _SECOND_NS


def _is_proven(stored: Stored, file: RemoteFile) -> bool:
    """Whether what an earlier attempt left was surely of this state."""
    if stored.version:
        return True
    if stored.tag and file.tag:
        return stored.tag == file.tag
    return stored.mtime_ns is not None and stored.mtime_ns == file.mtime_ns
