"""The outbox: what the monitor has not been told yet, in a local SQLite file.

States of one file collapse to the newest, so that it is bounded by the number of files,
however long the database is away; of the history the oldest lines go once there are too many.
Rows of files on their way (queued, sending, failed) stay until they are settled, also after
they were told: should we end in the middle, the next start sets them right.

WAL with ``synchronous=NORMAL``: kill -9 loses nothing that was written, power loss perhaps the
last moments. Paths are kept as they are; what is hidden is hidden on the way out.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skynet_desktop.core.actions import Kind
from skynet_desktop.notifier.news import DONE, QUEUED, REMOVED, News, Note

DATABASE = "outbox.db"
MOST_EVENTS = 100_000
"""Lines of the history that wait at most."""

AUDIENCE = "audience"
"""The note that says who was told of all there is."""

Row = dict[str, Any]

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
_NOTE = """
INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
ON CONFLICT (mapping, path) DO UPDATE SET action=excluded.action, state=excluded.state,
    size=excluded.size, done=excluded.done, reason=excluded.reason, cause=excluded.cause,
    seconds=excluded.seconds, updated_at=excluded.updated_at, rev=excluded.rev, sent=0
"""
_COUNT = """
INSERT INTO hour VALUES (?, ?, ?, ?, ?, ?, ?, 0)
ON CONFLICT (mapping, hour) DO UPDATE SET files=files+excluded.files,
    bytes=bytes+excluded.bytes, removed=removed+excluded.removed,
    failures=failures+excluded.failures, rev=excluded.rev, sent=0
"""
_MAPPING = """
INSERT INTO mapping VALUES (?, ?, ?, 0)
ON CONFLICT (name) DO UPDATE SET row=excluded.row, rev=excluded.rev, sent=0
"""
_OPEN = "('queued', 'sending', 'failed')"
_KEPT_HOURS = 48 * 3_600


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that wait, each with what tells whether it has changed meanwhile."""

    mappings: list[Row] = field(default_factory=list)
    files: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    hours: list[Row] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.mappings) + len(self.files) + len(self.events) + len(self.hours)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows that were not told yet; ``dropped`` lines of the history never will be."""

    files: int
    events: int
    dropped: int


class Outbox:
    """Safe from any thread. Every method may raise ``sqlite3.Error``."""

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
        self._rev = self._highest_rev()
        self._events = self._one("SELECT count(*) FROM event")

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

    def _highest_rev(self) -> int:
        tables = ("file", "hour", "mapping")
        found = (self._one(f"SELECT max(rev) FROM {table}") for table in tables)  # noqa: S608
        return max(found)

    def _one(self, sql: str, values: tuple[object, ...] = ()) -> int:
        with self._lock:
            return int(self._db.execute(sql, values).fetchone()[0] or 0)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk rolls back by itself
                    self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        with self._lock:
            self._db.close()

    # --- what comes in ------------------------------------------------------------------

    def put(self, news: News, mappings: Mapping[str, Row]) -> int:
        """All or nothing; returns how many lines of the history had to go for it.

        ``mappings``: rows by name, of which only the columns that are given change.
        """
        with self._transaction() as db:
            for name, row in mappings.items():
                self._put_mapping(db, name, row)
            db.executemany(_NOTE, [self._file(*key, note) for key, note in news.files.items()])
            db.executemany(
                "INSERT INTO event (at, mapping, path, kind, size, seconds, reason, cause) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (e.at, e.mapping, os.fsencode(e.path), e.kind, e.size, e.seconds, e.reason,
                     e.cause)
                    for e in news.events
                ],
            )  # fmt: skip
            db.executemany(
                _COUNT,
                [
                    (mapping, hour, c.files, c.bytes, c.removed, c.failures, self._next())
                    for (mapping, hour), c in news.hours.items()
                ],
            )
            events = self._events + len(news.events)
            dropped = news.dropped + max(0, events - MOST_EVENTS)
            if events > MOST_EVENTS:
                db.execute(
                    "DELETE FROM event WHERE seq IN (SELECT seq FROM event ORDER BY seq LIMIT ?)",
                    (events - MOST_EVENTS,),
                )
            if dropped:
                before = meta(db, "dropped") or 0
                _set_meta(db, "dropped", before + dropped)
        self._events = min(events, MOST_EVENTS)
        return dropped

    def tell_of(self, mapping: str, files: Iterable[tuple[str, Note]]) -> None:
        """Of files that moved with their folder; of one on its way more is known already."""
        self._note(f"{_NOTE} WHERE file.state NOT IN {_OPEN}", mapping, files)

    def tell_of_old(self, mapping: str, files: Iterable[tuple[str, Note]]) -> None:
        """Of files that nobody need hear of anew, but whoever is told for the first time."""
        self._note(_NOTE.partition("ON CONFLICT")[0] + "ON CONFLICT DO NOTHING", mapping, files)

    def _note(self, sql: str, mapping: str, files: Iterable[tuple[str, Note]]) -> None:
        with self._transaction() as db:
            db.executemany(
                sql,
                [self._file(mapping, path, note) for path, note in files],
            )

    def tell_all_again(self) -> None:
        """Whoever is told from now on knows nothing yet."""
        with self._transaction() as db:
            for table in ("file", "hour", "mapping"):
                db.execute(f"UPDATE {table} SET sent=0, rev=?", (self._next(),))  # noqa: S608

    def put_mapping(self, name: str, row: Row) -> None:
        """With the columns of the monitor's table; only those given change."""
        with self._transaction() as db:
            self._put_mapping(db, name, row)

    def _put_mapping(self, db: sqlite3.Connection, name: str, row: Row) -> None:
        found = db.execute("SELECT row FROM mapping WHERE name=?", (name,)).fetchone()
        merged = {**(json.loads(found[0]) if found else {}), **row}
        db.execute(_MAPPING, (name, json.dumps(merged), self._next()))

    def mappings(self) -> dict[str, Row]:
        """The last row of each."""
        with self._lock:
            rows = self._db.execute("SELECT name, row FROM mapping").fetchall()
        return {row[0]: json.loads(row[1]) for row in rows}

    def _file(self, mapping: str, path: str, note: Note) -> tuple[object, ...]:
        return (
            mapping, os.fsencode(path), note.action.value, note.state, note.size, note.done,
            note.reason, note.cause, note.seconds, note.at, self._next(),
        )  # fmt: skip

    def _next(self) -> int:
        self._rev += 1
        return self._rev

    # --- what goes out ------------------------------------------------------------------

    def take(self, most: int) -> Batch:
        """Up to about ``most`` rows that wait; they stay until :meth:`told`."""
        with self._lock:
            ask = self._db.execute
            mappings = ask("SELECT * FROM mapping WHERE sent=0").fetchall()
            hours = ask("SELECT * FROM hour WHERE sent=0 LIMIT ?", (most,)).fetchall()
            files = ask(
                "SELECT * FROM file WHERE sent=0 ORDER BY rev LIMIT ?", (most - len(hours),)
            ).fetchall()
            left = max(0, most - len(hours) - len(files))
            events = ask("SELECT * FROM event ORDER BY seq LIMIT ?", (left,)).fetchall()
        return Batch(
            [
                {**json.loads(row["row"]), "name": row["name"], "rev": row["rev"]}
                for row in mappings
            ],
            [_with_path(row) for row in files],
            [_with_path(row) for row in events],
            [dict(row) for row in hours],
        )

    def told(self, batch: Batch) -> None:
        """The monitor has these now; what changed meanwhile still waits."""
        files = [(row["mapping"], os.fsencode(row["path"]), row["rev"]) for row in batch.files]
        hours = [(row["mapping"], row["hour"], row["rev"]) for row in batch.hours]
        with self._transaction() as db:
            same = "mapping=? AND path=? AND rev=?"
            db.executemany(f"UPDATE file SET sent=1 WHERE {same}", files)  # noqa: S608
            db.executemany(
                f"DELETE FROM file WHERE {same} AND state NOT IN {_OPEN}",  # noqa: S608
                files,
            )
            seqs = [(row["seq"],) for row in batch.events]
            gone = db.executemany("DELETE FROM event WHERE seq=?", seqs).rowcount if seqs else 0
            db.executemany("UPDATE hour SET sent=1 WHERE mapping=? AND hour=? AND rev=?", hours)
            db.execute("DELETE FROM hour WHERE sent=1 AND hour < ?", (time.time() - _KEPT_HOURS,))
            db.executemany(
                "UPDATE mapping SET sent=1 WHERE name=? AND rev=?",
                [(row["name"], row["rev"]) for row in batch.mappings],
            )
            _set_meta(db, "sent_at", time.time())
        self._events -= gone

    def shrink(self) -> None:
        """Give room that is free again back to the disk."""
        with self._lock:
            self._db.execute("PRAGMA incremental_vacuum(2000)").fetchall()

    # --- files on their way ---------------------------------------------------------------

    def open_files(self, mapping: str, before: float, after: str, most: int) -> list[str]:
        """Paths of files that were queued, on their way or failed at that time, in seconds
        since 1970, in the order of their names behind ``after``."""
        with self._lock:
            rows = self._db.execute(
                "SELECT path FROM file WHERE mapping=? AND path>? AND updated_at<? "  # noqa: S608
                f"AND state IN {_OPEN} ORDER BY path LIMIT ?",
                (mapping, os.fsencode(after), before, most),
            ).fetchall()
        return [os.fsdecode(row[0]) for row in rows]

    def settle(
        self, mapping: str, paths: Iterable[str], held: Mapping[str, int], before: float, now: float
    ) -> None:
        """These are no longer on their way: the destination has those of ``held``, with sizes.
        What changed after ``before`` is left alone, and what nobody was told of is forgotten."""
        with self._transaction() as db:
            for path in paths:
                key = (mapping, os.fsencode(path), before)
                same = f"mapping=? AND path=? AND updated_at<? AND state IN {_OPEN}"
                if path not in held:
                    db.execute(
                        f"DELETE FROM file WHERE {same} AND state=? AND sent=0",  # noqa: S608
                        (*key, QUEUED),
                    )
                state, size = (DONE, held[path]) if path in held else (REMOVED, 0)
                action = Kind.SEND.value if path in held else Kind.DELETE.value
                db.execute(
                    "UPDATE file SET state=?, action=?, size=?, done=?, reason='', "  # noqa: S608
                    f"cause='', updated_at=?, rev=?, sent=0 WHERE {same}",
                    (state, action, size, size, now, self._next(), *key),
                )

    # --- notes --------------------------------------------------------------------------

    def waiting(self) -> Waiting:
        with self._lock:
            return waiting(self._db)

    def get(self, key: str) -> Any:
        with self._lock:
            return meta(self._db, key)

    def set(self, key: str, value: object) -> None:
        with self._transaction() as db:
            _set_meta(db, key, value)


def waiting(db: sqlite3.Connection) -> Waiting:
    """Of a database that may be open to read only."""
    files = db.execute("SELECT count(*) FROM file WHERE sent=0").fetchone()[0]
    events = db.execute("SELECT count(*) FROM event").fetchone()[0]
    return Waiting(files, events, meta(db, "dropped") or 0)


def meta(db: sqlite3.Connection, key: str) -> Any:
    """A note; None if there is none."""
    row = db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
    return json.loads(row[0]) if row else None


def _set_meta(db: sqlite3.Connection, key: str, value: object) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))


def _with_path(row: sqlite3.Row) -> Row:
    return {**dict(row), "path": os.fsdecode(row["path"])}
