"""All machines at a glance, worst first. Two queries and some thousand small objects; kept for
a second, so that many people who watch cost little more than one."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from skynet_desktop.skywatch.models import Machine, Mapping, Rules, Watched
from skynet_desktop.skywatch.reading.parts import parts
from skynet_desktop.skywatch.reading.states import RANK, Look, look

FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class MachineView:
    id: str
    name: str
    system: str
    version: str
    first_seen: float
    last_seen: float
    state: str
    """``silent``, ``stopped``, or the worst state of its mappings."""
    reason: str
    mappings: int
    files: int
    waiting_files: int
    waiting_bytes: int
    speed: float
    eta: float
    issues: int
    muted: bool
    parts: float = 0.0
    """Files on their way, each counted by how much of it is there; see :func:`with_parts`."""

    @property
    def look(self) -> Look:
        return look(self.state)

    @property
    def silent(self) -> bool:
        return self.state == "silent"

    @property
    def at_work(self) -> bool:
        """False when what is known is only how things stood."""
        return self.state not in ("silent", "stopped")


@dataclass(frozen=True, slots=True)
class Fleet:
    machines: tuple[MachineView, ...]

    def counts(self) -> dict[str, int]:
        """Machines by state, worst first."""
        counts = Counter(machine.state for machine in self.machines)
        return dict(sorted(counts.items(), key=lambda pair: RANK.get(pair[0], len(RANK))))

    @property
    def speed(self) -> float:
        return sum(machine.speed for machine in self.machines)

    @property
    def waiting_files(self) -> int:
        return sum(machine.waiting_files for machine in self.machines)

    @property
    def waiting_bytes(self) -> int:
        return sum(machine.waiting_bytes for machine in self.machines)

    @property
    def issues(self) -> int:
        return sum(machine.issues for machine in self.machines)

    @property
    def files(self) -> int:
        return sum(machine.files for machine in self.machines)

    @property
    def eta(self) -> float:
        return max((machine.eta for machine in self.machines), default=0.0)

    def only(self, state: str, words: str) -> list[MachineView]:
        """Those in a state ("" for any) whose name or system has all the words."""
        wanted = words.casefold().split()
        return [
            machine
            for machine in self.machines
            if (not state or machine.state == state)
            and all(word in f"{machine.name} {machine.system}".casefold() for word in wanted)
        ]


def fleet(now: float | None = None) -> Fleet:
    """How all machines stand; as of ``now`` instead of from the last second if it is given."""
    if now is not None:
        return _read(now)
    with _lock:
        if time.monotonic() - _kept.at > FRESH_SECONDS:
            _kept.fleet, _kept.at = _read(time.time()), time.monotonic()
        return _kept.fleet


def machine(machine_id: str, now: float) -> MachineView | None:
    """One of them, as of now."""
    found = _read(now, machine_id).machines
    return found[0] if found else None


def with_parts(views: Iterable[MachineView]) -> list[MachineView]:
    """These few, with what is there of their files on the way."""
    sent: Counter[str] = Counter()
    views = list(views)
    for (machine_id, _), files in parts([view.id for view in views]).items():
        sent[machine_id] += files
    return [replace(view, parts=min(sent[view.id], view.waiting_files)) for view in views]


def forget_kept() -> None:
    """The next question asks the database again: after a change, and between tests."""
    _kept.at = float("-inf")


@dataclass
class _Kept:
    fleet: Fleet
    at: float


_kept = _Kept(Fleet(()), float("-inf"))
_lock = threading.Lock()


def _read(now: float, only: str = "") -> Fleet:
    machines = Machine.objects.filter(id=only) if only else Machine.objects.all()
    mappings = Mapping.objects.exclude(state="removed")
    if only:
        mappings = mappings.filter(machine=only)
    muted = set(Watched.objects.filter(muted=True).values_list("machine", flat=True))
    silent_before = now - Rules.current().silent_seconds
    by_machine: dict[str, list[_Mapping]] = {}
    for row in mappings.values_list(*_COLUMNS):
        by_machine.setdefault(row[0], []).append(_Mapping(*row[1:]))
    views = [
        _view(machine, by_machine.get(machine.id, []), silent_before, machine.id in muted)
        for machine in machines
    ]
    views.sort(key=lambda view: (RANK.get(view.state, len(RANK)), view.name.casefold(), view.id))
    return Fleet(tuple(views))


@dataclass(frozen=True, slots=True)
class _Mapping:
    state: str
    reason: str
    files: int
    waiting_files: int
    waiting_bytes: int
    speed: float
    eta: float
    issues: int


_COLUMNS = (
    "machine",
    "state",
    "reason",
    "files",
    "waiting_files",
    "waiting_bytes",
    "speed",
    "eta",
    "issues",
)


def _view(
    machine: Machine, mappings: list[_Mapping], silent_before: float, muted: bool
) -> MachineView:
    worst = min(mappings, key=lambda m: RANK.get(m.state, len(RANK)), default=None)
    stopped = machine.state == "stopped"
    state = "stopped" if stopped else worst.state if worst else "setup"
    if not stopped and machine.last_seen < silent_before:
        state = "silent"
    at_work = state not in ("silent", "stopped")  # what is not at work has no speed
    return MachineView(
        id=machine.id,
        name=machine.name,
        system=machine.system,
        version=machine.version,
        first_seen=machine.first_seen,
        last_seen=machine.last_seen,
        state=state,
        reason=worst.reason if worst and at_work else "",
        mappings=len(mappings),
        files=sum(m.files for m in mappings),
        waiting_files=sum(m.waiting_files for m in mappings),
        waiting_bytes=sum(m.waiting_bytes for m in mappings),
        speed=sum(m.speed for m in mappings) if at_work else 0.0,
        eta=max((m.eta for m in mappings), default=0.0) if at_work else 0.0,
        issues=sum(m.issues for m in mappings),
        muted=muted,
    )
