"""The outbox's file: its tables, its transactions, and notes beside them.

WAL with ``synchronous=NORMAL``: kill -9 loses nothing that was written, power loss perhaps the
last moments.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATABASE = "outbox.db"

AUDIENCE = "audience"
"""The note that says who was told of all there is."""
COMPLETE = "complete"
"""The note that says whether all that happened is in the outbox: False while the app runs, and
after it was killed."""

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
    mapping TEXT NOT NULL, path BLOB NOT NULL, action TEXT NOT NULL, state TEXT NOT NULL,
    size INTEGER NOT NULL, done INTEGER NOT NULL, reason TEXT NOT NULL, cause TEXT NOT NULL,
    seconds REAL NOT NULL, updated_at REAL NOT NULL, rev INTEGER NOT NULL, sent INTEGER NOT NULL,
    PRIMARY KEY (mapping, path)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS file_waiting ON file (rev) WHERE sent=0;
CREATE INDEX IF NOT EXISTS file_open ON file (mapping, updated_at)
    WHERE state IN ('queued', 'sending', 'failed');
CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, mapping TEXT NOT NULL,
    path BLOB NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, seconds REAL NOT NULL,
    reason TEXT NOT NULL, cause TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS hour (
    mapping TEXT NOT NULL, hour INTEGER NOT NULL, files INTEGER NOT NULL,
    bytes INTEGER NOT NULL, removed INTEGER NOT NULL, failures INTEGER NOT NULL,
    rev INTEGER NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (mapping, hour)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mapping (
    name TEXT PRIMARY KEY, row TEXT NOT NULL, rev INTEGER NOT NULL, sent INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows that were not told yet; ``dropped`` lines of the history never will be."""

    files: int
    events: int
    dropped: int


class OutboxFile:
    """Safe from any thread: one at a time is within :meth:`reading` or :meth:`transaction`.
    Every method may raise ``sqlite3.Error``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(
            folder / DATABASE, timeout=10, check_same_thread=False, isolation_level=None
        )
        try:
            self._db.row_factory = sqlite3.Row
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA auto_vacuum=INCREMENTAL")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
            # A new outbox must not count from 1 again: the database may know this machine.
            start = int(time.time() * 1_000)
            self._db.execute("DELETE FROM sqlite_sequence")
            self._db.execute("INSERT INTO sqlite_sequence VALUES ('event', ?)", (start,))
            self._db.execute(f"PRAGMA user_version={_VERSION}")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._db

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk rolls back by itself
                    self._db.execute("ROLLBACK")
                raise

    def one(self, sql: str) -> int:
        """The only number that is asked for; 0 for NULL."""
        with self.reading() as db:
            return int(db.execute(sql).fetchone()[0] or 0)

    def shrink(self) -> None:
        """Give room that is free again back to the disk."""
        with self.reading() as db:
            db.execute("PRAGMA incremental_vacuum(2000)").fetchall()

    def sync(self) -> None:
        """What was written until now outlives power loss, too."""
        with self.reading() as db:
            db.execute("PRAGMA wal_checkpoint").fetchall()

    def close(self) -> None:
        with self._lock:
            self._db.close()


def waiting(db: sqlite3.Connection) -> Waiting:
    """Of a database that may be open to read only."""
    files = db.execute("SELECT count(*) FROM file WHERE sent=0").fetchone()[0]
    events = db.execute("SELECT count(*) FROM event").fetchone()[0]
    return Waiting(files, events, meta(db, "dropped") or 0)


def meta(db: sqlite3.Connection, key: str) -> Any:
    """A note; None if there is none."""
    row = db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
    return json.loads(row[0]) if row else None


def set_meta(db: sqlite3.Connection, key: str, value: object) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))
