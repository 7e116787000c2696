"""The guard: removals that look like an accident wait for a person's yes.

An accident is a folder that was swapped or emptied, or more losses at once than the mapping's
limits. A rename is no loss. The question is kept on disk until it is answered, or until the
files are back.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass

from skynet_desktop.core.planner import too_many
from skynet_desktop.engine.index import Index
from skynet_desktop.engine.removals import Removals
from skynet_desktop.engine.statedb import StateDB

QUESTION = "question"
_ALLOWED = "allowed_until"
_SETTLED = "settled_files"


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
    """More losses at once than ``count``, or than ``share`` of all files, wait for a yes."""

    count: int = 2_500
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class Scene:
    """The facts a guard judges by. ``queued`` files are on their way: they count too."""

    root_changed: bool
    root_empty: bool
    queued: int


class Guard:
    """Safe from any thread."""

    def __init__(self, db: StateDB, index: Index, removals: Removals, limits: Limits) -> None:
        self._db = db
        self._index = index
        self._removals = removals
        self.limits = limits

    def doubt(self, scene: Scene) -> Question | None:
        """The question that the removals noted now raise; None if they may go on."""
        count = self._removals.waiting().count
        if count == 0 or self._is_allowed():
            return None
        before = int(self._db.get_meta(_SETTLED) or 0)
        text = self._text(count, before, scene)
        return Question("removals", text, count, before, time.time()) if text else None

    def _text(self, count: int, before: int, scene: Scene) -> str:
        if scene.root_changed:
            return (
                f"The folder is not the one that was mirrored before, and {count} files of that "
                "one are missing here. Remove them at the destination too?"
            )
        if scene.root_empty and count > 1:
            return f"The folder is empty. Remove all {count} files at the destination too?"
        now = self._index.count() - count + scene.queued
        lost = self._removals.lost() if self._too_many(count, before, now) else 0
        if self._too_many(lost, before, now):
            return (
                f"{lost} files were deleted here, {now} are left. Remove them at the "
                "destination too?"
            )
        return ""

    def _too_many(self, lost: int, before: int, now: int) -> bool:
        limits = self.limits
        return too_many(lost, before, now, limit_count=limits.count, limit_share=limits.share)

    def settled(self) -> None:
        """All is mirrored: what there is now is what losses are measured by."""
        files = str(self._index.count())
        if self._db.get_meta(_SETTLED) != files:
            self._db.set_meta(_SETTLED, files)

    def ask(self, question: Question) -> Question:
        """Ask, unless something is asked already: one question at a time."""
        pending = self.question()
        if pending is not None:
            return pending
        self._db.set_meta(QUESTION, json.dumps(asdict(question)))
        return question

    def ask_about_root(self, text: str) -> Question:
        """Whether a folder that was swapped is the right one."""
        return self.ask(Question("root", text, 0, self._index.count(), time.time()))

    def withdraw_if_settled(self, scene: Scene) -> None:
        """Take the question back when enough of the files it was about are here again; new
        files are no reason to."""
        pending = self.question()
        if pending is None or pending.about != "removals":
            return
        count = self._removals.waiting().count
        if not count or not self._text(count, pending.files, scene):
            self._db.set_meta(QUESTION, None)

    def withdraw_about_root(self) -> None:
        """The right folder is back."""
        pending = self.question()
        if pending is not None and pending.about == "root":
            self._db.set_meta(QUESTION, None)

    def drop_all(self) -> None:
        """Complete sync was switched off: nothing is removed any more, nothing is asked."""
        self._removals.clear()
        pending = self.question()
        if pending is not None and pending.about == "removals":
            self._db.set_meta(QUESTION, None)

    def question(self) -> Question | None:
        text = self._db.get_meta(QUESTION)
        return Question(**json.loads(text)) if text else None

    def answer(self, yes: bool) -> Question | None:
        """Decide the pending question and return it; None if there is none.

        A yes to removals covers those noted by now, none that come later. A no keeps the
        remote copies, which are no longer followed then.
        """
        question = self.question()
        if question is None:
            return None
        with self._db.transaction():
            self._db.set_meta(QUESTION, None)
            if question.about == "removals" and yes:
                self._db.set_meta(_ALLOWED, repr(time.time()))
            elif question.about == "removals":
                self._removals.give_up()
        return question

    @property
    def allowed_until(self) -> float:
        """Removals noted later than this (seconds since 1970) are not covered by the yes that
        is in force; infinite when none is."""
        return float(self._db.get_meta(_ALLOWED) or "inf")

    def _is_allowed(self) -> bool:
        until = self.allowed_until
        if until == float("inf"):
            return False
        if self._removals.batch(1, until=until):
            return True
        self._db.set_meta(_ALLOWED, None)
        return False
