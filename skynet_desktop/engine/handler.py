"""Handler: takes actions from the Q, has workers run them on a Connection, commits.

One thread looks (engine.looks), claims paths, hands jobs to workers and writes down what came
back, in batches a few times a second. An action leaves the Q only after the remote confirmed
it and the index recorded it. A path that fails is parked; only an error of the service as a
whole ends the Handler, which then gives back all that was under way.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable

from skynet_desktop.connections.base import Connection, Settles
from skynet_desktop.core.actions import send
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathError,
    RemoteMissing,
    ServiceError,
    SourceChanged,
    SourceVanished,
    Stopped,
    sorted_error,
)
from skynet_desktop.core.events import Failed
from skynet_desktop.engine.claims import Claims
from skynet_desktop.engine.dispatch import Dispatch, Lanes
from skynet_desktop.engine.jobs import Job, MoveJob, RemoveJob, SendJob
from skynet_desktop.engine.looks import Held, Later, Looks
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.queue import Taken
from skynet_desktop.engine.reaper import Reaper
from skynet_desktop.engine.together import commit_together, intend_together

log = logging.getLogger(__name__)

_COMMIT_SECONDS = 0.2
_COMMIT_JOBS = 500
_MAX_IN_FLIGHT = 1_024
_MAX_DEFERRED = 200
_LATER_SECONDS = 0.5
_HELD_SECONDS = 3_600.0  # an answer comes before, or they are looked at once more
_BIG_WAITING = 4
_IDLE_SECONDS = 30.0
_TRANSIENT = (SourceVanished, SourceChanged, PathBlocked, RemoteMissing)
_TRANSIENT_TRIES = 4
_DRAIN_SECONDS = 1.5


class Handler:
    """Runs one mapping's actions on one connection, which is spent afterwards if
    :meth:`run` raised."""

    def __init__(
        self,
        mapping: Mapping,
        connection: Connection,
        lanes: Lanes,
        *,
        ends: Callable[[], bool],
        ends_when_idle: Callable[[], bool],
    ) -> None:
        """``ends`` and ``ends_when_idle`` are asked all the time whether to end: at once, or
        as soon as nothing is left to do."""
        self._m = mapping
        self._connection = connection
        self._ends = ends
        self._ends_when_idle = ends_when_idle
        self._dispatch = Dispatch(connection, lanes, mapping.bus, mapping.q.put_event.set)
        self._looks = Looks(mapping, connection, self._dispatch.halt)
        self._claims = Claims()
        self._reaper = Reaper(mapping, connection, self._claims, self._dispatch.halt)
        self._waiting_claims = Claims()
        self._deferred: list[Taken] = []
        self._big: deque[Taken] = deque()
        """Big files that wait for room in their lane."""
        self._finished: list[Job] = []
        self._committed_at = time.monotonic()
        self._tries: dict[str, int] = {}
        self.lost: ServiceError | None = None
        """What will end :meth:`run` as soon as the workers are back."""
        self.progressed = False
        """Whether anything was confirmed: then a loss is a new one, not the old going on."""

    def run(self) -> None:
        """Until told to end. Raises the :class:`ServiceError` that ended it otherwise."""
        try:
            while self.lost is None and not self._m.stopping.is_set():
                self._m.q.put_event.clear()
                self._collect()
                self._commit(force=False)
                # Asked first: what is found after the answer must be seen by the look.
                ends_when_idle = self._ends_when_idle()
                idle = self._fill()
                if self._ends() or (idle and ends_when_idle):
                    break
                self._m.q.put_event.wait(self._wait_seconds())
        finally:
            self._drain()
        if self.lost is not None:
            raise self.lost

    # --- from the Q to the workers ------------------------------------------------------

    def _fill(self) -> bool:
        """Hand out what there is room for; True if nothing at all is left to do."""
        if self.lost is not None or not self._is_right_folder():
            return False
        again, self._deferred = self._deferred, []
        for _ in range(min(len(self._big), _BIG_WAITING - self._dispatch.big_waiting)):
            again.append(self._big.popleft())
        self._waiting_claims = Claims()
        for one in self._big:
            self._waiting_claims.add(one.action.paths)
        room = _MAX_IN_FLIGHT - self._dispatch.in_flight
        taken = again + (self._m.q.take(room) if room > 0 else [])
        if len(taken) > len(again):
            self._m.q.put_event.set()  # there may be more: look again without a wait
        jobs: list[Job] = []
        done: list[int] = []
        later: list[tuple[int, float]] = []
        held: list[int] = []
        parked: list[tuple[Taken, PathError]] = []
        with self._m.db.transaction():
            self._looks.begin(taken)
            for one in taken:
                self._look(one, jobs, done, later, held, parked)
            if not self._m.index.folds_names:
                intend_together(jobs)
            jobs += self._removals(busy=bool(self._dispatch.in_flight or jobs or self._finished))
        self._m.q.done(done)
        for id_, seconds in later:
            self._m.q.give_back([id_], seconds)
        self._m.q.park(held, _HELD_SECONDS)
        with self._m.db.transaction():
            for one, error in parked:
                self._park(one, error)
        self._dispatch.submit(jobs)
        busy = taken or jobs or self._dispatch.in_flight or self._finished
        return not busy and self._nothing_left()

    def _is_right_folder(self) -> bool:
        """Nothing is taken from a folder that is not there or not the one; the patrol finds
        out what that means."""
        try:
            return not self._m.root_changed()
        except OSError:
            return False

    def _nothing_left(self) -> bool:
        counts = self._m.q.counts()
        if counts.ready or counts.in_flight or self._reaper.has_work():
            return False
        self._m.changes.settled()
        if self._m.guard.question() is None:
            self._m.guard.settled()
        return True

    def _look(
        self,
        taken: Taken,
        jobs: list[Job],
        done: list[int],
        later: list[tuple[int, float]],
        held: list[int],
        parked: list[tuple[Taken, PathError]],
    ) -> None:
        paths = taken.action.paths
        if self._claims.conflict(paths) or self._waiting_claims.conflict(paths):
            if len(self._deferred) >= _MAX_DEFERRED:
                later.append((taken.id, _LATER_SECONDS))  # or they would keep out all others
                return
            self._waiting_claims.add(paths)
            self._deferred.append(taken)
            return
        try:
            found = self._looks.look(taken)
        except PathError as error:
            parked.append((taken, error))
            return
        if found is None:
            done.append(taken.id)
        elif isinstance(found, Later):
            later.append((taken.id, found.seconds))
        elif isinstance(found, Held):
            held.append(taken.id)
        elif found.big and self._too_many_big(jobs):
            if len(self._big) < _MAX_DEFERRED:
                self._waiting_claims.add(paths)
                self._big.append(taken)
            else:
                later.append((taken.id, _LATER_SECONDS))
        else:
            self._claims.add(found.paths)
            if self._m.index.folds_names:
                found.intend()  # before the next look, which must see a name that clashes with it
            jobs.append(found)

    def _too_many_big(self, jobs: list[Job]) -> bool:
        """Big files that wait must not take all the room that small ones could use."""
        return self._dispatch.big_waiting + sum(job.big for job in jobs) >= _BIG_WAITING

    def _removals(self, *, busy: bool) -> list[Job]:
        found = self._reaper.jobs(busy=busy)
        jobs = [job for job in found if not self._claims.conflict(job.paths)]
        for job in jobs:
            self._claims.add(job.paths)
            job.intend()
        return jobs

    # --- results ------------------------------------------------------------------------

    def _collect(self) -> None:
        for job, error in self._dispatch.results():
            self._m.progress.pop(job.path, None)
            if error is None:
                self._finished.append(job)
            else:
                self._claims.drop(job.paths)
                self._failed(job, error)

    def _commit(self, *, force: bool) -> None:
        """Record what is finished; the index first, then the Q."""
        due = time.monotonic() - self._committed_at >= _COMMIT_SECONDS
        full = len(self._finished) >= _COMMIT_JOBS
        if not self._finished or not (force or due or full or not self._dispatch.in_flight):
            return
        jobs, self._finished = self._finished, []
        if not self._settled():
            for job in jobs:
                self._claims.drop(job.paths)
            return
        with self._m.db.transaction():
            commit_together(jobs)
            self._m.issues.clear(job.path for job in jobs)
        self._m.q.done([job.taken.id for job in jobs if job.taken is not None])
        self._committed_at = time.monotonic()
        self.progressed = True
        for job in jobs:
            self._claims.drop(job.paths)
            self._tries.pop(job.path, None)
            if job.emptied is not None:
                self._reaper.emptied(job.emptied)
            seconds = self._committed_at - job.started
            if job.is_told:
                self._m.bus.publish(job.told(seconds))

    def _settled(self) -> bool:
        """What the remote holds is durable there; else it does not count as sent."""
        if isinstance(self._connection, Settles):
            try:
                self._connection.settle()
            except Exception as error:
                log.warning("%s: the destination did not settle: %s", self._m.name, error)
                self.lost = self.lost or ConnectionLost(f"The destination failed: {error}")
                return False
        return True

    def _failed(self, job: Job, raised: BaseException) -> None:
        source = self._m.mapper.local(job.path) if isinstance(job, SendJob) else None
        error = sorted_error(raised, source)
        if isinstance(error, ServiceError):
            self.lost = self.lost or error
        if isinstance(error, ServiceError | Stopped):
            self._again(job, 0.0)
        elif isinstance(error, RemoteMissing) and isinstance(job, MoveJob):
            self._m.index.forget([job.paths[0]])
            self._look_apart(job)
        elif isinstance(error, SourceChanged) and isinstance(job, MoveJob):
            self._look_apart(job)
        elif isinstance(error, _TRANSIENT) and self._may_retry(job):
            self._again(job, min(30.0, 0.25 * 2 ** self._tries[job.path]))
        elif isinstance(job, RemoveJob) and isinstance(error, PathError):
            self._reaper.failed(job.path, error)
        elif job.taken is None:
            log.info("%s: could not tidy up folders: %s", self._m.name, error)
        else:
            assert isinstance(error, PathError)
            self._park(job.taken, error)

    def _may_retry(self, job: Job) -> bool:
        """Troubles that pass by themselves are not worth an issue at once."""
        self._tries[job.path] = self._tries.get(job.path, 0) + 1
        return job.taken is not None and self._tries[job.path] < _TRANSIENT_TRIES

    def _again(self, job: Job, seconds: float) -> None:
        if job.taken is not None:
            self._m.q.give_back([job.taken.id], seconds)

    def _look_apart(self, job: MoveJob) -> None:
        """The remote lacks what the index promised, or the file is another: a rename becomes a
        send."""
        source, dest = job.paths
        self._m.q.put_all([send(source), send(dest)], settled=True)
        if job.taken is not None:
            self._m.q.done([job.taken.id])

    def _park(self, taken: Taken, error: PathError) -> None:
        path = taken.action.paths[-1]
        pause = self._m.issues.add(path, taken.action.kind, error)
        self._m.q.park([taken.id], pause)
        kind = type(error).__name__
        self._m.bus.publish(Failed(self._m.name, taken.action.kind, path, error.reason, kind))

    # --- waiting and ending -------------------------------------------------------------

    def _wait_seconds(self) -> float:
        if self._dispatch.has_results:
            return 0.0
        waits = [_IDLE_SECONDS]
        if self._finished:
            waits.append(_COMMIT_SECONDS)
        due = self._m.q.wait_time()
        if due is not None and self._dispatch.in_flight < _MAX_IN_FLIGHT:
            waits.append(max(due, 0.001))
        waits.append(self._reaper.wait_seconds())
        return min(waits)

    def _drain(self) -> None:
        """Hand out nothing more, record what still succeeds within moments, give back the
        rest.

        After a loss it waits for every worker: one that went on with the old connection
        could overwrite what the next Handler sends.
        """
        self._dispatch.halt.set()
        lost = self.lost is not None
        self._await_workers(_DRAIN_SECONDS)
        self._connection.close()
        while lost and self._dispatch.in_flight and not self._m.stopping.is_set():
            self._await_workers(1.0)
        try:
            self._collect()
            self._commit(force=True)
        except Exception:
            log.exception("%s: could not record the last results", self._m.name)
        self._m.q.give_back_all()
        self._m.progress.clear()

    def _await_workers(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._dispatch.in_flight and time.monotonic() < until:
            self._m.q.put_event.wait(0.05)
            self._m.q.put_event.clear()
            self._collect()
