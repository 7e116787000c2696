"""Dispatch: brings jobs to workers, small ones in batches, and their results back."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from skynet_desktop.connections.base import Connection, DeletesBatches, SendsBatches
from skynet_desktop.core.errors import PathError, Stopped
from skynet_desktop.core.events import Bus, Started
from skynet_desktop.engine import keeping
from skynet_desktop.engine.jobs import Job, RemoveJob, SendJob
from skynet_desktop.engine.together import run_together
from skynet_desktop.engine.workers import Workers

_SMALL = 2 * 1024 * 1024  # bytes; a thread for each larger one costs little beside its content
_BATCH_FILES = 64
_MOST_BATCH_FILES = 512
"""Where many wait: over a long link the last answers of a batch leave its worker idle for a round
trip."""
_BATCH_BYTES = 16 * 1024 * 1024
_BATCHES = 2
"""On their way at once. Each keeps its requests going from one thread; with more threads they
would only fight for Python's lock."""
_BATCH_REMOVALS = 1_000

Result = tuple[Job, BaseException | None]


@dataclass
class Lanes:
    """Small files never wait behind big ones: each kind has workers of its own."""

    small: Workers
    big: Workers

    def close(self) -> None:
        self.small.close()
        self.big.close()


class Dispatch:
    """One connection's jobs. :meth:`submit`, :meth:`results` and ``in_flight`` are for the
    Handler's thread; ``wake`` is called from workers when there is a result."""

    def __init__(
        self, connection: Connection, lanes: Lanes, bus: Bus, wake: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._lanes = lanes
        self._bus = bus
        self._wake = wake
        self._sends_batches = isinstance(connection, SendsBatches)
        self._removals = _BATCH_REMOVALS if isinstance(connection, DeletesBatches) else 1
        # Filled by workers, emptied by the Handler; append and popleft are atomic.
        self._results: deque[Result] = deque()
        self._small: deque[Job] = deque()
        """Small files that no worker has taken up: a batch is what is there when one is free.
        They come one by one as others are done, so made up then most batches would be of one."""
        self._taking = threading.Lock()
        self._batches = 0
        self.in_flight = 0
        self.halt = threading.Event()
        """Set when the Handler ends, for whatever reason: what has not begun does not."""

    @property
    def big_waiting(self) -> int:
        """Big files that no worker has taken up yet."""
        return self._lanes.big.waiting

    @property
    def has_results(self) -> bool:
        return bool(self._results)

    def submit(self, jobs: list[Job]) -> None:
        removes: list[Job] = []
        small = 0
        for job in jobs:
            if self._sends_batches and isinstance(job, SendJob) and job.size <= _SMALL:
                self._small.append(job)
                small += 1
            elif isinstance(job, RemoveJob):
                removes.append(job)
            else:
                self._hand_out([job])
        if small:
            self.in_flight += small
            self._lanes.small.submit(self._work_on_small)
        together = self._removals
        if removes and keeping.keeps_removed(removes[0].mapping):
            together = 1  # each is a rename of its own
        for begin in range(0, len(removes), together):
            self._hand_out(removes[begin : begin + together])

    def results(self) -> Iterator[Result]:
        """Those that are there; never waits."""
        while self._results:
            self.in_flight -= 1
            yield self._results.popleft()

    def _hand_out(self, jobs: list[Job]) -> None:
        self.in_flight += len(jobs)
        lane = self._lanes.big if jobs[0].big else self._lanes.small
        lane.submit(lambda: self._work(jobs))

    def _work_on_small(self) -> None:
        batch: list[Job] = []
        size = 0
        with self._taking:
            if self._batches == _BATCHES:
                return  # the next that ends looks for more
            share = len(self._small) // min(self._lanes.small.size, _BATCHES)
            most = min(_MOST_BATCH_FILES, max(_BATCH_FILES, share))
            while self._small and len(batch) < most:
                size += self._small[0].size
                if batch and size > _BATCH_BYTES:
                    break
                batch.append(self._small.popleft())
            self._batches += bool(batch)
        if not batch:
            return
        if self._small:
            self._lanes.small.submit(self._work_on_small)  # the next worker's
        try:
            self._work(batch)
        finally:
            with self._taking:
                self._batches -= 1
            if self._small:
                self._lanes.small.submit(self._work_on_small)

    def _work(self, jobs: list[Job]) -> None:
        """In a worker: every job is posted exactly once, whatever happens."""
        waiting = {id(job): job for job in jobs}

        def post(job: Job, error: BaseException | None) -> None:
            del waiting[id(job)]
            self._results.append((job, error))
            self._wake()

        try:
            if self.halt.is_set():
                raise Stopped("Stopped.")
            for job in jobs:
                job.started = time.monotonic()
                if job.is_told:
                    self._bus.publish(Started(job.mapping.name, job.kind, job.path, job.size))
            run_together(jobs, self._connection, post)
            error: BaseException = PathError("The connection gave no answer for this file.")
        except Exception as raised:
            error = raised
        for job in list(waiting.values()):
            post(job, error)
