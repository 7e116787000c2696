"""Catalogue: what a destination holds, now and as it was, to browse and to restore from.

It lies in a temporary SQLite file, so memory stays flat however many files there are.
``loading.py`` fills it.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

from skynet_desktop.connections.base import Connection
from skynet_desktop.core.mapper import fold
from skynet_desktop.engine.restoring.loading import key, load, path_of

SLACK_SECONDS = 1.0
"""The trash tells times in whole seconds. A file counts as having been there at a moment if its
modification time lies no further behind the moment than this."""
_BATCH = 1_000
_MOST_MOMENTS = 1_000

# Which states were a file's at the time :at (infinity stands for now). Where nobody vouches for
# since when a state was there, one that was modified later was not.
_THEN = """(since IS NULL OR since<=:at) AND (until IS NULL OR until>:at)
    AND (exact OR mtime_ns IS NULL OR mtime_ns<=:latest)"""
_COLUMNS = "path, remote, version, size, mtime_ns, since, until, tag, exact"
_STATES = "SELECT {columns} FROM states {where} ORDER BY path, until IS NULL, until LIMIT :limit"
_BELOW = "path>:after AND path<:end"


@dataclass(frozen=True, slots=True)
class Stored:
    """One state of a file. Times in seconds since 1970, the modification time in nanoseconds;
    ``from_`` is None where nobody knows since when it was so, ``until`` where it still is."""

    path: str
    remote_path: str
    version: str
    size: int
    mtime_ns: int | None
    from_: float | None
    until: float | None
    tag: str = ""
    exact: bool = False
    """Whether the service vouches for ``from_``."""

    @property
    def moment(self) -> float | None:
        """A time as of which this state is the one that was there; None for now."""
        if self.until is None:
            return None
        return max(self.until - 0.001, self.from_ or -inf)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder as it is shown. ``kept_until`` is None for what is there now. A folder's
    ``size`` and ``states`` are 0: ask :meth:`Catalogue.total`."""

    path: str
    name: str
    is_folder: bool
    size: int
    mtime_ns: int | None
    kept_until: float | None
    states: int


class Catalogue:
    """A context manager, made by :meth:`read`. Safe from any thread. Wherever ``at`` is asked
    for it is a time in seconds since 1970, None for now."""

    def __init__(self, folder: Path | None) -> None:
        handle, name = tempfile.mkstemp(prefix="skynet-catalogue-", dir=folder)
        os.close(handle)
        self._file = Path(name)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        if sys.platform != "win32":
            self._file.unlink()  # kill -9 leaves nothing behind then

    @classmethod
    def read(
        cls,
        connection: Connection,
        remote_base: str,
        folder: Path | None = None,
        *,
        report: Callable[[int], None] = lambda _: None,
        cancelled: threading.Event | None = None,
    ) -> Catalogue:
        """List all of it. ``folder`` is where the temporary file lies, the system's own place by
        default. ``report`` gets the number of states found so far, about every thousand.

        Blocks. Raises the connection's errors, ``SkynetError`` for a service that cannot list,
        and ``Stopped`` soon after ``cancelled`` is set (close the connection too: a listing may
        hang).
        """
        catalogue = cls(folder)
        try:
            load(catalogue._db, connection, remote_base, report, cancelled or threading.Event())
        except BaseException:
            catalogue.close()
            raise
        return catalogue

    def close(self) -> None:
        with self._lock:
            self._db.close()
            self._file.unlink(missing_ok=True)

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- browsing -----------------------------------------------------------------------

    def folder(self, path: str, at: float | None = None) -> list[Entry]:
        """What was right in the folder, folders first, each by name."""
        names = self._rows(
            "SELECT path FROM folders WHERE parent=:key ORDER BY path", key=key(path)
        )
        folders = [entry for (name,) in names if (entry := self._folder(name, at))]
        files = self._states("WHERE folder=:key AND {then}", at, key=key(path))
        return [*folders, *map(self._file_entry, files)]

    def history(self, path: str) -> list[Stored]:
        """All states of this one file that can be given back, newest first."""
        rows = self._rows(
            "SELECT {columns} FROM states WHERE path=:key ORDER BY until IS NOT NULL, until DESC",
            key=key(path),
        )
        return [_stored(row) for row in rows]

    def moments(self) -> list[float]:
        """When something was removed or replaced, newest first; at most a thousand times."""
        rows = self._rows(
            "SELECT DISTINCT until FROM states WHERE until IS NOT NULL "
            "ORDER BY until DESC LIMIT :most",
            most=_MOST_MOMENTS,
        )
        return [float(until) for (until,) in rows]

    def search(self, text: str, limit: int = 1_000) -> list[Entry]:
        """Folders and files, also such as are no more, with ``text`` in their name (in their
        path, if it has a slash) in any case: the latest of each."""
        where = "folded" if "/" in text else "substr(folded, cut + 1)"
        values: dict[str, Any] = {"text": key(fold(text)), "limit": limit}
        question = "SELECT DISTINCT path FROM {table} WHERE instr({where}, :text) ORDER BY path"
        question = question.replace("{where}", where) + " LIMIT :limit"
        folders = self._rows(question.replace("{table}", "folders"), **values)
        files = self._rows(question.replace("{table}", "states"), **values)
        found = [self._folder(name, None) or self._former_folder(name) for (name,) in folders]
        found += [self._file_entry(self.history(path_of(name))[0]) for (name,) in files]
        return found[:limit]

    # --- restoring ----------------------------------------------------------------------

    def files_below(self, path: str, at: float | None = None) -> Iterator[Stored]:
        """The file of this path and all files below the folder of this path, in order of their
        paths; "" for all."""
        if path:
            yield from self._states("WHERE path=:key AND {then}", at, key=key(path))
        after, end = _below(path)
        while True:
            page = self._states("WHERE {below} AND {then}", at, _BATCH, after=after, end=end)
            yield from page
            if not page:
                return
            after = key(page[-1].path)

    def total(self, path: str, at: float | None = None) -> tuple[int, int]:
        """How many files and bytes :meth:`files_below` gives."""
        after, end = _below(path)
        [(files, size)] = self._rows(
            "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM ("
            "SELECT size, MIN(COALESCE(until, 1e18)) FROM states "
            "WHERE (path=:key OR {below}) AND {then} GROUP BY path)",
            at, key=key(path), after=after, end=end,
        )  # fmt: skip
        return int(files), int(size)

    def rivals(self, path: str, at: float | None = None) -> list[str]:
        """Paths that come before this one and that a system which ignores case takes for the
        same, or for the same as one of the folders above it."""
        found: list[bytes] = []
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            part = "/".join(parts[:depth])
            values: dict[str, Any] = {"folded": key(fold(part)), "key": key(part)}
            rows = self._rows(
                "SELECT path FROM states WHERE folded=:folded AND path<:key AND {then}",
                at, **values,
            )  # fmt: skip
            found += [name for (name,) in rows]
            rows = self._rows(
                "SELECT path FROM folders WHERE folded=:folded AND path<:key", **values
            )
            found += [name for (name,) in rows if self._folder(name, at)]
        return [path_of(name) for name in found]

    # --- rows ---------------------------------------------------------------------------

    def _rows(self, question: str, at: float | None = None, **values: Any) -> list[tuple[Any, ...]]:
        at = inf if at is None else at
        values |= {"at": at, "latest": (at + SLACK_SECONDS) * 1e9}
        for name, text in (("columns", _COLUMNS), ("below", _BELOW), ("then", _THEN)):
            question = question.replace(f"{{{name}}}", text)
        with self._lock:
            return self._db.execute(question, values).fetchall()

    def _states(self, where: str, at: float | None, limit: int = -1, **values: Any) -> list[Stored]:
        """At most one of each path."""
        found: dict[str, Stored] = {}
        for row in self._rows(_STATES.replace("{where}", where), at, limit=limit, **values):
            stored = _stored(row)
            found.setdefault(stored.path, stored)
        return list(found.values())

    def _folder(self, name: bytes, at: float | None) -> Entry | None:
        """None if nothing was in it then."""
        values: dict[str, Any] = {"after": name + b"/", "end": name + b"0"}
        if self._rows(
            "SELECT 1 FROM states WHERE {below} AND {then} AND until IS NULL LIMIT 1", at, **values
        ):
            return _folder_entry(name, None)
        [(until,)] = self._rows(
            "SELECT MAX(until) FROM states WHERE {below} AND {then}", at, **values
        )
        return None if until is None else _folder_entry(name, until)

    def _former_folder(self, name: bytes) -> Entry:
        [(until,)] = self._rows(
            "SELECT MAX(until) FROM states WHERE {below}",
            after=name + b"/", end=name + b"0",
        )  # fmt: skip
        return _folder_entry(name, until)

    def _file_entry(self, stored: Stored) -> Entry:
        [(states,)] = self._rows(
            "SELECT COUNT(*) FROM states WHERE path=:key", key=key(stored.path)
        )
        return Entry(stored.path, stored.path.rpartition("/")[2], False, stored.size,
                     stored.mtime_ns, stored.until, states)  # fmt: skip


def _stored(row: tuple[Any, ...]) -> Stored:
    path, remote_path, version, size, mtime_ns, since, until, tag, exact = row
    return Stored(path_of(path), path_of(remote_path), version, size, mtime_ns, since, until, tag,
                  bool(exact))  # fmt: skip


def _folder_entry(name: bytes, until: float | None) -> Entry:
    path = path_of(name)
    return Entry(path, path.rpartition("/")[2], True, 0, None, until, 0)


def _below(path: str) -> tuple[bytes, bytes]:
    """Between which two keys those of all paths below the folder lie."""
    if not path:
        return b"", b"\xff"  # no key begins so
    return key(path) + b"/", key(path) + b"0"  # "0" is the character after "/"
