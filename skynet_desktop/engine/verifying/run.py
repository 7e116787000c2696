"""One verification from start to end, on a connection of its own."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from functools import partial

from skynet_desktop.core.errors import PathError, SkynetError, SourceVanished, Stopped, sorted_error
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.verifying.again import SecondLook, Tally
from skynet_desktop.engine.verifying.differences import Differences
from skynet_desktop.engine.verifying.judging import Case, Judgement, Rules, Verdict, judge
from skynet_desktop.engine.verifying.line import Line
from skynet_desktop.engine.verifying.listing import Listing
from skynet_desktop.engine.verifying.report import Difference, Verified, Verifying
from skynet_desktop.engine.verifying.walk import Walk
from skynet_desktop.engine.workers import Spawn

log = logging.getLogger(__name__)

_MANY = 500
"""More suspects than this are told apart by another listing, which costs fewer requests."""
_REST_SECONDS = 30.0
"""How old a suspect becomes while the verification goes on."""


class Verification:
    """:meth:`run` once; :meth:`stop` and ``progress`` from any thread. ``live``: the mapping
    runs, so that what it has not sent yet is on its way."""

    def __init__(
        self, mapping: Mapping, differences: Differences, spawn: Spawn, *, deep: bool, live: bool
    ) -> None:
        self.deep = deep
        self._m = mapping
        self._differences = differences
        self._spawn = spawn
        self._live = live
        self._stopping = threading.Event()
        self._why_stopped = ""
        self._tally = Tally(differences)
        self._line: Line | None = None
        self._listing: Listing | None = None
        self._total = 0

    @property
    def progress(self) -> Verifying:
        tally, listing = self._tally, self._listing
        found = tally.found + (listing.suspects if listing is not None else 0)
        total = max(self._total, tally.files)
        return Verifying(self.deep, tally.files, total, self._bytes, found)

    @property
    def _bytes(self) -> int:
        return self._line.bytes if self.deep and self._line is not None else self._tally.bytes

    def stop(self, reason: str = "It was stopped.") -> None:
        """It ends within a second."""
        self._why_stopped = reason
        self._stopping.set()

    def run(self) -> Verified:
        """Raises nothing that the service or this disk may bring about."""
        started = time.time()
        reason = ""
        self._differences.begin()
        try:
            self._verify()
        except Stopped:
            reason = self._why_stopped
        except SkynetError as error:
            reason = error.reason
        except sqlite3.Error as error:
            reason = f"What was listed cannot be kept on this computer's disk: {error}."
        except OSError as error:
            folder = self._m.mapper.local_base
            reason = f"The folder {folder} cannot be read: {error.strerror or error}."
        except Exception as error:
            log.exception("%s: the verification failed", self._m.name)
            reason = sorted_error(error).reason
        self._tally.flush()
        tally = self._tally
        return self._differences.finish(
            Verified(
                self._m.name, self.deep, started, time.time(), tally.files, self._bytes,
                tally.waiting, tally.foreign, complete=not reason, reason=reason,
            )
        )  # fmt: skip

    def _verify(self) -> None:
        self._check_folder()
        state = self._m.spec.state_folder
        folder = state / "verifying"
        self._line = line = Line(self._m, folder, self._spawn, self._stopping, deep=self.deep)
        try:
            line.open()
            with Listing(folder, folds=line.folds_names) as listing:
                self._listing = listing
                for batch in line.batches():
                    listing.put(batch)
                self._total = self._m.index.count() or listing.count()
                rules = Rules(self._live, self._m.spec.complete_sync, self.deep, line.keeps_times)
                again = SecondLook(self._m, line, listing, rules, self._tally)
                walk = Walk(self._m, listing)
                self._compare(walk, line, listing, again, rules)
                again.run(self._stopping, relist=listing.suspects > _MANY)
                again.folders(walk.unreadable)
            self._check_folder()
        finally:
            line.close()

    def _compare(
        self, walk: Walk, line: Line, listing: Listing, again: SecondLook, rules: Rules
    ) -> None:
        def note(case: Case, found: Judgement) -> None:
            if isinstance(found, Difference):
                again.suspect(case.path, found.fault)
            elif found is Verdict.CHANGED:
                again.suspect(case.path)
            else:
                self._tally.count(case, found)

        for case in walk.cases():
            line.check()
            found = judge(case, rules)
            if found is not Verdict.ASK:
                note(case, found)
                continue
            line.submit(
                case,
                partial(note, case),
                partial(again.suspect, case.path),
            )
            if again.age > _REST_SECONDS and listing.suspects <= _MANY and line.stats:
                again.run(self._stopping, relist=False)
        line.finish()

    def _check_folder(self) -> None:
        """A folder that is not there, or not the one, says nothing about its files."""
        folder = self._m.mapper.local_base
        try:
            changed = self._m.root_changed()
        except OSError as error:
            raise SourceVanished(
                f"The folder {folder} is not there ({error.strerror}). If it is on a drive, "
                "connect it."
            ) from error
        if changed:
            raise PathError(f"The folder {folder} is not the one that was mirrored before.")
