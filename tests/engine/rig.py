"""One mapped folder, one remote in memory, and ways to run parts of the engine on them."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skynet_desktop.connections.base import Connection
from skynet_desktop.core.actions import Action
from skynet_desktop.core.events import Bus, Event, State
from skynet_desktop.engine.dispatch import Lanes
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.handler import Handler
from skynet_desktop.engine.mapping import Mapping, Spec
from skynet_desktop.engine.mirror import Mirror, Outcome
from skynet_desktop.engine.workers import Workers, spawn_thread
from tests.engine.fakes import Remote

BASE = "base/m"
PATIENCE = 10.0


def wait_until(condition: Callable[[], Any], what: str = "", timeout: float = PATIENCE) -> None:
    """Poll; fails with ``what`` at the deadline."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout:.0f} s: {what or condition}")
        time.sleep(0.005)


def tree(root: Path) -> dict[str, bytes]:
    """Regular files below the folder: relative path -> content. It may change meanwhile: one
    under way gets another name."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            with contextlib.suppress(FileNotFoundError):
                if path.is_file() and not path.is_symlink():
                    found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def put(path: Path, data: bytes | str = b"x", *, age: float = 10.0) -> Path:
    """Write a file whose times lie ``age`` seconds back (as far as mtime goes)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    when = time.time_ns() - int(age * 1e9)
    os.utime(path, ns=(when, when))
    return path


@dataclass
class Rig:
    """``options`` are Spec's. Everything opened through it is closed by :meth:`close`."""

    home: Path
    remote: Remote = field(default_factory=Remote)
    options: dict[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = self.home / "root"
        self.root.mkdir(parents=True, exist_ok=True)
        self.state = self.home / "state"
        self.bus = Bus()
        self.bus.subscribe(self.events.append)
        self._mappings: list[Mapping] = []
        self._mirrors: list[Mirror] = []

    def spec(self, **changes: Any) -> Spec:
        values: dict[str, Any] = {
            "complete_sync": True, "quiet_seconds": 0.05, **self.options, **changes
        }  # fmt: skip
        return Spec("m", str(self.root), BASE, self.remote.connect, self.state, **values)

    def close(self) -> None:
        self.open_gates()
        for mirror in self._mirrors:
            if not mirror.closed:
                mirror.stop()
                mirror.join(5)
        for mapping in self._mappings:
            mapping.stop()
            mapping.close()

    def open_gates(self) -> None:
        for gate in self.remote.gates.values():
            gate.opened.set()

    # --- one mapping, its parts driven by hand ------------------------------------------

    def open(self, **changes: Any) -> Mapping:
        mapping = Mapping(self.spec(**changes), self.bus)
        self._mappings.append(mapping)
        return mapping

    def handle(
        self,
        mapping: Mapping,
        *actions: Action,
        connection: Connection | None = None,
        ends: Callable[[bool], bool] = lambda idle: idle,
    ) -> None:
        """Run the Handler in this thread until nothing is left; raises what ended it.

        ``ends(idle)`` says otherwise whether to end at once (False) or when idle (True).
        """
        mapping.q.put_all(actions, settled=True)
        lanes = Lanes(Workers("small", 4), Workers("big", 2))
        connection = connection or self.remote.connect()
        mapping.index.folds_names = connection.folds_names
        deadline = time.monotonic() + PATIENCE

        def in_time() -> bool:
            assert time.monotonic() < deadline, f"not within the time: {mapping.q.counts()}"
            return ends(False)

        try:
            Handler(
                mapping, connection, lanes, ends=in_time, ends_when_idle=lambda: ends(True)
            ).run()
        finally:
            lanes.close()

    @contextlib.contextmanager
    def handling(self, mapping: Mapping) -> Iterator[None]:
        """The Handler at work in a thread of its own while the block runs."""
        done = threading.Event()
        running = threading.Thread(
            target=lambda: self.handle(mapping, ends=lambda _: done.is_set())
        )
        running.start()
        try:
            yield
        finally:
            done.set()
            self.open_gates()  # or it would wait for what waits there
            mapping.q.put_event.set()
            running.join(PATIENCE)

    def sweep(self, mapping: Mapping, **more: Any) -> None:
        """A whole SyncSnap, and the Handler until nothing is left."""
        mapping.snap.sweep()
        mapping.review()
        self.handle(mapping, **more)

    # --- whole mirrors ------------------------------------------------------------------

    def start(self, **changes: Any) -> Mirror:
        mirror = Mirror(self.spec(**changes), self.bus, spawn_thread)
        self._mirrors.append(mirror)
        mirror.start()
        return mirror

    def once(self, **changes: Any) -> Outcome:
        """The terminal's ``run --once``."""
        engine = Engine(self.bus)
        try:
            return engine.run_once([self.spec(**changes)])
        finally:
            assert engine.stop()

    @staticmethod
    def wait_for(mirror: Mirror, *states: State, timeout: float = PATIENCE) -> None:
        deadline = time.monotonic() + timeout
        while (status := mirror.status()).state not in states:
            told = f"not within {timeout:.0f} s {states}: {status} {mirror.issues()}"
            assert time.monotonic() < deadline, told
            time.sleep(0.005)

    def crash_copy(self, mapping: Mapping, copy: Path) -> None:
        """The state folder as kill -9 at this moment would leave it."""
        with mapping.q.tran_lock, mapping.db.reading():
            shutil.copytree(self.state, copy)

    def come_back_from(self, copy: Path) -> None:
        """Use the copy as the state from now on."""
        shutil.rmtree(self.state)
        copy.rename(self.state)

    # --- what is where ------------------------------------------------------------------

    @property
    def there(self) -> dict[str, bytes]:
        return self.remote.content(BASE)

    @property
    def here(self) -> dict[str, bytes]:
        return tree(self.root)

    def assert_same(self) -> None:
        assert self.there == self.here
        assert not self.remote.overlaps
