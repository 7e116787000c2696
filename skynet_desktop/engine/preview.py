"""A dry run: what a mapping would send, before it starts. Reads no content, changes nothing.

The folder is walked as SyncSnap walks it, with the same rules, and the destination is listed
as adoption lists it. Everything is counted and only a few names are kept, so that memory stays
flat however many files there are.
"""

from __future__ import annotations

import copy
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from skynet_desktop.connections.base import Connection, Lists, RemoteFile
from skynet_desktop.connections.introduction import ChecksNames
from skynet_desktop.core.errors import PathImpossible, Stopped
from skynet_desktop.core.files import is_regular
from skynet_desktop.core.filters import Filters
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.engine.ours import ours_below

OURS = ""
"""Stands for a pattern where files of Skynet itself are left out."""
_EXAMPLES = 3
_REPORT_SECONDS = 0.25
_LOOK_EVERY = 200
"""Entries between two looks at the clock."""
_SECONDS_PER_FILE = 0.01
"""What a file costs beside its bytes: 100 small files a second, which most services manage."""


@dataclass
class Tally:
    """Files and bytes, and the first few paths: relative, a folder with a slash at its end."""

    files: int = 0
    bytes: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, path: str, size: int = 0) -> None:
        self.count(size)
        self.name(path)

    def count(self, size: int) -> None:
        self.files += 1
        self.bytes += size

    def name(self, path: str) -> None:
        if len(self.examples) < _EXAMPLES:
            self.examples.append(path)


@dataclass
class Preview:
    """What a mapping would do. ``found`` are the files it mirrors, in ``folders`` folders."""

    found: Tally = field(default_factory=Tally)
    folders: int = 0
    left_out: dict[str, Tally] = field(default_factory=dict)
    """By the pattern that leaves them out, :data:`OURS` for what is ours. A folder that is
    left out is named, and the files in it are counted."""
    special: Tally = field(default_factory=Tally)
    """Links, pipes, sockets and devices: never mirrored."""
    unreadable: Tally = field(default_factory=Tally)
    """Folders (counted as one file each) and files that may not be read."""
    impossible: Tally = field(default_factory=Tally)
    """Files among ``found`` whose names the service cannot take."""
    already_there: Tally = field(default_factory=Tally)
    """Files among ``found`` that the destination seems to hold: same size, and same time as
    far as its listing tells."""
    remote_files: int = 0
    """All files at the destination."""
    listed: bool = False
    """Whether the destination was looked at to its end."""
    example: tuple[str, str] | None = None
    """A real file and the full remote name it gets."""

    @property
    def left_out_files(self) -> int:
        return sum(tally.files for tally in self.left_out.values())

    @property
    def left_out_bytes(self) -> int:
        return sum(tally.bytes for tally in self.left_out.values())

    @property
    def send_files(self) -> int:
        """How many files would be sent."""
        return max(0, self.found.files - self.impossible.files - self.already_there.files)

    @property
    def send_bytes(self) -> int:
        return max(0, self.found.bytes - self.impossible.bytes - self.already_there.bytes)


Report = Callable[[Preview], None]


def preview(
    mapper: Mapper,
    ignore: Sequence[str],
    connection: Connection | None,
    *,
    hidden: Sequence[str] = (),
    report: Report = lambda _: None,
    cancelled: threading.Event | None = None,
) -> Preview:
    """Blocks; call it off the GUI thread. ``connection`` is open, or None to look at the
    local side alone.

    ``hidden`` are our own folders (full paths, as in ``Spec``). ``report`` gets a copy of
    what is known so far, a few times a second. Raises ``OSError`` if the folder itself cannot
    be read, :class:`Stopped` with the next file after ``cancelled`` is set (close the
    connection too if its listing may hang), ``SettingsError`` for a bad pattern, and the
    connection's errors.
    """
    run = _Run(mapper, ignore, ours_below(mapper.local_base, hidden), connection, report,
               cancelled or threading.Event())  # fmt: skip
    run.walk()
    if isinstance(connection, Lists):
        run.compare(connection.list(mapper.remote_base))
    report(copy.deepcopy(run.preview))
    return run.preview


def local_only(
    folder: str,
    *,
    report: Report = lambda _: None,
    cancelled: threading.Event | None = None,
) -> Preview:
    """How much is in a folder, without any filter or service. Raises as :func:`preview`."""
    return preview(Mapper.of(folder, ""), (), None, report=report, cancelled=cancelled)


def estimate(preview: Preview, bytes_per_second: float) -> float:
    """Seconds that sending will take, roughly: the line's rate as measured somewhere else,
    and a flat cost a file. Truth may well be half or double of it."""
    if bytes_per_second <= 0:
        raise ValueError("a rate must be positive")
    return preview.send_bytes / bytes_per_second + preview.send_files * _SECONDS_PER_FILE


class _Run:
    def __init__(
        self,
        mapper: Mapper,
        ignore: Sequence[str],
        hidden: Sequence[str],
        connection: Connection | None,
        report: Report,
        cancelled: threading.Event,
    ) -> None:
        self.preview = Preview()
        self._mapper = mapper
        self._filters = Filters(ignore, hidden)
        # The last pattern that fits decides, as in git.
        self._patterns = [(pattern, Filters([pattern])) for pattern in reversed(ignore)]
        self._ours = Filters((), hidden)
        self._checks = connection if isinstance(connection, ChecksNames) else None
        self._report = report
        self._cancelled = cancelled
        self._steps = 0
        self._told = time.monotonic()

    # --- the local side ---------------------------------------------------------------------

    def walk(self) -> None:
        """Depth first. A folder's files are counted while it is read; kept are the names of
        its folders, on the way down from the base alone."""
        stack = [iter(self._read("", None))]
        while stack:
            entry = next(stack[-1], None)
            if entry is None:
                stack.pop()
                continue
            path, pattern = entry
            try:
                stack.append(iter(self._read(path, pattern)))
            except FileNotFoundError:
                continue
            except OSError:
                if pattern is None:
                    self.preview.unreadable.add(path + "/")
            else:
                self.preview.folders += pattern is None

    def _read(self, folder: str, pattern: str | None) -> list[tuple[str, str | None]]:
        """Counts the folder's files. Returns its folders, each with the pattern that leaves
        it out or None; ``pattern`` is that of this folder."""
        prefix = folder + "/" if folder else ""
        folders: list[tuple[str, str | None]] = []
        with os.scandir(self._mapper.local(folder)) as scanned:
            for entry in scanned:
                self._step()
                path = prefix + entry.name
                try:
                    is_folder = entry.is_dir(follow_symlinks=False)
                    why = pattern
                    if pattern is None:
                        why = self._why_not(path, is_folder)
                        if why is not None:
                            self._left_out(why).name(path + "/" * is_folder)
                    if is_folder:
                        folders.append((path, why))
                    else:
                        self._count(path, entry, why)
                except FileNotFoundError:
                    continue
        return folders

    def _left_out(self, pattern: str) -> Tally:
        return self.preview.left_out.setdefault(pattern, Tally())

    def _why_not(self, path: str, is_folder: bool) -> str | None:
        """The pattern that leaves the path out; None if it is mirrored."""
        if not self._filters.ignores(path, folder=is_folder):
            return None
        if self._ours.ignores(path, folder=is_folder):
            return OURS
        return next(p for p, alone in self._patterns if alone.ignores(path, folder=is_folder))

    def _count(self, path: str, entry: os.DirEntry[str], why: str | None) -> None:
        st = entry.stat(follow_symlinks=False)
        if why is not None:
            self._left_out(why).count(st.st_size)
        elif not is_regular(st):
            self.preview.special.add(path)
        elif sys.platform != "win32" and not os.access(entry.path, os.R_OK):
            self.preview.unreadable.add(path, st.st_size)
        else:
            self._count_found(path, st.st_size)

    def _count_found(self, path: str, size: int) -> None:
        self.preview.found.add(path, size)
        remote_path = self._mapper.remote(path)
        if self.preview.example is None:
            self.preview.example = (path, remote_path)
        if self._checks is not None:
            try:
                self._checks.check_name(remote_path)
            except PathImpossible:
                self.preview.impossible.add(path, size)

    # --- the remote side --------------------------------------------------------------------

    def compare(self, remote_files: Iterator[RemoteFile]) -> None:
        for remote in remote_files:
            self._step()
            self.preview.remote_files += 1
            if self._seems_same(remote):
                self.preview.already_there.add(remote.path, remote.size)
        self.preview.listed = True

    def _seems_same(self, remote: RemoteFile) -> bool:
        """As adoption judges, but without a look into the file."""
        if ".." in PurePosixPath(remote.path).parts or self._filters.leaves_out(remote.path):
            return False
        try:
            st = os.lstat(self._mapper.local(remote.path))
        except (OSError, ValueError):
            return False
        if not is_regular(st) or st.st_size != remote.size:
            return False
        if remote.mtime_ns is None:
            return True
        # Services keep whole seconds, and some round where others cut.
        return abs(st.st_mtime_ns // 1_000_000_000 - remote.mtime_ns // 1_000_000_000) <= 1

    def _step(self) -> None:
        self._steps += 1
        if self._cancelled.is_set():
            raise Stopped("Stopped.")
        if self._steps % _LOOK_EVERY == 0 and time.monotonic() - self._told > _REPORT_SECONDS:
            self._told = time.monotonic()
            self._report(copy.deepcopy(self.preview))
