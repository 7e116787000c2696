"""Differences: what the last verification of a mapping found, on disk, however much it is."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, fields, replace

from skynet_desktop.engine.statedb import StateDB, key
from skynet_desktop.engine.verifying.report import SHOWN, Difference, Fault, Verified

VERIFIED = "verified"
"""The key of the last result in the state's ``meta``."""
_PAGE = 5_000
_COLUMNS = "path, fault, detail, repairable"
_LEFT = "SELECT COUNT(*) FROM differences WHERE run=? AND repaired=0"
_SAVED = [field.name for field in fields(Verified) if field.name != "shown"]


class Differences:
    """Safe from any thread; one verification at a time writes.

    Rows of a run that goes on have its number and count for nothing until it is finished, so
    that no crash leaves half a result, and no transaction is long.
    """

    def __init__(self, db: StateDB) -> None:
        self._db = db
        saved = json.loads(db.get_meta(VERIFIED) or "{}")
        self._run = int(saved.get("run", 0))
        self.left = 0
        """How many are neither repaired nor being repaired."""
        self.last: Verified | None = None
        if saved:
            values = {name: saved[name] for name in _SAVED if name in saved}
            self.last = Verified(**values, shown=tuple(self.page(SHOWN)))
        self._count()

    def begin(self) -> None:
        """A verification begins: forget what a crash left of another."""
        self._drop_all_but(self._run)

    def add(self, found: Iterable[Difference]) -> None:
        """Found by the run that goes on."""
        rows = [
            (self._run + 1, key(d.path), d.fault.value, d.detail, d.repairable) for d in found
        ]  # fmt: skip
        with self._db.transaction() as db:
            db.executemany("INSERT OR REPLACE INTO differences VALUES (?, ?, ?, ?, ?, 0)", rows)

    def finish(self, verified: Verified) -> Verified:
        """The run has ended. What one found that was not complete joins what was known
        before: only a complete one proves that a former difference is none any more."""
        with self._db.transaction() as db:
            if verified.complete:
                self._run += 1
            else:
                db.execute(
                    "UPDATE OR REPLACE differences SET run=? WHERE run=?",
                    (self._run, self._run + 1),
                )
            count = "SELECT COUNT(*) FROM differences WHERE run=?"
            total = db.execute(count, (self._run,)).fetchone()[0]
            repaired = total - db.execute(_LEFT, (self._run,)).fetchone()[0]
            shown = tuple(self.page(SHOWN))
            verified = replace(verified, differences=total, repaired=repaired, shown=shown)
            self._save(verified)
        self._drop_all_but(self._run)
        return verified

    def page(self, limit: int, after: str = "", *, left: bool = False) -> list[Difference]:
        """Some of the last result in the order of their names, behind ``after``; with ``left``
        only those that a repair could take up."""
        only = " AND repaired=0 AND repairable=1" if left else ""
        with self._db.reading() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM differences WHERE run=? AND path>?{only} "  # noqa: S608
                "ORDER BY path LIMIT ?",
                (self._run, key(after), limit),
            ).fetchall()
        return [Difference(os.fsdecode(r[0]), Fault(r[1]), r[2], bool(r[3])) for r in rows]

    def repaired(self, paths: Iterable[str]) -> None:
        """These are being put right; should that fail, they become issues."""
        rows = [(self._run, key(path)) for path in paths]
        with self._db.transaction() as db:
            db.executemany("UPDATE differences SET repaired=1 WHERE run=? AND path=?", rows)
            if self.last is not None:
                self._save(replace(self.last, repaired=self.last.repaired + len(rows)))

    def _save(self, verified: Verified) -> None:
        values = {name: value for name, value in asdict(verified).items() if name in _SAVED}
        self._db.set_meta(VERIFIED, json.dumps({**values, "run": self._run}))
        self.last = verified
        self._count()

    def _count(self) -> None:
        with self._db.reading() as db:
            self.left = int(db.execute(_LEFT, (self._run,)).fetchone()[0])

    def _drop_all_but(self, run: int) -> None:
        dropped = _PAGE
        while dropped == _PAGE:
            with self._db.transaction() as db:
                rows = db.execute(
                    "SELECT run, path FROM differences WHERE run!=? LIMIT ?", (run, _PAGE)
                ).fetchall()
                db.executemany("DELETE FROM differences WHERE run=? AND path=?", rows)
                dropped = len(rows)


def stored(db: sqlite3.Connection) -> tuple[float | None, int]:
    """When the last verification ended, in seconds since 1970, and how many differences are
    left; of a database that may be of an older version and open to read only."""
    row = db.execute("SELECT value FROM meta WHERE key=?", (VERIFIED,)).fetchone()
    if row is None:
        return None, 0
    saved = json.loads(row[0])
    return float(saved["ended_at"]), int(db.execute(_LEFT, (saved["run"],)).fetchone()[0])
