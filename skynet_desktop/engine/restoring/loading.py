"""Fills a catalogue: everything the destination tells becomes one row for each state of a file,
with the time for which it was that file.

    the listing of the mapping's folder     what is there now
    the listing of its trash                what was there until a moment
    the service's own versions              what was there from a moment on, or that it was gone

First all of it goes to a table as it comes, in any order; then it is read back path by path, so
that no more than one file's states are ever in memory.
"""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from operator import attrgetter
from typing import TypeVar

from skynet_desktop.connections.base import Connection, Lists, RemoteFile
from skynet_desktop.connections.recovery import KeepsVersions, RemoteVersion
from skynet_desktop.core.errors import SkynetError, Stopped
from skynet_desktop.core.mapper import fold
from skynet_desktop.core.reserved import TRASH, is_reserved, trashed

SCHEMA = """
CREATE TABLE raw (
    path BLOB NOT NULL, source INTEGER NOT NULL, remote BLOB NOT NULL, version TEXT NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER, tag TEXT NOT NULL, time REAL, gone INTEGER NOT NULL,
    latest INTEGER NOT NULL
);
CREATE TABLE states (
    path BLOB NOT NULL, folder BLOB NOT NULL, folded BLOB NOT NULL, cut INTEGER NOT NULL,
    remote BLOB NOT NULL, version TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER,
    tag TEXT NOT NULL, since REAL, until REAL, exact INTEGER NOT NULL
);
CREATE TABLE folders (
    path BLOB PRIMARY KEY, parent BLOB NOT NULL, folded BLOB NOT NULL, cut INTEGER NOT NULL
) WITHOUT ROWID;
"""
_INDEXES = """
DROP TABLE raw;
CREATE INDEX states_by_path ON states (path);
CREATE INDEX states_by_folder ON states (folder, path);
CREATE INDEX states_by_fold ON states (folded);
CREATE INDEX folders_by_parent ON folders (parent);
CREATE INDEX folders_by_fold ON folders (folded);
"""
_BATCH = 1_000
_BEYOND = 1 << 63
_Item = TypeVar("_Item")


class Source(IntEnum):
    TRASH = 0
    VERSION = 1
    NOW = 2


@dataclass(frozen=True, slots=True)
class Raw:
    """What one line of a listing says. ``time`` is until when it was so for what is in the
    trash, and since when for a version."""

    path: str
    source: Source
    remote_path: str
    version: str
    size: int
    mtime_ns: int | None
    tag: str
    time: float | None = None
    gone: bool = False
    latest: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """A state and its time; ``exact`` if the service vouches for ``since``."""

    raw: Raw
    since: float | None
    until: float | None
    exact: bool = False


def key(path: str) -> bytes:
    """A path as stored; any text has a key, and a folder's begin like it."""
    return path.encode("utf-8", "surrogatepass")


def path_of(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogatepass")


def load(
    db: sqlite3.Connection,
    connection: Connection,
    remote_base: str,
    report: Callable[[int], None],
    cancelled: threading.Event,
) -> None:
    """Raises the connection's errors, :class:`SkynetError` if it cannot list, and
    :class:`Stopped` soon after ``cancelled`` is set."""
    if not isinstance(connection, Lists):
        raise SkynetError("This service cannot list what it holds, so nothing can be restored.")
    db.executescript(SCHEMA)
    found = 0
    for told in _batches(_told(connection, connection, remote_base), cancelled):
        db.executemany("INSERT INTO raw VALUES (?,?,?,?,?,?,?,?,?,?)", map(_row, told))
        found += len(told)
        report(found)
    for known in _batches(_by_path(db), cancelled):
        folders = {folder for life in known for folder in _above(life.raw.path)}
        db.executemany("INSERT INTO states VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                       map(_state_row, known))  # fmt: skip
        db.executemany("INSERT OR IGNORE INTO folders VALUES (?,?,?,?)",
                       map(_folder_row, folders))  # fmt: skip
    db.executescript(_INDEXES)


def lives(told: Iterable[Raw]) -> list[Life]:
    """All states of one file, from what was told about it."""
    told = list(told)
    versions = [raw for raw in told if raw.source is Source.VERSION]
    versions.reverse()  # services list the newest first: it decides between equal times
    versions.sort(key=lambda raw: (raw.time or 0.0, raw.latest))
    kept = sorted((r for r in told if r.source is Source.TRASH), key=lambda r: r.time or 0.0)
    now = next((raw for raw in told if raw.source is Source.NOW), None)
    found: list[Life] = []
    before: float | None = None
    for raw in kept:
        found.append(Life(raw, before, raw.time))
        before = raw.time
    ends = [raw.time for raw in versions[1:]] + [None]
    for raw, until in zip(versions, ends, strict=False):
        if not raw.gone and not (until is None and now is not None):
            found.append(Life(raw, raw.time, until, exact=True))
    if now is not None:
        since = versions[-1].time if versions else before
        found.append(Life(now, since, None, exact=bool(versions)))
    return found


# --- what the destination tells -----------------------------------------------------------


def _told(lists: Lists, connection: Connection, base: str) -> Iterator[Raw]:
    for file in lists.list(base):
        # Whoever wrote the connection may have forgotten to leave ours out.
        if file.path and not is_reserved(file.path):
            yield _of_file(file.path, Source.NOW, _join(base, file.path), file)
    trash = _join(base, TRASH)
    for file in lists.list(trash):
        found = trashed(file.path)
        if found is not None:
            path, until = found
            raw = _of_file(path, Source.TRASH, _join(trash, file.path), file)
            yield replace(raw, time=until)
    if isinstance(connection, KeepsVersions) and connection.keeps_versions():
        for version in connection.versions(base):
            if not is_reserved(version.path):
                yield _of_version(_join(base, version.path), version)


def _of_file(path: str, source: Source, remote_path: str, file: RemoteFile) -> Raw:
    mtime_ns = file.mtime_ns  # what no database can hold is nobody's time
    if mtime_ns is not None and not -_BEYOND < mtime_ns < _BEYOND:
        mtime_ns = None
    return Raw(path, source, remote_path, "", file.size, mtime_ns, file.tag)


def _of_version(remote_path: str, version: RemoteVersion) -> Raw:
    return Raw(
        version.path, Source.VERSION, remote_path, version.version, version.size, None,
        version.tag, version.stored_at, version.gone, version.latest,
    )  # fmt: skip


def _join(base: str, path: str) -> str:
    return base + path if not base or base.endswith("/") else f"{base}/{path}"


# --- rows -------------------------------------------------------------------------------


def _batches(items: Iterable[_Item], cancelled: threading.Event) -> Iterator[list[_Item]]:
    batch: list[_Item] = []
    for item in items:
        if cancelled.is_set():
            raise Stopped("Stopped.")
        batch.append(item)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(raw: Raw) -> tuple[object, ...]:
    return (key(raw.path), raw.source, key(raw.remote_path), raw.version, raw.size, raw.mtime_ns,
            raw.tag, raw.time, raw.gone, raw.latest)  # fmt: skip


def _by_path(db: sqlite3.Connection) -> Iterator[Life]:
    rows = db.execute("SELECT * FROM raw ORDER BY path, rowid")
    raws = (
        Raw(path_of(path), Source(source), path_of(remote), version, size, mtime_ns, tag, time,
            bool(gone), bool(latest))
        for path, source, remote, version, size, mtime_ns, tag, time, gone, latest in rows
    )  # fmt: skip
    for _, told in itertools.groupby(raws, attrgetter("path")):
        yield from lives(told)


def _state_row(life: Life) -> tuple[object, ...]:
    raw = life.raw
    folded, cut = _folded(raw.path)
    folder = key(raw.path.rpartition("/")[0])
    return (key(raw.path), folder, folded, cut, key(raw.remote_path), raw.version, raw.size,
            raw.mtime_ns, raw.tag, life.since, life.until, life.exact)  # fmt: skip


def _folder_row(path: str) -> tuple[object, ...]:
    return (key(path), key(path.rpartition("/")[0]), *_folded(path))


def _folded(path: str) -> tuple[bytes, int]:
    """The path as systems see it that ignore case, and where in that the name begins."""
    folded = key(fold(path))
    return folded, folded.rfind(b"/") + 1


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path
