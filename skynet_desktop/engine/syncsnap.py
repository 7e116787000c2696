"""SyncSnap: the folder as it is, held against the index; what differs enters the Q.

It runs at every start, after an overflow, on a timer and when asked. Folder and index are
walked side by side in the order of their bytes, so memory stays flat however many files there
are. A folder that cannot be read is an error of that folder, never a deletion of its content.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from skynet_desktop.core.actions import Action, send
from skynet_desktop.core.errors import Stopped
from skynet_desktop.core.files import FileState, is_regular
from skynet_desktop.core.filters import Filters
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.engine.index import Index
from skynet_desktop.engine.queue import Q

_BATCH = 1_000


@dataclass
class Sweep:
    """What one walk found. ``unreadable`` are folders whose content is unknown."""

    files: int = 0
    size: int = 0
    queued: int = 0
    missing: int = 0
    unreadable: list[str] = field(default_factory=list)


class SyncSnap:
    """Safe from several threads at once: it only reads, and puts into the Q.

    ``on_missing`` is handed the keys the index has and the disk has not, in batches.
    """

    def __init__(
        self,
        mapper: Mapper,
        filters: Filters,
        q: Q,
        index: Index,
        *,
        on_actions: Callable[[list[Action]], None],
        on_missing: Callable[[list[bytes]], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._mapper = mapper
        self._filters = filters
        self._q = q
        self._index = index
        self._on_actions = on_actions
        self._on_missing = on_missing
        self._stopping = stopping

    def sweep(self, folder: str = "") -> Sweep:
        """Compare the tree below ``folder`` (relative) with the index; queue what differs.

        Raises ``OSError`` if ``folder`` itself cannot be read, :class:`Stopped` when told to
        stop. What is missing on disk is only reported: deletions are the caller's decision.
        """
        result = Sweep()
        pending: list[Action] = []
        missing: list[bytes] = []
        for key, found, known in self._side_by_side(folder, result):
            if not result.files % _BATCH:
                self._check_stop()
            if found is not None:
                result.files += 1
                result.size += found.size
                if found != known:
                    pending.append(send(os.fsdecode(key)))
            elif self._is_missing(os.fsdecode(key), result):
                missing.append(key)
            if len(pending) + len(missing) >= _BATCH:
                self._flush(pending, missing, result)
        pending.extend(send(path) for path in result.unreadable)  # tried, and told, by itself
        self._flush(pending, missing, result)
        return result

    def _flush(self, pending: list[Action], missing: list[bytes], result: Sweep) -> None:
        result.queued += len(pending)
        result.missing += len(missing)
        if pending:
            self._q.put_all(pending)
            self._on_actions(list(pending))
            pending.clear()
        if missing:
            self._on_missing(list(missing))
            missing.clear()

    def _side_by_side(
        self, folder: str, result: Sweep
    ) -> Iterator[tuple[bytes, FileState | None, tuple[int, ...] | None]]:
        """Both walks merged: (key, the file or None, what the remote surely holds or None)."""
        rows = self._index.sure_states(folder)
        row = next(rows, None)
        for key, state in self.walk(folder, result):
            while row is not None and row[0] < key:
                yield row[0], None, row[1]
                row = next(rows, None)
            if row is not None and row[0] == key:
                yield key, state, row[1]
                row = next(rows, None)
            else:
                yield key, state, None
        while row is not None:
            yield row[0], None, row[1]
            row = next(rows, None)

    def _is_missing(self, path: str, result: Sweep) -> bool:
        """Not if its folder could not be read, nor if it is left out now: a file that new
        rules leave out keeps its remote copy."""
        hidden = any(path.startswith(folder + "/") for folder in result.unreadable)
        return not hidden and not self._filters.leaves_out(path)

    def walk(self, folder: str, result: Sweep) -> Iterator[tuple[bytes, FileState]]:
        """Regular files below ``folder`` in the order of their keys.

        Depth first, with each folder sorted as its name plus "/", gives exactly that order.
        """
        stack = [iter(self._entries(folder))]
        while stack:
            entry = next(stack[-1], None)
            if entry is None:
                stack.pop()
                continue
            key, path, found = entry
            if found is not None:
                yield key, found
                continue
            self._check_stop()
            try:
                stack.append(iter(self._entries(path)))
            except FileNotFoundError:
                continue  # went away meanwhile: its rows count as missing, as they are
            except OSError:
                result.unreadable.append(path)

    def _check_stop(self) -> None:
        if self._stopping():
            raise Stopped("Stopped.")

    def _entries(self, folder: str) -> list[tuple[bytes, str, FileState | None]]:
        """Sorted (key, path, state); the state is None for a folder."""
        prefix = folder + "/" if folder else ""
        ignores = self._filters.ignores
        entries: list[tuple[bytes, str, FileState | None]] = []
        with os.scandir(self._mapper.local(folder)) as scanned:
            for entry in scanned:
                path = prefix + entry.name
                try:
                    is_folder = entry.is_dir(follow_symlinks=False)
                    if ignores(path, folder=is_folder):
                        continue
                    if is_folder:
                        entries.append((os.fsencode(path) + b"/", path, None))
                        continue
                    st = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if is_regular(st):
                    entries.append((os.fsencode(path), path, FileState.of(st)))
        entries.sort()
        return entries
