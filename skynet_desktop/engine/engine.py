"""Engine: all mappings: start, stop, commands, status."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import replace

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.events import Bus, State
from skynet_desktop.engine.issues import Issue
from skynet_desktop.engine.mapping import Spec
from skynet_desktop.engine.mirror import Mirror, Outcome
from skynet_desktop.engine.status import MappingStatus
from skynet_desktop.engine.workers import Spawn, spawn_thread

log = logging.getLogger(__name__)

_TICK_SECONDS = 1.0
_STOP_SECONDS = 3.0
_HELD_UP = (State.ACTION_REQUIRED, State.OFFLINE, State.PAUSED)


class Engine:
    """Blocks nowhere but in :meth:`update`, :meth:`stop` and :meth:`run_once`. Safe from any
    thread."""

    def __init__(self, bus: Bus, spawn: Spawn = spawn_thread) -> None:
        self.bus = bus
        self._spawn = spawn
        self._mirrors: dict[str, Mirror] = {}
        self._lock = threading.Lock()  # for the attributes; never held while anything waits
        self._changing = threading.Lock()  # one change of the mappings at a time
        self._held = ""
        self._stopping = threading.Event()

    def start(self, specs: Iterable[Spec]) -> None:
        """Start mirroring; states are derived, and their changes published, once a second.

        Raises as :meth:`update`; then go on with that.
        """
        self._spawn(self._tick, "status")
        self.update(specs)

    def update(self, specs: Iterable[Spec]) -> None:
        """Make the running mappings those of ``specs``: new ones start, removed ones stop,
        changed ones start anew, except for what a running one takes over (:func:`_same`).

        Blocks up to three seconds while mappings end, and longer while another update does;
        commands and answers go on meanwhile. Raises what kept a mapping from starting, after
        all others were started.
        """
        wanted = {spec.name: spec for spec in specs}
        with self._changing:
            leaving = self._take_leave(wanted)
            _end(leaving)
            failed: Exception | None = None
            for spec in wanted.values():
                try:
                    self._start_missing(spec, leaving)
                except Exception as error:
                    failed = failed or error
        if failed is not None:
            raise failed

    def _take_leave(self, wanted: dict[str, Spec]) -> list[Mirror]:
        """The mirrors that must end. Those that come back show what they were until then."""
        leaving = []
        for mirror in self.mirrors():
            spec = wanted.get(mirror.name)
            if spec is not None and _same(mirror.spec, spec):
                mirror.reconfigure(spec)
                continue
            leaving.append(mirror)
            if spec is None:
                with self._lock:
                    del self._mirrors[mirror.name]
        return leaving

    def _start_missing(self, spec: Spec, leaving: list[Mirror]) -> None:
        with self._lock:
            old = self._mirrors.get(spec.name)
            if self._stopping.is_set() or (old is not None and old not in leaving):
                return
        try:
            mirror = Mirror(spec, self.bus, self._spawn)
        except Exception:
            with self._lock:
                self._mirrors.pop(spec.name, None)
            raise
        with self._lock:
            mirror.hold(self._held)
            self._mirrors[spec.name] = mirror
        mirror.start()

    def hold(self, reason: str) -> None:
        """Have all mappings, also those that start later, send nothing for this reason, a
        sentence for the person; an empty one releases them."""
        with self._lock:
            self._held = reason
            for mirror in self._mirrors.values():
                mirror.hold(reason)

    def wake(self) -> None:
        """The computer woke, or the network is back: reconnect now. Cheap and safe to call
        often."""
        for mirror in self.mirrors():
            mirror.wake()

    def run_once(self, specs: Iterable[Spec]) -> Outcome:
        """Mirror everything once; returns the gravest outcome. :meth:`stop` ends it early."""
        with self._lock:
            self._mirrors = {spec.name: Mirror(spec, self.bus, self._spawn) for spec in specs}
            for mirror in self._mirrors.values():
                mirror.hold(self._held)
            mirrors = list(self._mirrors.values())
        self._spawn(self._tick, "status")
        for mirror in mirrors:
            mirror.start(once=True)
        while not all(mirror.has_ended() for mirror in mirrors):
            if self._stopping.wait(0.05):
                break
        return max((mirror.outcome for mirror in mirrors), default=Outcome.MIRRORED)

    def interrupt(self) -> None:
        """Have a :meth:`run_once` in another thread return early."""
        self._stopping.set()

    def reasons(self) -> dict[str, str]:
        """Why mappings are not mirrored, for those that are held up as a whole."""
        return {s.name: s.reason for s in self.status() if s.reason and s.state in _HELD_UP}

    def waiting(self) -> int:
        """How many actions and removals are still to do."""
        return sum(mirror.work() for mirror in self.mirrors())

    def stop(self, seconds: float = _STOP_SECONDS) -> bool:
        """End all loops without losing their place; whether all ended within the seconds."""
        self._stopping.set()
        with self._changing:
            return _end(self.mirrors(), seconds)

    def _tick(self) -> None:
        while not self._stopping.wait(_TICK_SECONDS):
            for mirror in self.mirrors():
                try:
                    mirror.refresh()
                except Exception:
                    if not self._stopping.is_set():
                        log.exception("%s: no status", mirror.name)

    # --- commands and answers -----------------------------------------------------------

    def mirrors(self, name: str | None = None) -> list[Mirror]:
        """The mapping of this name, or all. Raises :class:`SettingsError` if unknown."""
        with self._lock:
            if name is None:
                return list(self._mirrors.values())
            if name not in self._mirrors:
                known = ", ".join(sorted(self._mirrors)) or "none"
                raise SettingsError(f"There is no mapping {name!r}. Known: {known}.")
            return [self._mirrors[name]]

    def status(self) -> list[MappingStatus]:
        return [mirror.status() for mirror in self.mirrors()]

    def issues(self) -> dict[str, list[Issue]]:
        return {mirror.name: mirror.issues() for mirror in self.mirrors()}


def _end(mirrors: list[Mirror], seconds: float = _STOP_SECONDS) -> bool:
    """All at once; whether all ended within seconds."""
    for mirror in mirrors:
        mirror.stop()
    until = time.monotonic() + seconds
    ended = [mirror.join(max(0.0, until - time.monotonic())) for mirror in mirrors]
    return all(ended)


def _same(one: Spec, other: Spec) -> bool:
    """Whether a mirror that runs by the one can go on by the other (``Mirror.reconfigure``)."""
    return other == replace(
        one,
        paused=other.paused,
        paused_until=other.paused_until,
        hours=other.hours,
        limits=other.limits,
        verify_seconds=other.verify_seconds,
        verify_deep=other.verify_deep,
    )
