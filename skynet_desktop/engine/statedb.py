"""One mapping's state on disk: an SQLite file shared by the index, issues, removals, ledger.

Commits are durable against power loss (WAL with ``synchronous=FULL``), because a row here may
say "about to change the remote" and must be believed after any crash. So they are few: the
Handler commits in batches a few times a second.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

log = logging.getLogger(__name__)

DATABASE = "index.db"
SCHEMA_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL, sure INTEGER NOT NULL, folded TEXT,
    hash BLOB, tag TEXT NOT NULL DEFAULT '', kept_at REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_folded ON files (folded) WHERE folded IS NOT NULL;
CREATE INDEX IF NOT EXISTS files_unsure ON files (path) WHERE sure=0;
CREATE TABLE IF NOT EXISTS removals (path BLOB PRIMARY KEY, since REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS issues (
    path BLOB PRIMARY KEY, action TEXT NOT NULL, reason TEXT NOT NULL, kind TEXT NOT NULL,
    tries INTEGER NOT NULL, since REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger (
    remote_path BLOB PRIMARY KEY, record TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS differences (
    run INTEGER NOT NULL, path BLOB NOT NULL, fault TEXT NOT NULL, detail TEXT NOT NULL,
    repairable INTEGER NOT NULL, repaired INTEGER NOT NULL, PRIMARY KEY (run, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
# What each version of the schema lacks of the next one.
_STEPS = {
    1: (
        "ALTER TABLE files ADD COLUMN hash BLOB",
        "ALTER TABLE files ADD COLUMN tag TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE files ADD COLUMN kept_at REAL NOT NULL DEFAULT 0",
    ),
}
_Opened = TypeVar("_Opened")


def key(path: str) -> bytes:
    """A relative path as stored: its raw bytes, so that any name has one, and sorts by it."""
    return os.fsencode(path)


def below(path: str) -> tuple[bytes, bytes]:
    """The half-open range of keys that lie below the folder ``path``; "" is the whole tree."""
    if not path:
        return b"", b"\xff" * 70_000  # longer than any path
    folder = key(path)
    return folder + b"/", folder + b"0"  # "0" is the character after "/"


class StateDB:
    """The connection and its lock. Safe from any thread; a transaction excludes the others."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._db = sqlite3.connect(
            folder / DATABASE, timeout=30, check_same_thread=False, isolation_level=None
        )
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._migrate()
            self._db.executescript(_SCHEMA)
        except BaseException:
            self._db.close()
            raise
        self._lock = threading.RLock()

    def _migrate(self) -> None:
        """From an older version's file to ours, all or nothing; a new file has version 0."""
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        self._db.execute("BEGIN IMMEDIATE")
        for step in range(version, SCHEMA_VERSION) if version else ():
            for statement in _STEPS[step]:
                self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        self._db.execute("COMMIT")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; nests (the outermost commits)."""
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._db

    def get_meta(self, key: str) -> str | None:
        with self.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return str(row[0]) if row else None

    def set_meta(self, key: str, value: str | None) -> None:
        with self.transaction() as db:
            if value is None:
                db.execute("DELETE FROM meta WHERE key=?", (key,))
            else:
                db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def close(self) -> None:
        with self._lock:
            self._db.close()


def open_checked(folder: Path, database: str, open_: Callable[[], _Opened]) -> tuple[_Opened, bool]:
    """Open a database; a damaged one is set aside first. Tells whether that was so.

    The damaged file is kept beside the new one. What it held is found again: changes by the
    SyncSnap at start, the remote's content by listing it.
    """
    path = folder / database
    if path.exists() and not _sound(path):
        aside = f"damaged-{time.strftime('%Y%m%d-%H%M%S')}"
        log.error("%s is damaged; set aside as %s.%s", path, path.name, aside)
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.replace(part.with_name(f"{path.name}.{aside}{suffix}"))
        return open_(), True
    return open_(), False


def _sound(path: Path) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as db:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
