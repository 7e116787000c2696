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
_HELD_UP = (State.ACTION_REQUIRED, State.OFFLINE)


class Engine:
    """Blocks nowhere but in :meth:`stop` and :meth:`run_once`. Safe from any thread."""

    def __init__(self, bus: Bus, spawn: Spawn = spawn_thread) -> None:
        self.bus = bus
        self._spawn = spawn
        self._mirrors: dict[str, Mirror] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def start(self, specs: Iterable[Spec]) -> None:
        """Start mirroring; states are derived, and their changes published, once a second."""
        self.update(specs)
        self._spawn(self._tick, "status")

    def update(self, specs: Iterable[Spec]) -> None:
        """Make the running mappings those of ``specs``: new ones start, removed ones stop,
        changed ones start anew. ``connect`` functions are compared by everything else."""
        wanted = {spec.name: spec for spec in specs}
        with self._lock:
            for name, mirror in list(self._mirrors.items()):
                if name not in wanted or not _same(mirror.spec, wanted[name]):
                    mirror.stop()
                    mirror.join(_STOP_SECONDS)
                    del self._mirrors[name]
            for name, spec in wanted.items():
                if name not in self._mirrors:
                    mirror = Mirror(spec, self.bus, self._spawn)
                    self._mirrors[name] = mirror
                    mirror.start()

    def run_once(self, specs: Iterable[Spec]) -> Outcome:
        """Mirror everything once; returns the gravest outcome. :meth:`stop` ends it early."""
        with self._lock:
            self._mirrors = {spec.name: Mirror(spec, self.bus, self._spawn) for spec in specs}
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
        return sum(mirror.work() for mirror in self.mirrors() if not mirror.closed)

    def stop(self) -> bool:
        """End all loops without losing their place; whether all ended within seconds."""
        self._stopping.set()
        with self._lock:
            mirrors = list(self._mirrors.values())
        for mirror in mirrors:
            mirror.stop()
        until = time.monotonic() + _STOP_SECONDS
        ended = [mirror.join(max(0.0, until - time.monotonic())) for mirror in mirrors]
        return all(ended)

    def _tick(self) -> None:
        while not self._stopping.wait(_TICK_SECONDS):
            with self._lock:
                mirrors = list(self._mirrors.values())
            for mirror in mirrors:
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


def _same(one: Spec, other: Spec) -> bool:
    return replace(one, connect=other.connect, paused=other.paused) == other
