"""The app by its accessible names, as a screen reader and its user have it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.screen.bus import Bus
from tests.screen.display import Screen
from tests.screen.needs import need
from tests.screen.peer import Peer
from tests.screen.processes import Part, wait_until

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
PYTHON = "/usr/bin/python3"
PYATSPI = "/usr/lib/python3/dist-packages/pyatspi"
_READER = Path(__file__).with_name("accessible_reader.py")


@dataclass(frozen=True)
class Node:
    """One thing in the tree. Roles are AT-SPI's: push button, text, check box, frame ..."""

    role: str
    name: str
    description: str
    text: str
    states: tuple[str, ...]
    children: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        """It and all below it."""
        yield self
        for child in self.children:
            yield from child

    def __str__(self) -> str:
        own = f"{self.role} {self.name!r} {self.text!r} {' '.join(self.states)}"
        below = [f"  {line}" for child in self.children for line in str(child).split("\n")]
        return "\n".join([own, *below])


class Accessible(Part):
    """Programs started with its ``env`` show their trees. All calls go by their process id."""

    def __init__(self, bus: Bus, screen: Screen) -> None:
        need(LAUNCHER, PYTHON, PYATSPI)
        self.env = {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        self._launcher = bus.start(LAUNCHER, "--launch-immediately", env=screen.env)
        with Peer(bus.address) as peer:
            self._launcher.wait_until(lambda: peer.has_owner("org.a11y.Bus"), "at-spi's bus")
        self._errors = (bus.folder / "reader.log").open("w")
        self._reader = subprocess.Popen(
            [PYTHON, str(_READER)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **bus.env, **screen.env},
        )  # fmt: skip

    def close(self) -> None:
        self._reader.kill()
        self._reader.communicate()
        self._errors.close()
        self._launcher.close()

    def tree(self, pid: int) -> Node:
        """The whole program. Raises ``LookupError`` while it shows none."""
        found = self._ask("tree", pid)
        if len(found) != 1:
            raise LookupError(f"{len(found)} trees of process {pid}")
        return _node(found[0])

    def find(self, pid: int, name: str, role: str = "", timeout: float = 10.0) -> Node:
        """Waits until it is there and showing; the first, if there are several."""
        what = f"{role} {name!r} among the accessible"
        return wait_until(lambda: self._find(pid, name, role), what, timeout)[0]

    def _find(self, pid: int, name: str, role: str) -> list[Node]:
        nodes = [node for found in self._ask("tree", pid) for node in _node(found)]
        fitting = [node for node in nodes if node.name == name and role in ("", node.role)]
        return [node for node in fitting if "showing" in node.states]

    def press(self, pid: int, name: str, role: str = "") -> None:
        """Button, check box, tab, menu entry: what it does by itself. Waits for it.

        Raises ``LookupError`` if there are several.
        """
        self.find(pid, name, role)
        assert self._ask("press", pid, name, role), f"{name!r} did not let itself be pressed"

    def set_text(self, pid: int, name: str, text: str, role: str = "") -> None:
        """Instead of what was there."""
        self.find(pid, name, role)
        assert self._ask("set_text", pid, name, role, text), f"{name!r} did not take the text"

    def middle(self, pid: int, name: str, role: str = "") -> tuple[int, int]:
        """Where to click it with the mouse; pixels of the screen."""
        x, y, width, height = self.place(pid, name, role)
        return x + width // 2, y + height // 2

    def place(self, pid: int, name: str, role: str = "") -> tuple[int, int, int, int]:
        """x, y, width and height in pixels of the screen. Waits for it."""
        self.find(pid, name, role)
        x, y, width, height = self._ask("place", pid, name, role)
        return x, y, width, height

    def _ask(self, *question: Any) -> Any:
        assert self._reader.stdin is not None and self._reader.stdout is not None
        self._reader.stdin.write(json.dumps(question) + "\n")
        self._reader.stdin.flush()
        answer = self._reader.stdout.readline()
        assert answer, f"the reader has ended: {Path(self._errors.name).read_text()}"
        found = json.loads(answer)
        if "error" in found:
            raise LookupError(found["error"])
        return found["ok"]


def _node(found: dict[str, Any]) -> Node:
    children = tuple(_node(child) for child in found.pop("children"))
    states = tuple(found.pop("states"))
    return Node(**found, states=states, children=children)
