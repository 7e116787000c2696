"""Changes: most files that lay untouched are rewritten at once. A virus that encrypts them?

A few such changes pass at once. When there are more, they wait for some seconds until the
burst is over and can be seen whole; then either they all go, or a person is asked. Files that
change all the time, and new ones, are never held up. What merely got other times, content
untouched, is found out by looking into some of them.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from enum import Enum, auto
from itertools import islice
from typing import TYPE_CHECKING

from skynet_desktop.core.content import hash_of_file
from skynet_desktop.core.errors import PathError
from skynet_desktop.core.events import AttentionNeeded
from skynet_desktop.core.files import FileState
from skynet_desktop.engine.guard import CHANGES
from skynet_desktop.engine.index import Known
from skynet_desktop.engine.removals import UNTOUCHED_NS

if TYPE_CHECKING:
    from skynet_desktop.engine.mapping import Mapping

log = logging.getLogger(__name__)

_FEW = 20
"""So many pass without a wait."""
_LEAST, _MOST = 100, 25_000
"""Fewer are never asked about: of a handful, half is an everyday edit. More always are."""
_BURST_SECONDS, _LONGEST_SECONDS = 3.0, 20.0
_FORGET_SECONDS = 600.0
_SAMPLE = 12
_SAMPLE_BYTES = 32 * 1024 * 1024


class Verdict(Enum):
    GO = auto()
    SOON = auto()
    """Look again in a second."""
    ASKED = auto()
    """Not before somebody has answered."""


class Changes:
    """For the Handler's thread, but for :meth:`held`. Lives as long as its mapping."""

    def __init__(self, mapping: Mapping) -> None:
        self._m = mapping
        self._held: dict[str, Known] = {}
        self._released: set[str] = set()
        self._passed = 0
        self._first_at = self._last_at = float("-inf")

    def held(self) -> list[str]:
        """What waits, sorted; from any thread."""
        return sorted([*self._held])

    def found(self) -> Iterator[str]:
        """The same for a mapping that does not run: looks at every file."""
        for key, known in self._m.index.rows():
            path = os.fsdecode(key)
            with contextlib.suppress(OSError):
                local = self._m.look(path)
                if local not in (None, known.state) and self._is_of_untouched(local, known):
                    yield path

    def verdict(self, path: str, local: FileState, known: Known | None) -> Verdict:
        """Whether the change of this path to ``local`` may go on its way now."""
        if not self._is_of_untouched(local, known) or self._m.guard.is_accepted(CHANGES):
            self._held.pop(path, None)
            return Verdict.GO
        assert known is not None
        if path in self._released:
            self._released.discard(path)
            return Verdict.GO
        if known.state.same_content(local) and self._is_same(path, known) is not False:
            self.put_back(path)  # restored from a backup, which changes the ctime alone
            return Verdict.GO
        now = time.monotonic()
        if path not in self._held and len(self._held) < _MOST:
            if now - self._last_at > _FORGET_SECONDS:
                self._passed = 0
            self._first_at = self._first_at if self._held else now
            self._last_at = now
            self._held[path] = known
        return self._decide(path, now)

    def put_back(self, path: str) -> None:
        """The file is as the remote has it, or gone: it is no change any more."""
        if self._held.pop(path, None) is not None and self._is_asked() and not self._are_many():
            self._m.guard.withdraw_about(CHANGES)
            self._m.q.unpark()

    def settled(self) -> None:
        """Everything was looked at: a question that is about nothing any more is withdrawn."""
        if not self._held:
            self._m.guard.withdraw_about(CHANGES)

    def _decide(self, path: str, now: float) -> Verdict:
        if self._is_asked():
            return Verdict.ASKED
        if self._passed < _FEW:
            return self._pass(path)
        calm = now - self._last_at >= _BURST_SECONDS
        full = len(self._held) >= _MOST
        if not calm and not full and now - self._first_at < _LONGEST_SECONDS:
            return Verdict.SOON
        if self._are_many() and not self._are_the_same():
            self._ask()
            return Verdict.ASKED
        self._released.update(self._held)
        self._passed += len(self._held) - 1
        self._held.clear()
        self._released.discard(path)
        return self._pass(path)

    def _pass(self, path: str) -> Verdict:
        self._held.pop(path, None)
        self._passed += 1
        return Verdict.GO

    def _is_asked(self) -> bool:
        question = self._m.guard.question()
        return question is not None and question.about == CHANGES

    @staticmethod
    def _is_of_untouched(local: FileState | None, known: Known | None) -> bool:
        """Whether the version that would be replaced had rested before this change."""
        if local is None or known is None or not known.sure:
            return False
        rested = max(known.state.mtime_ns, known.state.ctime_ns)
        if rested > time.time_ns():
            return True  # the clock was set back, and tells nothing
        return max(local.mtime_ns, local.ctime_ns) - rested > UNTOUCHED_NS

    def _are_many(self) -> bool:
        many = self._passed + len(self._held)
        share = self._m.guard.limits.change_share
        if share >= 1:
            return False  # switched off
        return many >= _MOST or (many >= _LEAST and many > share * self._m.index.count())

    def _are_the_same(self) -> bool:
        """Whether those that can be told have the content that the remote has."""
        step = max(1, len(self._held) // _SAMPLE)
        some = islice(self._held.items(), 0, None, step)
        told = [same for path, known in some if (same := self._is_same(path, known)) is not None]
        return bool(told) and all(told)

    def _is_same(self, path: str, known: Known) -> bool | None:
        """Whether the content is the remote's; None if that cannot be told quickly."""
        if known.hash is None or known.state.size > _SAMPLE_BYTES:
            return None
        try:
            return hash_of_file(self._m.mapper.local(path), lambda: None) == known.hash
        except PathError:
            return False

    def _ask(self) -> None:
        count, files = len(self._held), self._m.index.count()
        question = self._m.guard.ask_about_changes(
            f"{count} of {files} files were changed at once that nobody had touched for a day. "
            "If you did not do this, a virus may be encrypting them. Send the changed files?",
            count,
        )
        examples = tuple(self.held()[:20])
        self._m.bus.publish(AttentionNeeded(self._m.name, question.text, examples))
        log.warning("%s: %s", self._m.name, question.text)
