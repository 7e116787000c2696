"""What is done to the app while it works: to its network, its server, its folder, its disk."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.torture.app import App
from tests.torture.ground import Ground

_NETWORK = {
    "cut": 22, "reset": 22, "stall": 14, "trickle": 12, "lose answers": 16, "refuse": 8,
    "server killed": 6,
}  # fmt: skip
_LOCAL = ("folder closed", "disk full")


@dataclass(frozen=True)
class Fault:
    """``seconds`` is how long it lasts, ``rate`` (bytes a second) how slow a trickle is."""

    kind: str
    seconds: float
    rate: float = 0.0
    choice: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind} {self.seconds:.1f} s"

    @property
    def is_network(self) -> bool:
        return self.kind in _NETWORK


def network_fault(rng: random.Random) -> Fault:
    kind = rng.choices(list(_NETWORK), list(_NETWORK.values()))[0]
    seconds = rng.uniform(0.1, 1.5) if kind != "stall" else rng.uniform(0.5, 4.0)
    return Fault(kind, seconds, rng.choice([5e3, 50e3, 500e3]))


def local_fault(rng: random.Random) -> Fault:
    return Fault(rng.choice(_LOCAL), rng.uniform(0.5, 3.0), choice=rng.random())


class Faults:
    """Begins and ends them. All end at the latest with the ``with`` of :meth:`lasting`."""

    def __init__(self, ground: Ground, app: App, root: Path) -> None:
        self._ground = ground
        self._app = app
        self._root = root

    @contextmanager
    def lasting(self, fault: Fault) -> Iterator[bool]:
        """Whether it could be done here; ended on leaving."""
        begin: dict[str, Callable[[], object]] = {
            "cut": self._ground.proxy.cut,
            "reset": self._ground.proxy.reset,
            "stall": self._ground.proxy.stall,
            "trickle": lambda: self._ground.proxy.trickle(fault.rate),
            "lose answers": self._ground.proxy.lose_answers,
            "refuse": self._ground.proxy.refuse,
            "server killed": self._ground.kill_server,
        }
        if fault.kind == "folder closed":
            with self._closed_folder(fault) as done:
                yield done
            return
        if fault.kind == "disk full":
            with self._full_disk() as done:
                yield done
            return
        begin[fault.kind]()
        try:
            yield True
        finally:
            if fault.kind == "server killed":
                self._ground.start_server()
            self._ground.proxy.heal()

    @contextmanager
    def _closed_folder(self, fault: Fault) -> Iterator[bool]:
        """One that may not even be listed any more. We, as root, go on working in it."""
        handle = self._open_folder(fault.choice) if os.geteuid() == 0 else None
        if handle is None:
            yield False
            return
        os.fchmod(handle, 0)
        try:
            yield True
        finally:
            os.fchmod(handle, 0o755)
            os.close(handle)

    def _open_folder(self, choice: float) -> int | None:
        """Any of them; a handle, since it may be renamed or go at any moment."""
        try:
            folders = sorted(path for path in self._root.rglob("*") if path.is_dir())
            return os.open(folders[int(choice * len(folders))], os.O_RDONLY) if folders else None
        except FileNotFoundError:
            return None

    @contextmanager
    def _full_disk(self) -> Iterator[bool]:
        """Of the app's state, to the last byte."""
        if self._app.disk is None:
            yield False
            return
        filler = self._app.disk / "filler"
        try:
            with open(filler, "wb", buffering=0) as file:
                size = 1 << 20
                while size:
                    size = size if _writes(file.fileno(), size) else size // 2
            yield True
        finally:
            filler.unlink(missing_ok=True)


def _writes(handle: int, size: int) -> bool:
    try:
        return os.write(handle, bytes(size)) > 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
