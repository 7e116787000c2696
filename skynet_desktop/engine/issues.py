"""Issues: paths that could not be handled, why, and how often it was tried."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.errors import PathError, PathImpossible
from skynet_desktop.engine import bulk
from skynet_desktop.engine.statedb import StateDB, below, key

# Seconds until a parked path is tried again: growing, and soon at first, since most troubles
# (a locked file, a save in progress) are short. What only a rename can help waits a day.
PAUSES = (5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
IMPOSSIBLE_PAUSE = 86_400.0


@dataclass(frozen=True, slots=True)
class Issue:
    """``reason`` is a sentence for the person; ``kind`` names the error's class for programs.
    ``since`` in seconds since 1970."""

    path: str
    action: Kind
    reason: str
    kind: str
    tries: int
    since: float


class Issues:
    """Safe from any thread."""

    def __init__(self, db: StateDB) -> None:
        self._db = db

    def add(self, path: str, action: Kind, error: PathError) -> float:
        """Note another failure; returns the seconds to wait before the next try."""
        with self._db.transaction() as db:
            row = db.execute("SELECT tries, since FROM issues WHERE path=?", (key(path),))
            tries, since = row.fetchone() or (0, time.time())
            db.execute(
                "INSERT OR REPLACE INTO issues VALUES (?, ?, ?, ?, ?, ?)",
                (key(path), action.value, error.reason, type(error).__name__, tries + 1, since),
            )
        if isinstance(error, PathImpossible):
            return IMPOSSIBLE_PAUSE
        return PAUSES[min(tries, len(PAUSES) - 1)]

    def clear(self, paths: Iterable[str]) -> None:
        """Costs next to nothing when there are none."""
        keys = [key(path) for path in paths]
        with self._db.reading() as db:
            known = [row[0] for row in bulk.among(db, "SELECT path FROM issues WHERE path", keys)]
        if known:
            with self._db.transaction() as db:
                bulk.do_among(db, "DELETE FROM issues WHERE path", known)

    def at_and_below(self, path: str) -> list[str]:
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT path FROM issues WHERE path=? OR (path>=? AND path<?)",
                (key(path), *below(path)),
            ).fetchall()
        return [os.fsdecode(row[0]) for row in rows]

    def all(self) -> list[Issue]:
        with self._db.reading() as db:
            return all_of(db)

    def count(self) -> int:
        with self._db.reading() as db:
            return int(db.execute("SELECT COUNT(*) FROM issues").fetchone()[0])


def all_of(db: sqlite3.Connection) -> list[Issue]:
    """By path; of a database that may be open to read only."""
    rows = db.execute("SELECT path, action, reason, kind, tries, since FROM issues ORDER BY path")
    return [Issue(os.fsdecode(r[0]), Kind(r[1]), r[2], r[3], r[4], r[5]) for r in rows.fetchall()]
