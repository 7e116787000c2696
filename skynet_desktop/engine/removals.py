"""Removals: what a local deletion means for the remote, carried out late and with care.

A deletion is first only noted. The notes are worked off when no send waits (or the oldest has
waited long enough), in batches: guards first, then a second look at each local path, then the
remote. So a file that comes back within the moment (editors replace by delete and create) is
never removed, and a mass deletion is seen whole before its first file is touched.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass

from skynet_desktop.engine.statedb import StateDB, below, key

UNTOUCHED_NS = 86_400 * 10**9
"""A file that was not touched for so long is no program's passing one."""
_NOTED = "SELECT 1 FROM removals WHERE path=?"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many removals wait, and the ages in seconds of the oldest and the newest."""

    count: int
    oldest: float
    newest: float


@dataclass(frozen=True, slots=True)
class Lost:
    """How many files are gone for good, and how many of these nobody had touched for a day."""

    files: int
    untouched: int


_NONE = Waiting(0, 0.0, 0.0)


class Removals:
    """The notes. Safe from any thread.

    Each has a stamp that grows from note to note, whatever the wall clock does; ages are
    measured on the monotonic clock, and what an earlier run noted is old.
    """

    def __init__(self, db: StateDB) -> None:
        self._db = db
        with db.reading() as opened:
            newest = opened.execute("SELECT MAX(since) FROM removals").fetchone()[0]
        self._stamp: float = newest or 0.0
        self._first_at = self._last_at = float("-inf")
        """When the oldest and the newest of the present notes were made."""

    def go_on_from(self, stamp: float) -> None:
        """No stamp is to be earlier than this one, of an earlier run."""
        self._stamp = max(self._stamp, stamp)

    def stamp(self) -> float:
        """Later than every note so far, earlier than every one to come."""
        with self._db.reading():  # its lock
            self._stamp = max(self._stamp + 0.001, time.time())
            return self._stamp

    def note(self, path: str) -> int:
        """Note the file and every file below it that the index knows; returns how many."""
        return self._note(
            "SELECT path, ? FROM files WHERE path=? OR (path>=? AND path<?)",
            (key(path), *below(path)),
        )

    def note_below(self, folder: str) -> None:
        """Note what lies below the folder, but not a file of the folder's own name."""
        self._note("SELECT path, ? FROM files WHERE path>=? AND path<?", below(folder))

    def _note(self, which: str, values: tuple[bytes, ...]) -> int:
        with self._db.transaction() as db:
            noted = db.execute(
                f"INSERT OR IGNORE INTO removals {which}",
                (self.stamp(), *values),
            ).rowcount
            self._noted(noted, db)
            return noted

    def note_all(self, paths: Iterable[bytes]) -> None:
        with self._db.transaction() as db:
            now = self.stamp()
            noted = db.executemany(
                "INSERT OR IGNORE INTO removals VALUES (?, ?)", [(path, now) for path in paths]
            ).rowcount
            self._noted(noted, db)

    def _noted(self, count: int, db: sqlite3.Connection) -> None:
        if not count:
            return
        self._last_at = time.monotonic()
        if db.execute("SELECT COUNT(*) FROM removals").fetchone()[0] == count:
            self._first_at = self._last_at

    def start_window(self) -> None:
        """All notes were handed out: those to come have their own time to rest."""
        self._first_at = time.monotonic()

    def calm_seconds(self) -> float:
        """For how long nothing new was noted."""
        return time.monotonic() - self._last_at

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
            count = db.execute("SELECT COUNT(*) FROM removals").fetchone()[0]
            now = time.monotonic()
            return Waiting(count, now - self._first_at, now - self._last_at) if count else _NONE

    def lost(self) -> Lost:
        """Those of them that are no renames: nothing else that we follow has the size and time
        of the file. Reads the whole index."""
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT size, mtime_ns, ctime_ns, path IN (SELECT path FROM removals) FROM files"
            )
            gone: list[tuple[int, int, int]] = []
            alive: set[tuple[int, int]] = set()
            for size, mtime_ns, ctime_ns, noted in rows:
                if noted:
                    gone.append((size, mtime_ns, ctime_ns))
                else:
                    alive.add((size, mtime_ns))
        lost = [max(mtime, ctime) for size, mtime, ctime in gone if (size, mtime) not in alive]
        rested = time.time_ns() - UNTOUCHED_NS
        return Lost(len(lost), sum(changed < rested for changed in lost))

    def batch(self, limit: int, after: str = "", until: float = float("inf")) -> list[str]:
        """Some of them in name order, so that folders empty together, from ``after`` on and
        noted not later than the stamp ``until``."""
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
