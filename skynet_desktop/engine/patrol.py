"""Patrol: keeps the eyes on one folder open, whether the service is reachable or not.

It checks that the folder is there and is still the same one, keeps the Watcher running, and
runs SyncSnap at start, when events may have been lost, on a timer, and when asked.
"""

from __future__ import annotations

import logging
import threading
import time
from itertools import islice

from skynet_desktop.core.errors import SkynetError, Stopped
from skynet_desktop.core.events import AttentionNeeded
from skynet_desktop.engine.guard import ROOT
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.watcher import Watcher

log = logging.getLogger(__name__)

_TICK_SECONDS = 3.0  # how soon a folder that went away or came back is noticed
_DELAY_SECONDS = 2.0  # a storm of requests becomes one sweep
_REST_FACTOR = 5.0  # a sweep that took a second is not repeated for five
_SAMPLE = 1_000


class Patrol:
    """``watch`` is off where one sweep is all that is wanted. Attributes may be read from any
    thread."""

    def __init__(self, mapping: Mapping, *, watch: bool) -> None:
        self._m = mapping
        self.watch = watch
        self._watcher: Watcher | None = None
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._due: float | None = time.monotonic()  # when the next sweep is due; None: no need
        self._took = 0.0
        self._swept = float("-inf")  # when the last sweep ended, on the monotonic clock
        self.problem = ""
        """Why the folder cannot be mirrored now; "" if it can."""
        self.swept_at: float | None = None
        """Start of the last completed sweep of this run, in seconds since 1970."""
        self.may_sweep = threading.Event()
        """Set once the index is in a state that a sweep may be held against."""

    # --- from other threads -------------------------------------------------------------

    def request(self, reason: str, delay: float = _DELAY_SECONDS) -> None:
        """Ask for a sweep, ``delay`` seconds from now at the latest."""
        log.debug("%s: sweep wanted: %s", self._m.name, reason)
        with self._lock:
            due = time.monotonic() + (max(delay, self._rest()) if delay else 0.0)
            self._due = due if self._due is None else min(self._due, due)
        self._wake.set()

    def wake(self) -> None:
        self._wake.set()

    @property
    def pending(self) -> bool:
        """Whether a sweep is wanted or running: then nothing is proven."""
        return self._due is not None or self._m.sweeping.is_set()

    @property
    def has_swept(self) -> bool:
        """Whether a sweep of this run is complete and none is wanted."""
        return self.swept_at is not None and not self.pending

    @property
    def unwatched(self) -> list[str]:
        """Folders that get no events and are polled."""
        watcher = self._watcher
        return watcher.unwatched if watcher is not None else []

    # --- the loop -----------------------------------------------------------------------

    def run(self) -> None:
        """Until the mapping is told to stop."""
        while not self._m.stopping.is_set():
            self._wake.clear()
            try:
                if self._folder_is_right():
                    self._keep_watching()
                    self._sweep_if_due()
            except Stopped:
                break
            except (OSError, SkynetError) as error:
                self._fail(f"The folder {self._m.mapper.local_base} cannot be read: {error}")
            except Exception:
                log.exception("%s: the patrol stumbled", self._m.name)
            self._wake.wait(self._pause())
        self._stop_watching()

    def _pause(self) -> float:
        if not self.may_sweep.is_set():
            return _TICK_SECONDS
        due = min(self._next_timed(), self._due or float("inf"))
        return min(_TICK_SECONDS, max(0.05, due - time.monotonic()))

    def _next_timed(self) -> float:
        """When a sweep is due that nobody asked for; sooner where folders are not watched."""
        every = self._m.spec.poll_seconds if self.unwatched else self._m.spec.rescan_seconds
        return self._swept + max(every, self._rest())

    def _rest(self) -> float:
        """How long no sweep follows one that took so long, unless a person asks."""
        return min(self._took * _REST_FACTOR, self._m.spec.rescan_seconds)

    # --- is it the folder? --------------------------------------------------------------

    def _folder_is_right(self) -> bool:
        try:
            changed = self._m.root_changed(in_full=True)
        except OSError as error:
            self._fail(
                f"The folder {self._m.mapper.local_base} is not there ({error.strerror}). "
                "If it is on a drive, connect it; mirroring goes on by itself then."
            )
            return False
        if changed and not self._is_accepted():
            return False
        if changed or self._m.db.get_meta("root") is None:
            self._m.bind_to_root()
        self._m.guard.withdraw_about(ROOT)
        if self.problem:
            self.problem = ""
            self.request("The folder is back.", 0.0)
        return True

    def _is_accepted(self) -> bool:
        """Another folder in the same place: fine if it holds the same files (a restored
        backup, a renumbered disk), a question if it does not (an unmounted one)."""
        known = list(islice(self._m.index.paths_below(""), _SAMPLE))
        here = sum(self._m.look(path) is not None for path in known)
        if not known or here >= len(known) / 2:
            return True
        question = self._m.guard.ask_about_root(
            f"The folder {self._m.mapper.local_base} is not the one that was mirrored before: "
            f"of {len(known)} known files {here} are in it. Mirror this one from now on?"
        )
        if not self.problem:
            self._m.bus.publish(AttentionNeeded(self._m.name, question.text))
        self._fail(question.text)
        return False

    def _fail(self, problem: str) -> None:
        if problem != self.problem:
            log.warning("%s: %s", self._m.name, problem)
        self.problem = problem
        self._m.q.put_event.set()  # whoever waits for work may have to end instead
        self.swept_at = None
        self._due = time.monotonic()
        self._stop_watching()

    # --- watching and sweeping ----------------------------------------------------------

    def _keep_watching(self) -> None:
        if not self.watch:
            return
        if self._watcher is not None and self._is_seeing():
            if self._watcher.has_reopened():
                self.request("A folder can be looked into again.", 0.0)
            return
        again = self._watcher is not None
        self._stop_watching()
        watcher = Watcher(
            self._m.mapper,
            self._m.filters,
            self._m.q,
            quiet_seconds=self._m.spec.quiet_seconds,
            rescan=self.request,
            on_actions=self._m.announce,
        )
        watcher.start()
        self._watcher = watcher
        if again:
            self.request("The watch was renewed.", 0.0)

    def _is_seeing(self) -> bool:
        return self._watcher is not None and (self._watcher.alive or "" in self._watcher.unwatched)

    def _stop_watching(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()

    def _sweep_if_due(self) -> None:
        if not self.may_sweep.is_set():
            return
        with self._lock:
            now = time.monotonic()
            if min(self._next_timed(), self._due or float("inf")) > now:
                return
            self._m.sweeping.set()
            self._due = None
        started = time.monotonic()
        started_at = time.time()
        try:
            if self._watcher is not None:
                self._watcher.refresh()
            result = self._m.snap.sweep()
            self._m.review()
        except BaseException:
            self._due = time.monotonic() + _DELAY_SECONDS
            raise
        finally:
            self._swept = time.monotonic()
            self._took = self._swept - started
            self._m.sweeping.clear()
        self.swept_at = started_at
        self._m.q.put_event.set()  # only now: whoever waits for it looks at swept_at
        self._m.db.set_meta("swept_at", repr(started_at))
        log.info("%s: swept %d files in %.1f s, %d to look at, %d missing",
                 self._m.name, result.files, self._took, result.queued, result.missing)  # fmt: skip
