"""The second look of a verification, and its tally.

What differs is a suspect first. Some while later it is looked at once more, with everything
asked afresh, so that a file that changed meanwhile is never reported falsely.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.core.errors import PathError, ServiceError, source_error
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.statedb import key
from skynet_desktop.engine.verifying.differences import Differences
from skynet_desktop.engine.verifying.judging import Case, Judgement, Rules, Verdict, judge
from skynet_desktop.engine.verifying.line import Line
from skynet_desktop.engine.verifying.listing import Listing
from skynet_desktop.engine.verifying.reading import unreadable
from skynet_desktop.engine.verifying.report import Difference, Fault

_BATCH = 500
_NOTED_SECONDS = 3.0
"""By then the Watcher has noted a deletion."""
_NOTED = "SELECT 1 FROM removals WHERE path=? UNION SELECT 1 FROM issues WHERE path=?"


class Tally:
    """What was found. Written by the verification's thread."""

    def __init__(self, differences: Differences) -> None:
        self._differences = differences
        self._pending: list[Difference] = []
        self.files = self.bytes = self.waiting = self.foreign = self.found = 0

    def count(self, case: Case, found: Judgement) -> None:
        if found is Verdict.WAITING or found is Verdict.CHANGED:
            self.waiting += 1
        elif found is Verdict.FOREIGN:
            self.foreign += 1
        elif found is not Verdict.KEPT:
            self.files += 1
            self.bytes += case.here.size if case.here is not None else 0
        if isinstance(found, Difference):
            self._pending.append(found)
            self.found += 1

    def flush(self) -> None:
        pending, self._pending = self._pending, []
        if pending:
            self._differences.add(pending)


class SecondLook:
    """For the verification's thread."""

    def __init__(
        self, mapping: Mapping, line: Line, listing: Listing, rules: Rules, tally: Tally
    ) -> None:
        self._m = mapping
        self._line = line
        self._listing = listing
        self._rules = rules
        self._tally = tally
        self._since = self._extra_at = float("-inf")

    def suspect(self, path: str, fault: Fault | None = None) -> None:
        if not self._listing.suspects:
            self._since = time.monotonic()
        if fault is Fault.EXTRA:
            self._extra_at = time.monotonic()
        self._listing.suspect(path)

    @property
    def age(self) -> float:
        """Seconds since the first of the present suspects was found; 0 without any."""
        return time.monotonic() - self._since if self._listing.suspects else 0.0

    def run(self, stopping: threading.Event, *, relist: bool) -> None:
        """Conclude on all suspects; by another listing with ``relist`` (which is spent then),
        or where files cannot be looked at singly."""
        if self._rules.live:
            stopping.wait(max(0.0, self._extra_at + _NOTED_SECONDS - time.monotonic()))
        relist = self._listing.suspects > 0 and (relist or not self._line.stats)
        if relist:
            self._listing.clear()
            for batch in self._line.batches():
                self._listing.put(batch)
        while paths := self._listing.take_suspects(_BATCH):
            for path in paths:
                self._line.check()
                self._conclude(path, relisted=relist)
            self._tally.flush()

    def folders(self, unreadable_ones: list[str]) -> None:
        """Folders that could not be read here: their files were not compared."""
        for folder in unreadable_ones:
            try:
                os.scandir(self._m.mapper.local(folder)).close()
            except FileNotFoundError:
                continue
            except OSError as error:
                reason = source_error(error).reason
                difference = Difference(folder, Fault.UNREADABLE, reason, repairable=False)
                self._tally.count(Case(folder, None, None, None), difference)
        self._tally.flush()

    def _conclude(self, path: str, *, relisted: bool) -> None:
        case = Case(path, None, None, None)
        found: Judgement
        try:
            case = replace(case, here=self._m.look(path), known=self._m.index.get(path))
        except OSError as error:
            found = unreadable(path, source_error(error))
        else:
            found = self._ask(case, relisted=relisted)
        if isinstance(found, Difference) and found.fault is Fault.EXTRA and self._is_underway(path):
            found = Verdict.WAITING
        self._tally.count(case, found)

    def _ask(self, case: Case, *, relisted: bool) -> Judgement:
        """A file that breaks two fresh connections in a row cannot be read, though the service
        as a whole can."""
        try:
            return self._judge(case, relisted=relisted)
        except ServiceError as lost:
            self._line.renew(lost)
        try:
            return self._judge(case, relisted=relisted)
        except ServiceError as lost:
            self._line.renew(lost)
            return unreadable(case.path, PathError(lost.reason))

    def _judge(self, case: Case, *, relisted: bool) -> Judgement:
        try:
            there = self._look_there(case.path, relisted=relisted)
        except PathError as error:
            return unreadable(case.path, error)
        case = replace(case, there=there)
        found = judge(case, self._rules)
        return self._line.compare(case) if found is Verdict.ASK else found

    def _look_there(self, path: str, *, relisted: bool) -> RemoteFile | None:
        return self._listing.get(path) if relisted else self._line.stat(path)

    def _is_underway(self, path: str) -> bool:
        """Whether the mapping is about to remove it, or has said why it cannot. While it has
        other work, a deletion or a rename may be part of that."""
        if not self._rules.live:
            return False
        counts = self._m.q.counts()
        if counts.ready or counts.in_flight or self._m.sweeping.is_set():
            return True
        with self._m.db.reading() as db:
            return db.execute(_NOTED, (key(path), key(path))).fetchone() is not None
