"""Removals: what a local deletion means for the remote, carried out late and with care.

A deletion is first only noted. The notes are worked off when no send waits (or the oldest has
waited long enough), in batches: guards first, then a second look at each local path, then the
remote. So a file that comes back within the moment (editors replace by delete and create) is
never removed, and a mass deletion is seen whole before its first file is touched.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from skynet_desktop.core.planner import too_many
from skynet_desktop.engine.index import Index
from skynet_desktop.engine.statedb import StateDB, below, key

_QUESTION = "question"
_ALLOWED = "allowed_until"
_NOTED = "SELECT 1 FROM removals WHERE path=?"


@dataclass(frozen=True, slots=True)
class Question:
    """What a guard asks. ``about`` is "removals" or "root"; ``asked_at`` in seconds since
    1970."""

    about: str
    text: str
    removals: int
    files: int
    asked_at: float


@dataclass(frozen=True, slots=True)
class Limits:
    """More removals at once than ``count``, or than ``share`` of all files, wait for a yes."""

    count: int = 2_500
    share: float = 0.5


class Removals:
    """The notes and their guard. Safe from any thread."""

    def __init__(self, db: StateDB, index: Index, limits: Limits) -> None:
        self._db = db
        self._index = index
        self._limits = limits

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

    def waiting(self) -> tuple[int, float]:
        """How many, and the age in seconds of the oldest."""
        with self._db.reading() as db:
            count, oldest = db.execute("SELECT COUNT(*), MIN(since) FROM removals").fetchone()
        return int(count), max(0.0, time.time() - oldest) if count else 0.0

    def batch(self, limit: int, after: str = "") -> list[str]:
        """Some of them in name order, so that folders empty together, from ``after`` on.

        While a yes is in force, only those it covers.
        """
        until = float(self._db.get_meta(_ALLOWED) or "inf")
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT path FROM removals WHERE path>? AND since<=? ORDER BY path LIMIT ?",
                (key(after), until, limit),
            )
            return [os.fsdecode(row[0]) for row in rows.fetchall()]

    def examples(self, limit: int = 20) -> Sequence[str]:
        return self.batch(limit)

    # --- the guard ----------------------------------------------------------------------

    def guard(self, *, root_changed: bool, root_empty: bool, queued: int) -> Question | None:
        """The question that must be answered before any removal, or None to go on.

        ``queued`` files are on their way: they count among all files. A question is withdrawn
        when enough files are back; new files are no reason to.
        """
        count, _ = self.waiting()
        pending = self.question()
        if pending is not None and pending.about != "removals":
            return pending
        if count == 0 or self._is_allowed():
            text = None
        else:
            files = pending.files if pending is not None else self._index.count() + queued
            text = self._doubt(count, files, root_changed=root_changed, root_empty=root_empty)
        if text is None:
            if pending is not None:
                self._db.set_meta(_QUESTION, None)
            return None
        return pending or self._ask(Question("removals", text, count, files, time.time()))

    def ask_about_root(self, text: str) -> Question:
        """Another guard's question: whether a folder that was swapped is the right one."""
        return self.question() or self._ask(
            Question("root", text, 0, self._index.count(), time.time())
        )

    def _ask(self, question: Question) -> Question:
        self._db.set_meta(_QUESTION, json.dumps(asdict(question)))
        return question

    def _doubt(self, count: int, files: int, *, root_changed: bool, root_empty: bool) -> str | None:
        if root_changed:
            return (
                f"The folder is not the one that was mirrored before, and {count} files of that "
                "one are missing here. Remove them at the destination too?"
            )
        if root_empty and files > 1:
            return f"The folder is empty. Remove all {count} files at the destination too?"
        if too_many(count, files, limit_count=self._limits.count, limit_share=self._limits.share):
            return (
                f"{count} of {files} files were deleted here. Remove them at the destination too?"
            )
        return None

    def _is_allowed(self) -> bool:
        """A yes covers what was noted before it was given, and nothing later."""
        until = self._db.get_meta(_ALLOWED)
        if until is None:
            return False
        with self._db.reading() as db:
            oldest = db.execute("SELECT MIN(since) FROM removals").fetchone()[0]
        if oldest is not None and oldest <= float(until):
            return True
        self._db.set_meta(_ALLOWED, None)
        return False

    def question(self) -> Question | None:
        text = self._db.get_meta(_QUESTION)
        return Question(**json.loads(text)) if text else None

    def answer(self, yes: bool) -> Question | None:
        """Decide the pending question and return it; None if there is none.

        No to removals keeps the remote copies: their rows are forgotten.
        """
        question = self.question()
        if question is None:
            return None
        with self._db.transaction() as db:
            self._db.set_meta(_QUESTION, None)
            if question.about == "removals" and yes:
                self._db.set_meta(_ALLOWED, repr(time.time()))
            elif question.about == "removals":
                db.execute("DELETE FROM files WHERE path IN (SELECT path FROM removals)")
                db.execute("DELETE FROM removals")
        return question
