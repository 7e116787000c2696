"""A Watcher on a real folder, and what it saw."""

from __future__ import annotations

import time
from pathlib import Path

from skynet_desktop.core.actions import Action, send
from skynet_desktop.core.filters import Filters
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.engine.queue import Q
from skynet_desktop.engine.watcher import Watcher
from tests.engine.rig import wait_until


class Eyes:
    def __init__(self, home: Path, ignore: tuple[str, ...] = ()) -> None:
        self.root = home / "root"
        self.root.mkdir(exist_ok=True)
        self.q = Q(home / "q")
        self.seen: list[Action] = []
        self.rescans: list[str] = []
        self.watcher = Watcher(
            Mapper.of(str(self.root), "r"), Filters(ignore), self.q, quiet_seconds=0.2,
            rescan=self.rescans.append, on_actions=self.seen.extend,
        )  # fmt: skip

    def close(self) -> None:
        self.watcher.stop()
        self.q.close()

    def sees(self, *actions: Action) -> None:
        wait_until(lambda: set(actions) <= set(self.seen), f"{actions} in {self.seen[-20:]}")

    def quiet(self) -> None:
        """Wait until a file made now was seen: all that came before it was, too."""
        marker = f"marker-{time.monotonic_ns()}"
        (self.root / marker).write_bytes(b"")
        self.sees(send(marker))
