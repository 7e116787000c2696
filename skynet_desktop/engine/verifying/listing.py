"""The listing of a destination while it is verified: on disk, so that memory stays flat, and
beside it the paths that must be looked at once more.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.core.mapper import fold
from skynet_desktop.engine.statedb import key

_PAGE = 5_000
_SCHEMA = """
CREATE TABLE there (
    path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER, tag TEXT NOT NULL, folded BLOB
) WITHOUT ROWID;
CREATE INDEX there_folded ON there (folded) WHERE folded IS NOT NULL;
CREATE TABLE suspects (path BLOB PRIMARY KEY) WITHOUT ROWID;
"""


class Listing:
    """For one thread. A context manager: ``folder`` goes with it, and what a crash left there.

    ``folds``: the service takes names that fold alike for one.
    """

    def __init__(self, folder: Path, *, folds: bool) -> None:
        self._folder = folder
        self._folds = folds
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        file = folder / f"{uuid.uuid4().hex}.db"  # an old one may still be open somewhere
        self._db = sqlite3.connect(file, isolation_level=None)
        # It is of no worth after a crash.
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(_SCHEMA)
        self.suspects = 0

    def __enter__(self) -> Listing:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- what is there ------------------------------------------------------------------

    def put(self, files: Iterable[RemoteFile]) -> None:
        rows = [
            (key(f.path), f.size, f.mtime_ns, f.tag, _folded(f.path) if self._folds else None)
            for f in files
        ]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR REPLACE INTO there VALUES (?, ?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def clear(self) -> None:
        """Before listing anew."""
        self._db.execute("DELETE FROM there")

    def count(self) -> int:
        return int(self._db.execute("SELECT COUNT(*) FROM there").fetchone()[0])

    def rows(self) -> Iterator[tuple[bytes, RemoteFile]]:
        """All, in the order of their keys."""
        after = b""
        while True:
            page = self._db.execute(
                "SELECT path, size, mtime_ns, tag FROM there WHERE path>? ORDER BY path LIMIT ?",
                (after, _PAGE),
            ).fetchall()
            for row in page:
                yield row[0], _file(row)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def get(self, path: str) -> RemoteFile | None:
        """The file of this name, or of another spelling that is the same to the service."""
        row = self._db.execute(
            "SELECT path, size, mtime_ns, tag FROM there WHERE path=?", (key(path),)
        ).fetchone()
        if row is None and self._folds:
            row = self._db.execute(
                "SELECT path, size, mtime_ns, tag FROM there WHERE folded=?", (_folded(path),)
            ).fetchone()
        return _file(row) if row is not None else None

    # --- what to look at once more ------------------------------------------------------

    def suspect(self, path: str) -> None:
        added = self._db.execute("INSERT OR IGNORE INTO suspects VALUES (?)", (key(path),))
        self.suspects += added.rowcount

    def take_suspects(self, limit: int) -> list[str]:
        """Some of them, which are none any more."""
        rows = self._db.execute(
            "SELECT path FROM suspects ORDER BY path LIMIT ?", (limit,)
        ).fetchall()
        self._db.executemany("DELETE FROM suspects WHERE path=?", rows)
        self.suspects -= len(rows)
        return [os.fsdecode(row[0]) for row in rows]


def _folded(path: str) -> bytes:
    return key(fold(path))


def _file(row: tuple[bytes, int, int | None, str]) -> RemoteFile:
    return RemoteFile(os.fsdecode(row[0]), *row[1:])
