"""The guard: what looks like an accident waits for a person's yes.

An accident is a folder or a destination that was swapped or emptied, more losses at once than
the mapping's limits, or the replacement of most of what lay untouched (``changes.py``). A
rename is no loss. The question is kept on disk until it is answered, or until all is as it was.
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
REMOVALS, ROOT, PLACE, CHANGES = "removals", "root", "place", "changes"
"""What a question is about."""
_ALLOWED = "allowed_until"
_SETTLED = "settled_files"
_ACCEPTED = "accepted_"
_CALM_SECONDS = 60.0
"""A deletion that goes on slowly is one: it is measured against what there was before it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a guard asks. ``removals`` is how many files it is about, ``files`` how many there
    were; ``asked_at`` in seconds since 1970."""

    about: str
    text: str
    removals: int
    files: int
    asked_at: float


@dataclass(frozen=True, slots=True)
class Limits:
    """More losses at once than ``count``, or than ``share`` of all files, wait for a yes; so
    do more changes of untouched files than ``change_share`` of all."""

    count: int = 2_500
    share: float = 0.5
    change_share: float = 0.5


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
        self._removed = 0  # and confirmed, since all was settled
        self.limits = limits
        if self.allowed_until < float("inf"):
            removals.go_on_from(self.allowed_until)

    def doubt(self, scene: Scene) -> Question | None:
        """The question that the removals noted now raise; None if they may go on."""
        count = self._removals.waiting().count
        if count == 0 or self._is_allowed():
            return None
        before = int(self._db.get_meta(_SETTLED) or 0)
        text = self._text(count, before, scene)
        return Question(REMOVALS, text, count, before, time.time()) if text else None

    def _text(self, count: int, before: int, scene: Scene) -> str:
        if scene.root_changed:
            return (
                f"The folder is not the one that was mirrored before, and {count} files of that "
                "one are missing here. Remove them at the destination too?"
            )
        if scene.root_empty and count > 1:
            return f"The folder is empty. Remove all {count} files at the destination too?"
        now = self._index.count() - count + scene.queued
        if not self._too_many(count, count, before, now):
            return ""  # the index need not be read for that
        lost = self._removals.lost()
        if self._too_many(lost.files, lost.untouched, before, now):
            return (
                f"{lost.files} files were deleted here, {now} are left. Remove them at the "
                "destination too?"
            )
        return ""

    def _too_many(self, lost: int, untouched: int, before: int, now: int) -> bool:
        limits = self.limits
        lost += self._removed if lost else 0
        return too_many(
            lost, untouched, before, now, limit_count=limits.count, limit_share=limits.share
        )

    def removed(self) -> None:
        """A removal was carried out: part of a deletion that may go on."""
        self._removed += 1

    def settled(self) -> None:
        """All is mirrored: what there is now is what losses are measured by, unless a deletion
        may still be going on."""
        count = self._index.count()
        before = int(self._db.get_meta(_SETTLED) or 0)
        if count < before and self._removed and self._removals.calm_seconds() < _CALM_SECONDS:
            return
        self._removed = 0
        if count != before:
            self._db.set_meta(_SETTLED, str(count))
        if self.is_accepted(CHANGES):
            self.use_up(CHANGES)

    def ask(self, question: Question) -> Question:
        """Ask, unless something is asked already: one question at a time."""
        pending = self.question()
        if pending is not None:
            return pending
        self._db.set_meta(QUESTION, json.dumps(asdict(question)))
        return question

    def ask_about_root(self, text: str) -> Question:
        """Whether a folder that was swapped is the right one."""
        return self.ask(Question(ROOT, text, 0, self._index.count(), time.time()))

    def ask_about_place(self, text: str) -> Question:
        """Whether a destination that lost what was sent there is the right one."""
        count = self._index.count()
        return self.ask(Question(PLACE, text, count, count, time.time()))

    def ask_about_changes(self, text: str, count: int) -> Question:
        """Whether so many files that lay untouched are to be replaced."""
        return self.ask(Question(CHANGES, text, count, self._index.count(), time.time()))

    def is_accepted(self, about: str) -> bool:
        """Whether a person said yes, and that still holds."""
        return self._db.get_meta(_ACCEPTED + about) is not None

    def use_up(self, about: str) -> None:
        """A yes that has done its work."""
        self._db.set_meta(_ACCEPTED + about, None)

    def withdraw_if_settled(self, scene: Scene) -> None:
        """Take the question back when enough of the files it was about are here again; new
        files are no reason to."""
        pending = self.question()
        if pending is None or pending.about != REMOVALS:
            return
        count = self._removals.waiting().count
        if not count or not self._text(count, pending.files, scene):
            self._db.set_meta(QUESTION, None)

    def withdraw_about(self, about: str) -> None:
        """All is as it was: the right folder is back, or its old content."""
        pending = self.question()
        if pending is not None and pending.about == about:
            self._db.set_meta(QUESTION, None)

    def drop_all(self) -> None:
        """Complete sync was switched off: nothing is removed any more, nothing is asked."""
        self._removals.clear()
        self.withdraw_about(REMOVALS)

    def question(self) -> Question | None:
        text = self._db.get_meta(QUESTION)
        return Question(**json.loads(text)) if text else None

    def answer(self, yes: bool) -> Question | None:
        """Decide the pending question and return it; None if there is none.

        A yes to removals covers those noted by now, none that come later. A no keeps the
        remote copies, which are no longer followed then. A no to a swapped destination, or to
        changes, leaves the question: nothing is sent until somebody says yes or all is as it
        was.
        """
        question = self.question()
        if question is None:
            return None
        if not yes and question.about in (PLACE, CHANGES):
            return question
        with self._db.transaction():
            self._db.set_meta(QUESTION, None)
            if question.about == REMOVALS and yes:
                self._db.set_meta(_ALLOWED, repr(self._removals.stamp()))
            elif question.about == REMOVALS:
                self._removals.give_up()
            elif question.about in (PLACE, CHANGES):
                self._db.set_meta(_ACCEPTED + question.about, "yes")
        return question

    @property
    def allowed_until(self) -> float:
        """Removals noted later than this stamp are not covered by the yes that is in force;
        infinite when none is."""
        return float(self._db.get_meta(_ALLOWED) or "inf")

    def _is_allowed(self) -> bool:
        until = self.allowed_until
        if until == float("inf"):
            return False
        if self._removals.batch(1, until=until):
            return True
        self._db.set_meta(_ALLOWED, None)
        return False
