"""Mirror: one mapping's life: snap, watch, handle, lose the service and regain it."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from enum import IntEnum

from skynet_desktop.connections.base import Connection
from skynet_desktop.core.errors import (
    ConnectionLost,
    ServiceError,
    ServiceRefused,
    SkynetError,
    Stopped,
    StorageFull,
    sorted_error,
)
from skynet_desktop.core.events import Bus, State, StateChanged
from skynet_desktop.engine import adoption
from skynet_desktop.engine.dispatch import Lanes
from skynet_desktop.engine.handler import Handler
from skynet_desktop.engine.issues import Issue
from skynet_desktop.engine.mapping import Mapping, Spec
from skynet_desktop.engine.opening import open_connection
from skynet_desktop.engine.patrol import Patrol
from skynet_desktop.engine.status import (
    MappingStatus,
    Progress,
    forget_stop,
    iso,
    remember_stop,
)
from skynet_desktop.engine.workers import Spawn, Workers, spawn_thread

log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE, _FULL_PAUSE = 1.0, 60.0, 60.0
_ONCE_PATIENCE = 10.0  # seconds that a single run waits for an unreachable service
_BIG_LANE = 2


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
        self._bus = bus
        self._spawn = spawn
        self._m = Mapping(spec, bus)
        self._patrol = Patrol(self._m, watch=True)
        self._once = False
        self.closed = False
        self._paused = spec.paused
        self._wake = threading.Event()
        self._error: ServiceError | None = None
        self._handler: Handler | None = None
        self._connected = False
        self._running = 0
        self._ended = threading.Condition()
        self._state: State | None = None
        self._since = time.time()
        self._reason = ""

    # --- commands -----------------------------------------------------------------------

    def start(self, *, once: bool = False) -> None:
        """``once``: reconcile, work off, end; otherwise go on until :meth:`stop`."""
        self._once = once
        if once:
            self._patrol = Patrol(self._m, watch=False)
        forget_stop(self._m.db)
        if adoption.is_adopted(self._m):
            self._patrol.may_sweep.set()
        self._start_thread(self._patrol.run, "patrol")
        self._start_thread(self._run, "handler")

    def stop(self) -> None:
        """Tell all loops to end; returns at once."""
        self._m.stop()
        self._patrol.wake()
        self._wake.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until all loops have ended, then close the state; whether they did in time."""
        if self.closed:
            return True
        with self._ended:
            ended = self._ended.wait_for(lambda: self._running == 0, timeout)
        if ended:
            remember_stop(self._m.db, self.refresh()[0] is State.UP_TO_DATE)
            self.closed = True
            self._m.close()
        return ended

    @property
    def paused(self) -> bool:
        return self._paused

    def pause(self) -> None:
        self._paused = True
        self._nudge()

    def resume(self) -> None:
        """Go on; also try a service that refused once more."""
        self._paused = False
        self._nudge()

    def sync(self) -> None:
        """Sweep now, try everything that is parked now, and reconnect now."""
        self._m.q.unpark()
        self._patrol.request("Asked for.", 0.0)
        self._nudge()

    def answer(self, yes: bool) -> bool:
        """Answer the guard's question; False if there is none."""
        question = self._m.guard.answer(yes)
        if question is None:
            return False
        if question.about == "root" and yes:
            self._m.bind_to_root()
        self._patrol.request("A question was answered.", 0.0)
        self._nudge()
        return True

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
        failures = 0
        started = time.monotonic()
        try:
            while not self._m.stopping.is_set():
                if self._paused:
                    if self._once:
                        break
                    self._sleep(None)
                    continue
                try:
                    connection = self._connect()
                    lanes = lanes or self._make_lanes(connection)
                    self._handler = handler = self._make_handler(connection, lanes)
                    try:
                        handler.run()
                    finally:
                        self._connected = False
                        if handler.progressed:
                            failures = 0
                            started = time.monotonic()
                    if self._once and not self._paused:
                        break
                except Stopped:
                    continue
                except Exception as raised:
                    self._error = self._as_service_error(raised)
                    failures += 1
                    if self._once and self._gives_up(started):
                        break
                    self._sleep(self._pause_after(failures))
        finally:
            self._connected = False
            if lanes is not None:
                lanes.close()
            if self._once:
                self.stop()

    def _connect(self) -> Connection:
        connection = open_connection(self._m)
        self._error = self._handler = None
        self._connected = True
        self._patrol.may_sweep.set()
        self._patrol.wake()
        return connection

    def _make_handler(self, connection: Connection, lanes: Lanes) -> Handler:
        return Handler(
            self._m,
            connection,
            lanes,
            ends=lambda: self._paused or (self._once and bool(self._patrol.problem)),
            ends_when_idle=self._has_seen_all,
        )

    def _has_seen_all(self) -> bool:
        """For a single run: whether an empty Q means that all is done."""
        return self._once and self._swept()

    def _swept(self) -> bool:
        return self._patrol.swept_at is not None and not self._patrol.pending

    def _make_lanes(self, connection: Connection) -> Lanes:
        name = f"transfer-{self.name}"
        if connection.parallel <= _BIG_LANE:
            shared = Workers(name, 1, self._spawn)
            return Lanes(shared, shared)
        small = max(1, min(self.spec.workers, connection.parallel - _BIG_LANE))
        return Lanes(
            Workers(name, small, self._spawn), Workers(f"{name}-big", _BIG_LANE, self._spawn)
        )

    # --- losing the service -------------------------------------------------------------

    def _as_service_error(self, raised: Exception) -> ServiceError:
        error = sorted_error(raised)
        if isinstance(error, ServiceError):
            log.info("%s: %s", self.name, error)
            return error
        if isinstance(raised, SkynetError):  # no keyring, no permission on the remote folder
            log.info("%s: %s", self.name, raised)
            return ServiceRefused(raised.reason)
        log.error("%s: unexpected trouble", self.name, exc_info=raised)
        return ConnectionLost(f"Unexpected trouble: {type(raised).__name__}: {raised}")

    def _gives_up(self, since: float) -> bool:
        if not isinstance(self._error, ConnectionLost):
            return True
        return time.monotonic() - since > _ONCE_PATIENCE

    def _pause_after(self, failures: int) -> float | None:
        """Seconds until the next try, with jitter so that many clients do not come at once;
        None where only a person can help."""
        if isinstance(self._error, ServiceRefused):
            return None
        if isinstance(self._error, StorageFull):
            return _FULL_PAUSE
        pause: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failures - 1, 10))
        return pause * random.uniform(0.7, 1.0)

    def _sleep(self, seconds: float | None) -> None:
        self._wake.wait(seconds)
        self._wake.clear()

    # --- status -------------------------------------------------------------------------

    @property
    def outcome(self) -> Outcome:
        """How a single run ended. Valid before :meth:`join` closed the state."""
        if self._patrol.problem or self._m.guard.question() is not None:
            return Outcome.QUESTION
        if self._error is not None:
            return Outcome.UNREACHABLE
        return Outcome.ISSUES if self._m.issues.count() else Outcome.MIRRORED

    def status(self) -> MappingStatus:
        """Everything there is to say; counts what the destination holds."""
        counts = self._m.q.counts()
        question = self._m.guard.question()
        swept = self._m.db.get_meta("swept_at")
        state, reason = self.refresh()
        totals = self._m.index.totals()
        return MappingStatus(
            name=self.name,
            state=state,
            reason=reason,
            since=iso(self._since),
            queued=counts.ready + self._m.removals.waiting().count,
            in_flight=counts.in_flight,
            issues=self._m.issues.count(),
            last_reconcile=iso(float(swept)) if swept else None,
            files=totals.files,
            bytes=totals.bytes,
            question=question.text if question else "",
            unwatched=len(self._patrol.unwatched),
            paused=self._paused,
            progress=tuple(
                Progress(path, done, size) for path, (done, size) in [*self._m.progress.items()]
            ),
        )

    def refresh(self) -> tuple[State, str]:
        """Derive the state and its reason; publish them if they changed. Cheap."""
        swept = self._swept()  # asked first: what a sweep finds later is seen as work
        question = self._m.guard.question()
        state, reason = self._derive(
            self.work(), self._m.issues.count(), question.text if question else "", swept
        )
        if (state, reason) != (self._state, self._reason):
            if state is not self._state:
                self._since = time.time()
            self._state, self._reason = state, reason
            self._bus.publish(StateChanged(self.name, state, reason, self._since))
        return state, reason

    def work(self) -> int:
        """Actions and removals that are still to do."""
        counts = self._m.q.counts()
        return counts.ready + counts.in_flight + self._m.removals.waiting().count

    def issues(self) -> list[Issue]:
        return self._m.issues.all()

    def has_ended(self) -> bool:
        with self._ended:
            return self._running == 0

    def _derive(self, work: int, issues: int, question: str, swept: bool) -> tuple[State, str]:
        """The state in one word, worst first, and why."""
        error = self._error or (self._handler.lost if self._handler is not None else None)
        if question or self._patrol.problem:
            return State.ACTION_REQUIRED, question or self._patrol.problem
        if isinstance(error, ServiceRefused | StorageFull):
            return State.ACTION_REQUIRED, error.reason
        if error is not None:
            return State.OFFLINE, error.reason
        if self._paused:
            return State.PAUSED, ""
        if issues:
            return State.ISSUES, f"{issues} paths could not be mirrored."
        if self._patrol.unwatched:
            return State.ISSUES, (
                f"{len(self._patrol.unwatched)} folders cannot be watched and are looked at "
                f"every {self.spec.poll_seconds:.0f} s; raise fs.inotify.max_user_watches."
            )
        if work:
            return State.UPLOADING, ""
        if not swept or not (self._connected or self._m.stopping.is_set()):
            return State.CHECKING, ""
        return State.UP_TO_DATE, ""


def answer_stopped(spec: Spec, yes: bool) -> bool:
    """Answer the question of a mapping that does not run; False if there is none."""
    mirror = Mirror(spec, Bus(), spawn_thread)
    try:
        return mirror.answer(yes)
    finally:
        mirror.join(0)
