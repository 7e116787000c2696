"""The outbox: what the monitor has not been told yet, in a local SQLite file.

States of one file collapse to the newest, so that it is bounded by the number of files,
however long the database is away; of the history the oldest lines go once there are too many.
Rows of files on their way (queued, sending, failed) stay until they are settled, also after
they were told: should we end in the middle, the next start sets them right.

Paths are kept as they are; what is hidden is hidden on the way out.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skynet_desktop.core.actions import Kind
from skynet_desktop.engine import bulk
from skynet_desktop.notifier.news import DONE, QUEUED, REMOVED, News, Note
from skynet_desktop.notifier.outbox_file import (
    COMPLETE,
    OutboxFile,
    Waiting,
    meta,
    set_meta,
    waiting,
)

MOST_EVENTS = 100_000
"""Lines of the history that wait at most."""

Row = dict[str, Any]

_NOTE = """
ON CONFLICT (mapping, path) DO UPDATE SET action=excluded.action, state=excluded.state,
    size=excluded.size, done=excluded.done, reason=excluded.reason, cause=excluded.cause,
    seconds=excluded.seconds, updated_at=excluded.updated_at, rev=excluded.rev, sent=0
"""
_COUNT = """
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


class Outbox:
    """Safe from any thread. Every method may raise ``sqlite3.Error``."""

    def __init__(self, folder: Path) -> None:
        self._file = OutboxFile(folder)
        tables = ("file", "hour", "mapping")
        self._rev = max(self._file.one(f"SELECT max(rev) FROM {t}") for t in tables)  # noqa: S608
        self._events = self._file.one("SELECT count(*) FROM event")

    def close(self) -> None:
        self._file.close()

    def begin(self) -> bool:
        """From now on things happen that are in memory first. Whether the last run ended in
        order, with all that happened in here."""
        with self._file.transaction() as db:
            complete = meta(db, COMPLETE) is not False
            set_meta(db, COMPLETE, False)
        self._file.sync()
        return complete

    # --- what comes in ------------------------------------------------------------------

    def put(self, news: News, mappings: Mapping[str, Row]) -> int:
        """All or nothing; returns how many lines of the history had to go for it.

        ``mappings``: rows by name, of which only the columns that are given change.
        """
        with self._file.transaction() as db:
            for name, row in mappings.items():
                self._put_mapping(db, name, row)
            bulk.insert(
                db, "file", [self._row(*key, note) for key, note in news.files.items()], _NOTE
            )
            bulk.insert(
                db,
                "event (at, mapping, path, kind, size, seconds, reason, cause)",
                [
                    (e.at, e.mapping, os.fsencode(e.path), e.kind, e.size, e.seconds, e.reason,
                     e.cause)
                    for e in news.events
                ],
            )  # fmt: skip
            counts = [
                (mapping, hour, c.files, c.bytes, c.removed, c.failures, self._next(), 0)
                for (mapping, hour), c in news.hours.items()
            ]
            bulk.insert(db, "hour", counts, _COUNT)
            events = self._events + len(news.events)
            dropped = news.dropped + max(0, events - MOST_EVENTS)
            if events > MOST_EVENTS:
                db.execute(
                    "DELETE FROM event WHERE seq IN (SELECT seq FROM event ORDER BY seq LIMIT ?)",
                    (events - MOST_EVENTS,),
                )
            if dropped:
                before = meta(db, "dropped") or 0
                set_meta(db, "dropped", before + dropped)
        self._events = min(events, MOST_EVENTS)
        return dropped

    def tell_of(self, mapping: str, files: Iterable[tuple[str, Note]]) -> None:
        """Of files that moved with their folder; of one on its way more is known already."""
        self._note(f"{_NOTE} WHERE file.state NOT IN {_OPEN}", mapping, files)

    def tell_of_old(self, mapping: str, files: Iterable[tuple[str, Note]]) -> None:
        """Of files that nobody need hear of anew, but whoever is told for the first time."""
        self._note("ON CONFLICT DO NOTHING", mapping, files)

    def _note(self, then: str, mapping: str, files: Iterable[tuple[str, Note]]) -> None:
        with self._file.transaction() as db:
            bulk.insert(db, "file", [self._row(mapping, path, note) for path, note in files], then)

    def tell_all_again(self) -> None:
        """Whoever is told from now on knows nothing yet."""
        with self._file.transaction() as db:
            for table in ("file", "hour", "mapping"):
                db.execute(f"UPDATE {table} SET sent=0, rev=?", (self._next(),))  # noqa: S608

    def put_mapping(self, name: str, row: Row) -> None:
        """With the columns of the monitor's table; only those given change."""
        with self._file.transaction() as db:
            self._put_mapping(db, name, row)

    def _put_mapping(self, db: sqlite3.Connection, name: str, row: Row) -> None:
        found = db.execute("SELECT row FROM mapping WHERE name=?", (name,)).fetchone()
        merged = {**(json.loads(found[0]) if found else {}), **row}
        db.execute(_MAPPING, (name, json.dumps(merged), self._next()))

    def mappings(self) -> dict[str, Row]:
        """The last row of each."""
        with self._file.reading() as db:
            rows = db.execute("SELECT name, row FROM mapping").fetchall()
        return {row[0]: json.loads(row[1]) for row in rows}

    def _row(self, mapping: str, path: str, note: Note) -> tuple[object, ...]:
        return (
            mapping, os.fsencode(path), note.action.value, note.state, note.size, note.done,
            note.reason, note.cause, note.seconds, note.at, self._next(), 0,
        )  # fmt: skip

    def _next(self) -> int:
        self._rev += 1
        return self._rev

    # --- what goes out ------------------------------------------------------------------

    def take(self, most: int) -> Batch:
        """Up to about ``most`` rows that wait; they stay until :meth:`told`."""
        with self._file.reading() as db:
            ask = db.execute
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
        files: dict[str, dict[bytes, int]] = defaultdict(dict)
        for row in batch.files:
            files[row["mapping"]][os.fsencode(row["path"])] = row["rev"]
        hours = [(row["mapping"], row["hour"], row["rev"]) for row in batch.hours]
        with self._file.transaction() as db:
            for mapping, revs in files.items():
                # One that changed meanwhile has a higher one than any that was taken.
                these, before = "mapping=? AND rev<=?", (mapping, max(revs.values()))
                paths = list(revs)
                settled = f"DELETE FROM file WHERE {these} AND state NOT IN {_OPEN} AND path"  # noqa: S608
                bulk.do_among(db, settled, paths, before)
                told = f"UPDATE file SET sent=1 WHERE {these} AND path"  # noqa: S608
                bulk.do_among(db, told, paths, before)
            last = batch.events[-1]["seq"] if batch.events else 0  # they were the oldest
            gone = db.execute("DELETE FROM event WHERE seq<=?", (last,)).rowcount
            db.executemany("UPDATE hour SET sent=1 WHERE mapping=? AND hour=? AND rev=?", hours)
            db.execute("DELETE FROM hour WHERE sent=1 AND hour < ?", (time.time() - _KEPT_HOURS,))
            db.executemany(
                "UPDATE mapping SET sent=1 WHERE name=? AND rev=?",
                [(row["name"], row["rev"]) for row in batch.mappings],
            )
            set_meta(db, "sent_at", time.time())
        self._events -= gone

    def shrink(self) -> None:
        """Give room that is free again back to the disk."""
        self._file.shrink()

    # --- files on their way ---------------------------------------------------------------

    def open_files(self, mapping: str, before: float, after: str, most: int) -> list[str]:
        """Paths of files that were queued, on their way or failed at that time, in seconds
        since 1970, in the order of their names behind ``after``."""
        with self._file.reading() as db:
            rows = db.execute(
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
        with self._file.transaction() as db:
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
        with self._file.reading() as db:
            return waiting(db)

    def get(self, key: str) -> Any:
        with self._file.reading() as db:
            return meta(db, key)

    def set(self, key: str, value: object) -> None:
        with self._file.transaction() as db:
            set_meta(db, key, value)


def _with_path(row: sqlite3.Row) -> Row:
    return {**dict(row), "path": os.fsdecode(row["path"])}
