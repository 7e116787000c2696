"""Remaining: about how many bytes wait to be sent."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass

from skynet_desktop.core.actions import Kind
from skynet_desktop.engine.mapping import Mapping

_SAMPLE = 500
_FRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Some ``paths`` that wait, each standing for ``share`` of them, and the bytes left of the
    files on their way."""

    paths: list[str]
    share: float
    on_the_way: int


class Remaining:
    """An estimate for the person, never for a decision: up to 500 files of the Q are looked at
    and stand for all. Two steps, because only the first needs the mapping's state open, and
    only the second may hang on a dead network share."""

    def __init__(self, mapping: Mapping) -> None:
        self._m = mapping
        self._known_at = float("-inf")
        self.known = 0
        """Bytes, as of the last look."""

    def sample(self) -> Sample | None:
        """What to look at; None while what is known is fresh."""
        if time.monotonic() - self._known_at < _FRESH_SECONDS:
            return None
        self._known_at = time.monotonic()
        moving = self._m.progress.copy()
        left = sum(size - done for done, size in moving.values())
        counts = self._m.q.counts()
        waiting = [a for a in self._m.q.sample(_SAMPLE) if a.src_path not in moving]
        share = (counts.ready + counts.in_flight - len(moving)) / max(1, len(waiting))
        sends = [action.src_path for action in waiting if action.kind is Kind.SEND]
        return Sample(sends, max(0.0, share), left)

    def weigh(self, sample: Sample) -> int:
        """The estimate in bytes; looks at the disk."""
        waiting = sum(self._size(path) for path in sample.paths) * sample.share
        self.known = round(waiting) + sample.on_the_way
        return self.known

    def _size(self, path: str) -> int:
        try:
            found = os.lstat(self._m.mapper.local(path))
        except (OSError, ValueError):
            return 0
        return found.st_size if stat.S_ISREG(found.st_mode) else 0
