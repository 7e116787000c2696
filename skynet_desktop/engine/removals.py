"""Removals: what a local deletion means for the remote, carried out late and with care.

A deletion is first only noted. The notes are worked off when no send waits (or the oldest has
waited long enough), in batches: guards first, then a second look at each local path, then the
remote. So a file that comes back within the moment (editors replace by delete and create) is
never removed, and a mass deletion is seen whole before its first file is touched.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass

from skynet_desktop.engine.statedb import StateDB, below, key

_NOTED = "SELECT 1 FROM removals WHERE path=?"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many removals wait, and the ages in seconds of the oldest and the newest."""

    count: int
    oldest: float
    newest: float


class Removals:
    """The notes. Safe from any thread."""

    def __init__(self, db: StateDB) -> None:
        self._db = db

    def note(self, path: str) -> int:
        """Note the file and every file below it that the index knows; returns how many."""
        low, high = below(path)
        with self._db.transaction() as db:
            return db.execute(
                "INSERT OR IGNORE INTO removals SELECT path, ? FROM files "
                "WHERE path=? OR (path>=? AND path<?)",
                (time.time(), key(path), low, high),
            ).rowcount

    def note_all(self, paths: Iterable[bytes]) -> None:
        now = time.time()
        with self._db.transaction() as db:
            db.executemany(
                "INSERT OR IGNORE INTO removals VALUES (?, ?)", [(path, now) for path in paths]
            )

    def note_below(self, folder: str) -> None:
        """Note what lies below the folder, but not a file of the folder's own name."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO removals SELECT path, ? FROM files WHERE path>=? AND path<?",
                (time.time(), *below(folder)),
            )

    def drop(self, paths: Iterable[str]) -> None:
        """The paths are there again; costs a look-up when they were not noted."""
        keys = [(key(path),) for path in paths]
        with self._db.reading() as db:
            noted = [k for k in keys if db.execute(_NOTED, k).fetchone()]
        if noted:
            with self._db.transaction() as db:
                db.executemany("DELETE FROM removals WHERE path=?", noted)

    def any(self) -> bool:
        """Whether one waits: asked all the time, so it counts nothing."""
        with self._db.reading() as db:
            return db.execute("SELECT 1 FROM removals LIMIT 1").fetchone() is not None

    def waiting(self) -> Waiting:
        with self._db.reading() as db:
            count, oldest, newest = db.execute(
                "SELECT COUNT(*), MIN(since), MAX(since) FROM removals"
            ).fetchone()
        now = time.time()
        return Waiting(count, now - oldest, now - newest) if count else Waiting(0, 0.0, 0.0)

    def lost(self) -> int:
        """How many of them are no renames: nothing else that we follow has the size and time
        of the file. Reads the whole index."""
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT size, mtime_ns, path IN (SELECT path FROM removals) FROM files"
            )
            gone: list[tuple[int, int]] = []
            alive: set[tuple[int, int]] = set()
            for size, mtime_ns, noted in rows:
                gone.append((size, mtime_ns)) if noted else alive.add((size, mtime_ns))
        return sum(version not in alive for version in gone)

    def batch(self, limit: int, after: str = "", until: float = float("inf")) -> list[str]:
        """Some of them in name order, so that folders empty together, from ``after`` on and
        noted not later than ``until`` (seconds since 1970)."""
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT path FROM removals WHERE path>? AND since<=? ORDER BY path LIMIT ?",
                (key(after), until, limit),
            )
            return [os.fsdecode(row[0]) for row in rows.fetchall()]

    def clear(self) -> None:
        with self._db.transaction() as db:
            db.execute("DELETE FROM removals")

    def give_up(self) -> None:
        """Keep the remote copies: they are no longer ours to follow."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM files WHERE path IN (SELECT path FROM removals)")
            db.execute("DELETE FROM removals")
