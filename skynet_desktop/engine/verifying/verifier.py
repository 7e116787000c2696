"""Verifier: one mapping's verifications, asked for or due, one at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from skynet_desktop.core.events import VerifyDone
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.verifying.differences import Differences
from skynet_desktop.engine.verifying.repair import repair
from skynet_desktop.engine.verifying.report import Difference, Verified, Verifying
from skynet_desktop.engine.verifying.run import Verification
from skynet_desktop.engine.verifying.schedule import Schedule
from skynet_desktop.engine.workers import Spawn

log = logging.getLogger(__name__)

Begin = Callable[[Callable[[], None], str], None]


class Verifier:
    """Safe from any thread. ``begin`` starts a thread that the mirror waits for at its end,
    ``spawn`` those that may be left alone with a service that does not answer."""

    def __init__(self, mapping: Mapping, begin: Begin, spawn: Spawn) -> None:
        self._m = mapping
        self._begin = begin
        self._spawn = spawn
        self._differences = Differences(mapping.db)
        self._schedule = Schedule(mapping.db)
        self._lock = threading.Lock()
        self._running: Verification | None = None
        self._is_timed = False
        self.live = False
        """Whether the mapping mirrors meanwhile."""

    def start(self, *, deep: bool, repair: bool = False, timed: bool = False) -> bool:
        """False if one runs already, or the mapping has ended."""
        with self._m.open, self._lock:
            if self._running is not None or self._m.closed or self._m.stopping.is_set():
                return False
            run = Verification(
                self._m, self._differences, self._spawn, deep=deep, live=self.live
            )  # fmt: skip
            self._running, self._is_timed = run, timed
            self._begin(lambda: self._run(run, repair), "verify")
        return True

    def stop(self, reason: str = "It was stopped.") -> None:
        """Tell the one that runs to end; returns at once."""
        with self._lock:
            if self._running is not None:
                self._running.stop(reason)

    def tick(self, *, free: bool) -> None:
        """Once a second: begin one that is due, if the mapping is ``free`` for it, and end one
        that began by itself when it no longer is."""
        if self._running is not None:
            if not free and self._is_timed:
                self.stop("Nothing is sent now; it is tried again later.")
            return
        spec = self._m.spec
        if not free or spec.verify_seconds <= 0:
            return
        with self._m.open:
            due = not self._m.closed and self._schedule.is_due(spec.verify_seconds)
        if due:
            log.info("%s: a verification is due", self._m.name)
            self.start(deep=spec.verify_deep, timed=True)

    @property
    def verifying(self) -> Verifying | None:
        running = self._running
        return running.progress if running is not None else None

    @property
    def verified(self) -> Verified | None:
        """The last one, also of an earlier run of the app."""
        return self._differences.last

    @property
    def left(self) -> int:
        """Differences that nobody has set about putting right."""
        return self._differences.left

    def differences(self, limit: int, after: str) -> list[Difference]:
        with self._m.open:
            return [] if self._m.closed else self._differences.page(limit, after)

    def repair(self) -> int:
        return repair(self._m, self._differences)

    def _run(self, run: Verification, repairs: bool) -> None:
        try:
            verified = run.run()
            self._schedule.ended(verified.complete)
            if repairs and verified.complete:
                self.repair()
        finally:
            self._running = None
        name, files, count = verified.mapping, verified.files, verified.differences
        log.info("%s: %d files verified, %d differ. %s", name, files, count, verified.reason)
        self._m.bus.publish(VerifyDone(name, verified.deep, files, count, verified.complete))
