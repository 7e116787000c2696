"""Counts a restore: how far it is, and what came of it."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from skynet_desktop.core.errors import ServiceError, SkynetError
from skynet_desktop.engine.restoring.catalogue import Stored
from skynet_desktop.engine.restoring.file import Outcome

log = logging.getLogger(__name__)

_MOST_FAILURES = 1_000
_TELL_SECONDS = 0.1
_GIVEN = (Outcome.RESTORED, Outcome.RENAMED, Outcome.REPLACED)


@dataclass(frozen=True, slots=True)
class Restoring:
    """Progress. Files and bytes that need nothing done count as done; ``path`` is one of those
    under way."""

    files: int
    total_files: int
    bytes: int
    total_bytes: int
    path: str


@dataclass(frozen=True, slots=True)
class Failure:
    """``reason`` is a sentence for the person."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it. ``files`` (with ``bytes``) were brought back, ``renamed`` and ``replaced``
    of them because their name was taken; ``same`` were here already; ``skipped`` have another
    file in their place; ``later`` turned out to be younger than the time asked for.

    ``failed`` are the first thousand of ``failures``. ``complete`` is False if it ended before
    all was tried, for the ``reason``, which lies with the service if ``by_service``; run again
    it goes on.
    """

    files: int
    bytes: int
    same: int
    skipped: int
    replaced: int
    failed: tuple[Failure, ...]
    complete: bool
    reason: str = ""
    renamed: int = 0
    later: int = 0
    failures: int = 0
    by_service: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Tally:
    """Safe from any thread. ``tell`` is called by one thread at a time, ten times a second."""

    def __init__(self, files: int, size: int, tell: Callable[[Restoring], None]) -> None:
        self._total_files = files
        self._total_bytes = size
        self._tell = tell
        self._lock = threading.Lock()
        self._outcomes: Counter[Outcome] = Counter()
        self._given_bytes = 0
        self._files = 0
        self._bytes = 0
        self._under_way: dict[str, int] = {}
        self._path = ""
        self._failed: list[Failure] = []
        self._failures = 0
        self._told_at = 0.0

    def part(self, stored: Stored, done: int) -> None:
        """So many bytes of it are here."""
        with self._lock:
            self._under_way[stored.path] = done
            self._path = stored.path
            self._say()

    def done(self, stored: Stored, outcome: Outcome) -> None:
        with self._lock:
            self._outcomes[outcome] += 1
            if outcome in _GIVEN:
                self._given_bytes += stored.size
            self._finish(stored)

    def failed(self, stored: Stored, reason: str) -> None:
        with self._lock:
            self._note(stored.path, reason)
            self._finish(stored)

    def missing(self, path: str, reason: str) -> None:
        """A path that was asked for and that nothing is known of."""
        with self._lock:
            self._note(path, reason)

    def result(self, end: SkynetError | None) -> Restored:
        """``end`` is why it ended early, None if it did not."""
        with self._lock:
            self._told_at = 0.0
            self._say()
            counts = self._outcomes
            return Restored(
                sum(counts[outcome] for outcome in _GIVEN),
                self._given_bytes,
                counts[Outcome.SAME],
                counts[Outcome.SKIPPED],
                counts[Outcome.REPLACED],
                tuple(self._failed),
                end is None,
                "" if end is None else end.reason,
                counts[Outcome.RENAMED],
                counts[Outcome.LATER],
                self._failures,
                isinstance(end, ServiceError),
            )

    def _note(self, path: str, reason: str) -> None:
        self._failures += 1
        if len(self._failed) < _MOST_FAILURES:
            self._failed.append(Failure(path, reason))

    def _finish(self, stored: Stored) -> None:
        self._under_way.pop(stored.path, None)
        self._files += 1
        self._bytes += stored.size
        self._path = stored.path
        self._say()

    def _say(self) -> None:
        now = time.monotonic()
        if self._told_at and now - self._told_at < _TELL_SECONDS:
            return
        self._told_at = now
        done = self._bytes + sum(self._under_way.values())
        told = Restoring(self._files, self._total_files, done, self._total_bytes, self._path)
        try:
            self._tell(told)
        except Exception:
            log.exception("whoever is told of a restore's progress failed")
