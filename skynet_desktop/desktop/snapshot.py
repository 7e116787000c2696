"""What the windows show at one moment: plain values, made off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from skynet_desktop.core.events import State
from skynet_desktop.engine.meter import Meter
from skynet_desktop.engine.status import MappingStatus, worst
from skynet_desktop.engine.verifying.report import Verified, Verifying
from skynet_desktop.settings import Settings


@dataclass(frozen=True, slots=True)
class MappingView:
    """One mapping. ``speed`` in bytes a second; ``eta`` in seconds, None if not to be told.
    ``done`` counts the actions done since nothing was queued. ``verifying`` is how far a
    verification is that runs now, ``verified`` how the last one ended."""

    name: str
    status: MappingStatus
    local: str
    service: str
    kind: str
    remote: str
    speed: float = 0.0
    eta: float | None = None
    done: int = 0
    verifying: Verifying | None = None
    verified: Verified | None = None

    @property
    def state(self) -> State:
        return self.status.state


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All mappings. ``state`` is the worst of them, as the tray icon shows it."""

    state: State = State.SETUP
    mappings: tuple[MappingView, ...] = ()
    speed: float = 0.0

    @property
    def queued(self) -> int:
        """Actions and noted removals that wait or are under way."""
        return sum(m.status.queued + m.status.in_flight for m in self.mappings)

    @property
    def done(self) -> int:
        """Actions done since nothing was queued."""
        return sum(m.done for m in self.mappings)

    @property
    def bytes_left(self) -> int:
        return sum(m.status.bytes_left for m in self.mappings)

    @property
    def issues(self) -> int:
        return sum(m.status.issues for m in self.mappings)

    @property
    def eta(self) -> float | None:
        """Seconds until all is sent; None if that cannot be told."""
        return _eta(self.bytes_left, self.speed)

    @property
    def is_verifying(self) -> bool:
        """Whether any mapping is verified just now."""
        return any(m.verifying is not None for m in self.mappings)

    @property
    def paused_until(self) -> datetime | None:
        """When the first pause ends by itself."""
        ends = [m.status.paused_until for m in self.mappings if m.status.paused_until]
        return datetime.fromisoformat(min(ends)) if ends else None

    @property
    def retry_at(self) -> datetime | None:
        """When the first lost service is tried again."""
        tries = [m.status.retry_at for m in self.mappings if m.status.retry_at]
        return datetime.fromisoformat(min(tries)) if tries else None

    def find(self, name: str) -> MappingView | None:
        return next((m for m in self.mappings if m.name == name), None)


Proof = tuple[Verifying | None, Verified | None]
"""How far the verification is that runs now, and how the last one ended."""


def snapshot(
    settings: Settings,
    statuses: Iterable[MappingStatus],
    meter: Meter,
    proofs: Mapping[str, Proof] = MappingProxyType({}),
) -> Snapshot:
    """From the engine's answers. Statuses of mappings that were just removed are left out."""
    views = []
    for status in statuses:
        mapping = settings.mappings.get(status.name)
        if mapping is None:
            continue
        service = settings.services.get(mapping.service)
        speed = meter.speed(status.name)
        views.append(
            MappingView(
                status.name, status, mapping.local, mapping.service,
                service.type if service else "", mapping.remote, speed,
                _eta(status.bytes_left, speed),
                meter.done(status.name, status.queued + status.in_flight),
                *proofs.get(status.name, (None, None)),
            )
        )  # fmt: skip
    return Snapshot(worst([view.state for view in views]), tuple(views), meter.speed())


def _eta(bytes_left: int, speed: float) -> float | None:
    return bytes_left / speed if bytes_left and speed > 1.0 else None


Clock = Callable[[], float]


class Settling:
    """Lets a state through only once it has lasted: the tray icon must not flicker.

    For one thread. ``clock`` gives seconds that only grow.
    """

    def __init__(self, clock: Clock, seconds: float = 1.0) -> None:
        self._clock = clock
        self._seconds = seconds
        self._shown: State | None = None
        self._next: tuple[State, float] | None = None

    def feed(self, state: State) -> State:
        """The state to show now that this one was seen; the first is shown at once."""
        now = self._clock()
        if self._shown is None or state is self._shown:
            self._shown, self._next = state, None
        elif self._next is None or self._next[0] is not state:
            self._next = state, now
        elif now - self._next[1] >= self._seconds:
            self._shown, self._next = state, None
        return self._shown

    @property
    def is_waiting(self) -> bool:
        """Whether another state may be shown soon: ask again in a moment."""
        return self._next is not None
