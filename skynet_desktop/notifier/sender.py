"""The sender: takes batches from the outbox to the target, for as long as the app runs.

At least once: a batch leaves the outbox when the target has it, and arriving twice does no
harm. A target that is away is tried again, with growing pauses; one that refuses us waits for
a person, and is asked now and then. A batch refused for its rows is halved until the bad row
is found, which alone is given up.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from skynet_desktop.core.errors import ConnectionLost, ServiceRefused, SkynetError, Stopped
from skynet_desktop.credentials import redacted
from skynet_desktop.notifier.outbox import Batch, Outbox
from skynet_desktop.notifier.report import Report
from skynet_desktop.notifier.targets.base import Busy, RowsRefused, Target

log = logging.getLogger(__name__)

ROWS = 500
HEARTBEAT_SECONDS = 60.0
_FIRST_SECONDS = 5.0  # at most, before the first connection
_PACE_SECONDS = 1.0  # between small batches
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_REFUSED_SECONDS = 300.0
_LEAST_HEARTBEAT, _MOST_HEARTBEAT = 10.0, 3_600.0


class Sender:
    """``connect`` makes a target, and may block on the keyring; ``report`` makes a report of a
    batch. All but :meth:`run` is safe from any thread.

    The first connection loads the driver, which takes long and the processor from whoever else
    wants it; so it waits for :meth:`begin`, but not for long."""

    def __init__(
        self,
        outbox: Outbox,
        connect: Callable[[], Target],
        report: Callable[[Batch], Report],
    ) -> None:
        self._outbox = outbox
        self._connect = connect
        self._report = report
        self._target: Target | None = None
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._begun = threading.Event()
        self._anew = False
        self._ended = threading.Event()
        self._pause = 0.0
        self._problem: str | None = None  # nobody knows yet
        self.heartbeat = HEARTBEAT_SECONDS
        """Seconds between reports when nothing happens."""

    def begin(self) -> None:
        """There is time to connect."""
        self._begun.set()

    @property
    def has_begun(self) -> bool:
        return self._begun.is_set()

    def news(self) -> None:
        """Something waits in the outbox."""
        self._wake.set()

    def retry(self) -> None:
        """Connect anew, now: the settings or the token may have changed."""
        self._anew = True
        self._wake.set()

    def stop(self, seconds: float) -> None:
        """Send what waits if it goes quickly, then end, whatever hangs."""
        self._stopping.set()
        self._begun.set()
        self._wake.set()
        if not self._ended.wait(seconds) and self._target is not None:
            self._target.abort()
            self._ended.wait(0.1)

    def run(self) -> None:
        """Until :meth:`stop`."""
        self._begun.wait(_FIRST_SECONDS)
        self.begin()
        try:
            self._run()
        finally:
            if self._target is not None:
                self._target.close()
            self._ended.set()

    def _run(self) -> None:
        while True:
            last = self._stopping.is_set()
            full = self._round()
            if last and not full:
                return
            if full and not self._pause:
                continue
            if last:
                return
            self._rest()

    def _rest(self) -> None:
        """Until there is something to do; not before the pause of a failure is over."""
        if self._pause:
            until = time.monotonic() + self._pause
            while not self._anew and (left := until - time.monotonic()) > 0:
                if self._stopping.wait(min(left, 0.2)):
                    return
        else:
            if self._stopping.wait(min(_PACE_SECONDS, self.heartbeat)):
                return
            self._wake.wait(self.heartbeat)
        self._wake.clear()

    def _round(self) -> bool:
        """One batch, or a sign of life; whether more waits. Never raises."""
        if self._anew:
            self._anew, self._pause = False, 0.0
            if self._target is not None:
                self._target.close()
                self._target = None
        try:
            batch = self._outbox.take(ROWS)
            self._deliver(batch)
            self._outbox.told(batch)
            if len(batch) < ROWS:
                self._outbox.shrink()
        except (SkynetError, sqlite3.Error, OSError) as error:
            self._failed(error)
            return False
        except Exception as error:  # one that nobody foresaw must not end the reports for good
            log.exception("the monitor could not be told")
            self._failed(error)
            return False
        self._well()
        return len(batch) >= ROWS

    def _deliver(self, batch: Batch) -> None:
        try:
            self._send(batch)
        except RowsRefused as error:
            self._say_hello()
            self._in_halves(batch, error)

    def _say_hello(self) -> None:
        """A target that does not even take an empty report has nothing against our rows."""
        try:
            self._send(Batch())
        except RowsRefused as error:
            raise ServiceRefused(f"{error} Not even an empty report.") from error

    def _in_halves(self, batch: Batch, error: RowsRefused) -> None:
        if len(batch) <= 1:
            log.warning("the monitor cannot be told one thing: %s", error)
            return
        for half in _halves(batch):
            if self._stopping.is_set():
                raise Stopped("Stopped.")
            try:
                self._send(half)
            except RowsRefused as why:
                self._in_halves(half, why)

    def _send(self, batch: Batch) -> None:
        if self._target is None:
            self._target = self._connect()
        wanted = self._target.send(self._report(batch))
        if wanted:
            self.heartbeat = min(max(wanted, _LEAST_HEARTBEAT), _MOST_HEARTBEAT)

    # --- how it goes ----------------------------------------------------------------------

    def _failed(self, error: Exception) -> None:
        if self._stopping.is_set():
            return
        if isinstance(error, Busy):
            self._pause = error.seconds
        elif isinstance(error, ConnectionLost | sqlite3.Error | OSError):
            self._pause = min(_LONGEST_PAUSE, max(_FIRST_PAUSE, self._pause * 2))
        else:
            self._pause = _REFUSED_SECONDS
        self._pause *= random.uniform(0.7, 1.0)
        self._tell(redacted(str(error)))

    def _well(self) -> None:
        self._pause = 0.0
        self._tell("")

    def _tell(self, problem: str) -> None:
        """Once, in the log and for whoever asks."""
        if problem == self._problem:
            return
        if problem:
            log.warning("the monitor is not told for now: %s", problem)
        elif self._problem:
            log.info("the monitor is told again")
        self._problem = problem
        try:
            self._outbox.set("problem", {"words": problem, "since": time.time()})
        except sqlite3.Error as error:
            log.debug("the outbox could not note it: %s", error)


def _halves(batch: Batch) -> list[Batch]:
    """By table if there are several, else down the middle."""
    full = [name for name in ("mappings", "files", "events", "hours") if getattr(batch, name)]
    if len(full) > 1:
        return [Batch(**{name: getattr(batch, name)}) for name in full]
    rows = getattr(batch, full[0])
    middle = len(rows) // 2
    return [replace(Batch(), **{full[0]: part}) for part in (rows[:middle], rows[middle:])]
