"""Mirror: one mapping's life: snap, watch, handle, lose the service and regain it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from itertools import islice

from skynet_desktop.connections.base import Connection
from skynet_desktop.core.actions import send
from skynet_desktop.core.errors import ConnectionLost, Stopped
from skynet_desktop.core.events import Bus, State
from skynet_desktop.core.files import FileState
from skynet_desktop.engine import adoption
from skynet_desktop.engine.dispatch import Lanes
from skynet_desktop.engine.guard import CHANGES, PLACE, REMOVALS, ROOT
from skynet_desktop.engine.handler import Handler
from skynet_desktop.engine.holds import Holds
from skynet_desktop.engine.issues import Issue
from skynet_desktop.engine.mapping import Mapping, Spec
from skynet_desktop.engine.opening import open_connection
from skynet_desktop.engine.outage import Outage
from skynet_desktop.engine.patrol import Patrol
from skynet_desktop.engine.standing import Standing
from skynet_desktop.engine.status import MappingStatus, forget_stop
from skynet_desktop.engine.verifying.report import Difference, Verified, Verifying
from skynet_desktop.engine.verifying.verifier import Verifier
from skynet_desktop.engine.workers import Spawn, Workers, spawn_thread

_ONCE_PATIENCE = 10.0  # seconds that a single run waits for an unreachable service
_BIG_LANE = 2
_LONGEST_SLEEP = 3600.0  # seconds: somebody may set the clock meanwhile


class Outcome(IntEnum):
    """How a single run ended; the terminal's exit codes. Later ones outweigh earlier."""

    MIRRORED = 0
    ISSUES = 3
    UNREACHABLE = 4
    QUESTION = 5


class Mirror:
    """Starts its threads through ``spawn``. Methods are safe from any thread."""

    def __init__(self, spec: Spec, bus: Bus, spawn: Spawn) -> None:
        self.spec = spec
        self.name = spec.name
        self._spawn = spawn
        self._m = Mapping(spec, bus)
        self._patrol = Patrol(self._m, watch=True)
        self._once = False
        self._holds = Holds(spec.hours)
        if spec.paused:
            self._holds.pause(spec.paused_until)
        self._held = self._holds.present() is not None
        self._outage = Outage(spec.name)
        self._asked = False
        """By a person, to try a service again that refused."""
        self._wake = threading.Event()
        self._running = 0
        self._ended = threading.Condition()
        self._verifier = Verifier(self._m, self._start_thread, spawn)
        self._standing = Standing(
            self._m, self._patrol, self._holds, self._outage, self._verifier
        )  # fmt: skip

    # --- commands -----------------------------------------------------------------------

    def start(self, *, once: bool = False) -> None:
        """``once``: reconcile, work off, end; otherwise go on until :meth:`stop`."""
        self._once = once
        self._verifier.live = True
        self._patrol.watch = not once
        forget_stop(self._m.db)
        if adoption.is_adopted(self._m):
            self._patrol.may_sweep.set()
        self._start_thread(self._patrol.run, "patrol")
        self._start_thread(self._run, "handler")

    def stop(self) -> None:
        """Tell all loops to end; returns at once."""
        self._m.stop()
        self._verifier.stop()
        self._patrol.wake()
        self._wake.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until all loops have ended, then close the state; whether they did in time."""
        with self._ended:
            if not self._ended.wait_for(lambda: self._running == 0, timeout):
                return False
        self._standing.close()
        return True

    @property
    def closed(self) -> bool:
        return self._m.closed

    @property
    def paused(self) -> bool:
        """By the person, as of now."""
        return self._holds.paused

    def pause(self, until: float = 0.0) -> None:
        """``until`` in seconds since 1970, when it goes on by itself; 0 for never."""
        self._holds.pause(until)
        self._nudge()

    def resume(self) -> None:
        """Go on; also try a service that refused once more."""
        self._holds.resume()
        self._asked = True
        self._nudge()

    def hold(self, reason: str) -> None:
        """Send nothing for this reason, a sentence for the person, until called with an empty
        one."""
        before = self._holds.present()
        self._holds.hold(reason)
        if self._holds.present() != before:
            self._nudge()

    def reconfigure(self, spec: Spec) -> None:
        """Take over what needs no new start: pause, hours, limits, and how to connect the next
        time. All else in ``spec`` must be as before."""
        before, was_paused = self._holds.present(), self.paused
        self.spec = self._m.spec = spec
        self._m.guard.limits = spec.limits
        self._holds.hours = spec.hours
        if spec.paused:
            self._holds.pause(spec.paused_until)
        elif was_paused:
            self.resume()
        if self._holds.present() != before:
            self._nudge()

    def sync(self) -> None:
        """Sweep now, try everything that is parked now, and reconnect now."""
        with self._m.open:
            if not self._m.closed:
                self._m.q.unpark()
        self._patrol.request("Asked for.", 0.0)
        self._asked = True
        self._nudge()

    def retry(self, path: str) -> None:
        """Look at this one path now, whatever is parked for it."""
        with self._m.open:
            if not self._m.closed:
                self._m.q.put(send(path))  # finds out by itself what the path needs

    def wake(self) -> None:
        """The computer woke, or the network is back: reconnect now, and look whether anything
        happened unseen. A service that refused is left alone. Safe to call often."""
        self._outage.start_over()
        self._patrol.request("Awake again.")
        self._nudge()

    def answer(self, yes: bool) -> str:
        """Answer the guard's question; returns what it was about, or "" if there was none."""
        with self._m.open:
            question = None if self._m.closed else self._m.guard.answer(yes)
            if question is None:
                return ""
            if question.about == ROOT and yes:
                self._m.bind_to_root()
            if question.about == CHANGES and yes:
                self._m.q.unpark()
            if question.about == PLACE and yes:
                self._asked = True  # a swapped destination counts as one that refused
        self._patrol.request("A question was answered.", 0.0)
        self._nudge()
        return question.about

    def would_go(self, limit: int, after: str = "") -> list[str]:
        """The paths that the present question is about, in the order of their names."""
        with self._m.open:
            question = None if self._m.closed else self._m.guard.question()
            if question is not None and question.about == REMOVALS:
                return self._m.removals.batch(limit, after)
        if question is not None and question.about == CHANGES:
            held = self._m.changes.held() or self._m.changes.found()
            return list(islice((path for path in held if path > after), limit))
        return []

    def held(self, paths: Iterable[str]) -> dict[str, int]:
        """Of these paths those that the destination surely holds, with their sizes in bytes."""
        with self._m.open:
            return {} if self._m.closed else self._m.index.sure_sizes(paths)

    def held_below(self, folder: str) -> Iterator[tuple[str, FileState]]:
        """All files below the folder ("" for all) that the destination surely holds, in the
        versions it holds; ends early when the mapping ends."""
        rows = self._m.index.sure_states(folder)
        while True:
            with self._m.open:
                row = None if self._m.closed else next(rows, None)
            if row is None:
                return
            path, state = row
            if state is not None:
                yield os.fsdecode(path), FileState._make(state)

    # --- verification -------------------------------------------------------------------

    def verify(self, deep: bool, repair: bool = False) -> bool:
        """Prove that the remote holds what is here, on a thread of its own; ``deep`` reads all
        back, ``repair`` puts right what differs. False if a verification runs already."""
        return self._verifier.start(deep=deep, repair=repair)

    def stop_verifying(self) -> None:
        """It ends within a second."""
        self._verifier.stop()

    @property
    def verifying(self) -> Verifying | None:
        return self._verifier.verifying

    @property
    def verified(self) -> Verified | None:
        """How the last one ended, also in an earlier run of the app."""
        return self._verifier.verified

    def repair(self) -> int:
        """Have what the last one found put right by the mapping's ordinary work; returns how
        many paths were queued."""
        return self._verifier.repair()

    def differences(self, limit: int, after: str = "") -> list[Difference]:
        """What the last one found, in the order of the paths, behind ``after``."""
        return self._verifier.differences(limit, after)

    def _nudge(self) -> None:
        self._wake.set()
        self._m.q.put_event.set()

    # --- the loop -----------------------------------------------------------------------

    def _start_thread(self, loop: Callable[[], None], name: str) -> None:
        def run() -> None:
            try:
                loop()
            finally:
                with self._ended:
                    self._running -= 1
                    self._ended.notify_all()

        with self._ended:
            self._running += 1
        self._spawn(run, f"{name}-{self.name}")

    def _run(self) -> None:
        lanes: Lanes | None = None
        started = time.monotonic()
        try:
            while not self._m.stopping.is_set():
                hold = self._holds.present()
                if hold is not None and self._once:
                    break
                if hold is not None:
                    self._standing.handler = None
                    self._outage.rest()
                    self._sleep(hold.until)
                    continue
                if self._outage.refused and not self._asked:
                    self._sleep(None)
                    continue
                self._asked = False
                try:
                    connection = self._connect()
                    lanes = lanes or self._make_lanes(connection)
                    self._standing.handler = handler = self._make_handler(connection, lanes)
                    try:
                        handler.run()
                    finally:
                        self._standing.connected = False
                        self._asked = False  # what was asked for while it worked
                        if handler.progressed:
                            self._outage.start_over()
                            started = time.monotonic()
                    if self._once and self._holds.present() is None:
                        break
                except Stopped:
                    continue
                except Exception as raised:
                    self._outage.note(raised)
                    if self._once and self._gives_up(started):
                        break
                    self._rest(self._outage.retry_in())
        finally:
            self._standing.connected = False
            if lanes is not None:
                lanes.close()
            if self._once:
                self.stop()

    def _connect(self) -> Connection:
        self._outage.retry_at = None
        connection = open_connection(self._m, self._spawn)
        self._outage.over()
        self._standing.handler = None
        self._standing.connected = True
        if self._m.forgot_remote:
            self._m.forgot_remote = False
            self._patrol.request("The index was made anew.", 0.0)
        self._patrol.may_sweep.set()
        self._patrol.wake()
        return connection

    def _gives_up(self, since: float) -> bool:
        """For a single run: whether another try makes no sense."""
        if not isinstance(self._outage.error, ConnectionLost):
            return True
        return time.monotonic() - since > _ONCE_PATIENCE

    def _sleep(self, until: float | None) -> None:
        """Until this time, in seconds since 1970, or until nudged."""
        self._rest(None if until is None else max(0.0, until - time.time()))

    def _rest(self, seconds: float | None) -> None:
        """For so long, or until nudged."""
        self._wake.wait(None if seconds is None else min(seconds, _LONGEST_SLEEP))
        self._wake.clear()

    def _make_handler(self, connection: Connection, lanes: Lanes) -> Handler:
        return Handler(
            self._m,
            connection,
            lanes,
            ends=lambda: (
                self._holds.present() is not None or (self._once and bool(self._patrol.problem))
            ),
            ends_when_idle=self._has_seen_all,
        )

    def _has_seen_all(self) -> bool:
        """For a single run: whether an empty Q means that all is done."""
        return self._once and self._patrol.has_swept

    def _make_lanes(self, connection: Connection) -> Lanes:
        name = f"transfer-{self.name}"
        if connection.parallel <= _BIG_LANE:
            shared = Workers(name, 1, self._spawn)
            return Lanes(shared, shared)
        small = max(1, min(self.spec.workers, connection.parallel - _BIG_LANE))
        return Lanes(
            Workers(name, small, self._spawn), Workers(f"{name}-big", _BIG_LANE, self._spawn)
        )

    # --- status -------------------------------------------------------------------------

    @property
    def outcome(self) -> Outcome:
        """How a single run ended. Valid before :meth:`join` closed the state."""
        if self._patrol.problem or self._m.guard.question() is not None:
            return Outcome.QUESTION
        if self._outage.error is not None:
            return Outcome.UNREACHABLE
        return Outcome.ISSUES if self._m.issues.count() else Outcome.MIRRORED

    def status(self) -> MappingStatus:
        """Everything there is to say; looks at some of the files that wait."""
        return self._standing.status()

    def refresh(self) -> tuple[State, str]:
        """Derive the state and its reason; publish them if they changed. Cheap.

        A hold may begin while the Handler rests, and a computer that slept, or a clock that was
        set, may end one before our own waits do: this notices.
        """
        held = self._holds.present() is not None
        if held != self._held:
            self._held = held
            self._nudge()
        ready = self._standing.connected and self._patrol.swept_at is not None
        self._verifier.tick(free=ready and not (held or self._once))
        return self._standing.refresh()

    def work(self) -> int:
        """Actions and removals that are still to do."""
        return self._standing.work()

    def issues(self) -> list[Issue]:
        return self._standing.issues()

    def has_ended(self) -> bool:
        with self._ended:
            return self._running == 0


def answer_stopped(spec: Spec, yes: bool) -> str:
    """Answer the question of a mapping that does not run; what it was about, or ""."""
    with _at_rest(spec) as mirror:
        return mirror.answer(yes)


def stopped_would_go(spec: Spec, limit: int, after: str) -> list[str]:
    """What the question of a mapping that does not run is about, as :meth:`Mirror.would_go`."""
    with _at_rest(spec) as mirror:
        return mirror.would_go(limit, after)


@contextmanager
def _at_rest(spec: Spec) -> Iterator[Mirror]:
    mirror = Mirror(spec, Bus(), spawn_thread)
    try:
        yield mirror
    finally:
        mirror.join(0)  # closes its state
