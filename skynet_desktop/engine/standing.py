"""Standing: what a mirror says of itself, derived afresh from facts each time it is asked."""

from __future__ import annotations

import time

from skynet_desktop.core.errors import ServiceError, ServiceRefused, StorageFull
from skynet_desktop.core.events import State, StateChanged
from skynet_desktop.engine.handler import Handler
from skynet_desktop.engine.holds import Holds
from skynet_desktop.engine.issues import Issue
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.outage import Outage
from skynet_desktop.engine.patrol import Patrol
from skynet_desktop.engine.remaining import Remaining
from skynet_desktop.engine.status import MappingStatus, Progress, differ, iso, remember_stop
from skynet_desktop.engine.verifying.verifier import Verifier


class Standing:
    """Safe from any thread. ``handler`` and ``connected`` are kept by the Mirror's loop. Once
    the mapping has ended it tells what there was last."""

    def __init__(
        self, mapping: Mapping, patrol: Patrol, holds: Holds, outage: Outage, verifier: Verifier
    ) -> None:
        self._m = mapping
        self._patrol = patrol
        self._holds = holds
        self._outage = outage
        self._verifier = verifier
        self._remaining = Remaining(mapping)
        self.handler: Handler | None = None
        self.connected = False
        self._state = State.CHECKING
        self._reason = ""
        self._since = time.time()
        self._is_told = False
        self._last: tuple[MappingStatus, list[Issue]] | None = None

    def close(self) -> None:
        """Remember what there is to say, on disk too, and close the mapping's state."""
        state, _ = self.refresh()
        with self._m.open:
            if not self._m.closed:
                remember_stop(self._m.db, state is State.UP_TO_DATE)
                self._last = self._status(self._remaining.known), self.issues()
                self._m.close()

    def status(self) -> MappingStatus:
        """Everything there is to say; counts what the destination holds, and looks at some of
        the files that wait. The last status there was once the mapping has ended."""
        left = self._bytes_left()
        self.refresh()
        with self._m.open:
            return self._last[0] if self._last is not None else self._status(left)

    def _bytes_left(self) -> int:
        with self._m.open:
            sample = None if self._m.closed else self._remaining.sample()
        return self._remaining.known if sample is None else self._remaining.weigh(sample)

    def _status(self, bytes_left: int) -> MappingStatus:
        counts = self._m.q.counts()
        question = self._m.guard.question()
        swept = self._m.db.get_meta("swept_at")
        hold = self._holds.present()
        totals = self._m.index.totals()
        verified = self._verifier.verified
        return MappingStatus(
            name=self._m.name,
            state=self._state,
            reason=self._reason,
            since=iso(self._since),
            queued=counts.ready + self._m.removals.waiting().count,
            in_flight=counts.in_flight,
            issues=self._m.issues.count(),
            last_reconcile=iso(float(swept)) if swept else None,
            files=totals.files,
            bytes=totals.bytes,
            question=question.text if question else "",
            about=self._about(),
            unwatched=len(self._patrol.unwatched),
            paused=self._holds.paused,
            paused_until=iso(hold.until) if hold is not None else None,
            retry_at=iso(self._outage.retry_at),
            bytes_left=bytes_left if counts.ready or counts.in_flight else 0,
            progress=tuple(
                Progress(path, done, size) for path, (done, size) in [*self._m.progress.items()]
            ),
            verified_at=iso(verified.ended_at) if verified is not None else None,
            differences=self._verifier.left,
        )

    def _about(self) -> str:
        """What a person must look at, in the order in which the reasons go before each other."""
        if self._state is not State.ACTION_REQUIRED:
            return ""
        question = self._m.guard.question()
        if question is not None:
            return question.about
        if self._patrol.problem:
            return "folder"
        return "space" if isinstance(self._error(), StorageFull) else "service"

    def _error(self) -> ServiceError | None:
        return self._outage.error or (self.handler.lost if self.handler is not None else None)

    def refresh(self) -> tuple[State, str]:
        """Derive the state and its reason; publish them if they changed. Cheap."""
        with self._m.open:
            changed = None if self._m.closed else self._changed()
            now = self._state, self._reason
        if changed is not None:
            self._m.bus.publish(changed)  # with nothing locked: who listens may ask back
        return now

    def _changed(self) -> StateChanged | None:
        swept = self._patrol.has_swept  # asked first: what a sweep finds later is seen as work
        question = self._m.guard.question()
        state, reason = self._derive(
            self.work(), self._m.issues.count(), question.text if question else "", swept
        )
        if self._is_told and (state, reason) == (self._state, self._reason):
            return None
        if state is not self._state:
            self._since = time.time()
        self._state, self._reason, self._is_told = state, reason, True
        return StateChanged(self._m.name, state, reason, self._since)

    def work(self) -> int:
        """Actions and removals that are still to do."""
        with self._m.open:
            if self._m.closed:
                return 0
            counts = self._m.q.counts()
            return counts.ready + counts.in_flight + self._m.removals.waiting().count

    def issues(self) -> list[Issue]:
        """As of the end once the mapping has ended."""
        with self._m.open:
            return self._last[1] if self._last is not None else self._m.issues.all()

    def _derive(self, work: int, issues: int, question: str, swept: bool) -> tuple[State, str]:
        """The state in one word, worst first, and why."""
        error = self._error()
        if question or self._patrol.problem:
            return State.ACTION_REQUIRED, question or self._patrol.problem
        if isinstance(error, ServiceRefused | StorageFull):
            return State.ACTION_REQUIRED, error.reason
        if error is not None:
            return State.OFFLINE, error.reason
        hold = self._holds.present()
        if hold is not None:
            return State.PAUSED, hold.reason
        if issues:
            one = "One path could not be mirrored."
            return State.ISSUES, one if issues == 1 else f"{issues} paths could not be mirrored."
        if self._patrol.unwatched:
            return State.ISSUES, (
                f"{len(self._patrol.unwatched)} folders cannot be watched and are looked at "
                f"every {self._m.spec.poll_seconds:.0f} s; raise fs.inotify.max_user_watches."
            )
        if self._verifier.left:
            return State.ISSUES, differ(self._verifier.left)
        if work:
            return State.UPLOADING, ""
        if not swept or not (self.connected or self._m.stopping.is_set()):
            return State.CHECKING, ""
        return State.UP_TO_DATE, ""
