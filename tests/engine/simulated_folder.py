"""A person's folder on the stage: small and real, but each change has a simulated time and is
followed by the events that Linux would tell of it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEvent,
)

from skynet_desktop.core.files import FileState
from skynet_desktop.engine import patrol
from skynet_desktop.engine.watcher import Watcher
from tests.engine.rig import tree
from tests.engine.simulated import Stage

FOREVER = 1 << 60


class Folder:
    """Paths are relative. Each change is one moment: nobody else moves meanwhile."""

    def __init__(self, stage: Stage, root: Path) -> None:
        self._stage = stage
        self.root = root
        root.mkdir()
        self.pending: list[FileSystemEvent] = []
        """Told by the system, not yet delivered."""
        self.versions: set[bytes] = {b""}
        """Every content that any file ever had as a whole."""
        self.watcher: SimulatedWatcher | None = None
        self.changed_at = 0
        """The stage's move at which anything changed last."""
        self._since: dict[str, int] = {}
        self._ctimes: dict[int, int] = {}
        self._number = self._stamps = 0

    # --- what is there ----------------------------------------------------------------------

    @property
    def files(self) -> dict[str, bytes]:
        return tree(self.root)

    @property
    def folders(self) -> list[str]:
        return sorted(
            os.path.relpath(os.path.join(at, name), self.root)
            for at, names, _ in os.walk(self.root)
            for name in names
        )

    def since(self, path: str) -> int:
        """The move since which there was a file of this name all the time; far ahead if there
        is none."""
        return self._since.get(path, FOREVER)

    def since_below(self, folder: str) -> int:
        below = [at for path, at in self._since.items() if path.startswith(folder + "/")]
        return min(below, default=FOREVER)

    def content(self, size: int) -> bytes:
        """New content; no two are the same but empty ones."""
        self._number += 1
        return (b"%06d." % self._number) * size

    # --- changes ----------------------------------------------------------------------------

    def write(self, path: str, data: bytes, *, keep_time: bool = False) -> None:
        """In place; ``keep_time`` puts the old mtime back, as some programs do."""
        new = not (self.root / path).exists()
        old = None if new else (self.root / path).stat().st_mtime_ns
        (self.root / path).write_bytes(data)
        self._stamp(path, old if keep_time else None)
        if new:
            self._tell(FileCreatedEvent, path)
        self._tell(FileClosedEvent, path)

    def open_half(self, path: str, data: bytes) -> None:
        """A program writes and has not closed the file yet."""
        new = not (self.root / path).exists()
        (self.root / path).write_bytes(data)
        self._stamp(path)
        if new:
            self._tell(FileCreatedEvent, path)

    def touch(self, path: str, mtime_ns: int) -> None:
        self._stamp(path, mtime_ns)
        self._tell(FileAttribEvent, path)

    def delete(self, path: str) -> None:
        (self.root / path).unlink()
        self._note_changed()
        self._tell(FileDeletedEvent, path)

    def make_folder(self, path: str) -> None:
        (self.root / path).mkdir()
        self._note_changed()
        self._tell(DirCreatedEvent, path)

    def rename(self, source: str, dest: str) -> None:
        """A file or a folder; a file replaces a file."""
        is_folder = (self.root / source).is_dir()
        os.replace(self.root / source, self.root / dest)
        self._ctimes[os.lstat(self.root / dest).st_ino] = self._stage.clock.file_ns
        self._note_changed()
        self._tell(DirMovedEvent if is_folder else FileMovedEvent, source, dest)

    def bring_in(self, path: str, names: list[str], size: int) -> None:
        """A whole tree is renamed into place: one event for all of it."""
        aside = self.root.with_name("aside")
        for name in names:
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).write_bytes(self.content(size))
        os.rename(aside, self.root / path)
        for name in names:
            self._stamp(f"{path}/{name}")
        self._tell(DirCreatedEvent, path)

    def take_out(self, path: str) -> None:
        """A whole tree is renamed to somewhere else."""
        os.rename(self.root / path, self.root.with_name("gone"))
        shutil.rmtree(self.root.with_name("gone"))
        self._note_changed()
        self._tell(DirDeletedEvent, path)

    def remove_tree(self, path: str) -> None:
        for at, folders, files in os.walk(self.root / path, topdown=False):
            inside = os.path.relpath(at, self.root)
            for name in files:
                self._tell(FileDeletedEvent, f"{inside}/{name}")
            for name in folders:
                self._tell(DirDeletedEvent, f"{inside}/{name}")
        self._tell(DirDeletedEvent, path)
        shutil.rmtree(self.root / path)
        self._note_changed()

    def _stamp(self, path: str, mtime_ns: int | None = None) -> None:
        at = self.root / path
        now = self._stage.clock.file_ns
        if mtime_ns is None:
            # No two alike: size and mtime are all by which a renamed file is known.
            self._stamps += 1
            mtime_ns = now + self._stamps
        os.utime(at, ns=(now, mtime_ns))
        self._ctimes[at.stat().st_ino] = now
        self.versions.add(at.read_bytes())
        self._note_changed()

    def _note_changed(self) -> None:
        now = self.changed_at = self._stage.moves
        self._since = {path: self._since.get(path, now) for path in self.files}

    # --- events -----------------------------------------------------------------------------

    def _tell(self, kind: type[FileSystemEvent], path: str, dest: str = "") -> None:
        if self.watcher is not None:
            there = str(self.root / dest) if dest else ""
            self.pending.append(kind(str(self.root / path), there))

    def deliver(self, number: int, *, again: bool = False) -> None:
        """The first so many; ``again``: they will come once more."""
        batch = self.pending[:number]
        if not again:
            del self.pending[:number]
        if self.watcher is not None:
            self.watcher.receive(batch)

    def overflow(self) -> None:
        """The system's queue ran over: what was in it is lost, and that is told."""
        self.pending.clear()
        if self.watcher is not None:
            self.watcher._overflowed()

    # --- what the engine finds ----------------------------------------------------------------

    @contextlib.contextmanager
    def set(self) -> Iterator[None]:
        """While inside, files have simulated times, and the patrol's Watcher is ours."""
        folder = self

        def of(st: os.stat_result) -> FileState:
            ctime = folder._ctimes.get(st.st_ino, st.st_ctime_ns)  # the engine's own files too
            return FileState(st.st_size, st.st_mtime_ns, ctime)

        def watcher(*args: Any, **options: Any) -> SimulatedWatcher:
            return SimulatedWatcher(folder, *args, **options)

        with (
            mock.patch.object(FileState, "of", staticmethod(of)),
            mock.patch.object(patrol, "Watcher", watcher),
        ):
            yield


class SimulatedWatcher(Watcher):
    """The real one, without the system's part and without threads."""

    def __init__(self, folder: Folder, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._folder = folder

    def start(self) -> None:
        self._folder.pending.clear()
        self._folder.watcher = self

    def stop(self) -> None:
        if self._folder.watcher is self:
            self._folder.watcher = None

    @property
    def alive(self) -> bool:
        return True

    def receive(self, events: list[FileSystemEvent]) -> None:
        """Several at once enter the Q together, as they do when they come fast."""
        for event in events:
            self.dispatch(event)
        pending, self._pending = self._pending, {}
        touched, self._touched = self._touched - pending.keys(), set()
        if pending or touched:
            self._put(pending, touched)
