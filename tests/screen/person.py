"""A person at the app: finds things by their names and works them with mouse and keyboard."""

from __future__ import annotations

from pathlib import Path

from tests.screen.accessible import Accessible, Node
from tests.screen.app import DesktopApp
from tests.screen.display import Screen
from tests.screen.processes import wait_until

# What can be clicked by the name of it; a label of the same words is not meant.
_WORKED = ("push button", "check box", "radio button", "page tab", "list item", "combo box")
_BOX = 12
_TYPED = ("text", "spin button", "password text")


class Person:
    """Every click and key is a real one of the X server. ``pictures`` takes screenshots."""

    def __init__(
        self, app: DesktopApp, screen: Screen, accessible: Accessible, pictures: Path
    ) -> None:
        self._app = app
        self._screen = screen
        self._accessible = accessible
        self._pictures = pictures
        self._count = 0

    def sees(self, name: str) -> bool:
        """Whether something that shows begins with this."""
        return any(_is_shown(node, name) for node in self._nodes())

    def wait_for(self, name: str, timeout: float = 20.0) -> None:
        wait_until(lambda: self.sees(name), lambda: self._told(name), timeout)

    def click(self, name: str, timeout: float = 20.0) -> None:
        """Waits until it is there and can be clicked."""
        self._at(name, _WORKED, timeout)

    def fill(self, name: str, text: str) -> None:
        """Instead of what was there."""

        def reached() -> bool:
            """What has just appeared may still move from under the mouse."""
            self._at(name, _TYPED, 20.0)
            return any(
                n.role in _TYPED and n.name.startswith(name) and "focused" in n.states
                for n in self._nodes()
            )

        wait_until(reached, lambda: self._told(name), 20.0)
        self._screen.key("ctrl+a")
        self._screen.type(text)

    def _nodes(self) -> list[Node]:
        try:
            return list(self._accessible.tree(self._app.pid))
        except LookupError:  # it shows nothing yet, or nothing at this moment
            return []

    def _told(self, name: str) -> str:
        """What there is instead, for a test that fails."""
        self.picture("missed")
        shown = [node for node in self._nodes() if _is_shown(node, "")]
        lines = [f"  {n.role}: {n.name or n.text!r} {n.states}" for n in shown if n.name or n.text]
        return f"{name!r} among\n" + "\n".join(lines)

    def picture(self, name: str) -> None:
        self._count += 1
        self._screen.screenshot(self._pictures / f"{self._count:02d}-{name}.png")

    def _at(self, name: str, roles: tuple[str, ...], timeout: float) -> None:
        found: list[Node] = []

        def look() -> bool:
            found[:] = [
                node
                for node in self._nodes()
                if node.role in roles
                and {"showing", "enabled"} <= set(node.states)
                and node.name.startswith(name)
            ]
            found.sort(key=lambda node: len(node.name))  # the one of just this name before others
            return bool(found)

        wait_until(look, lambda: self._told(name), timeout)
        node = found[0]
        x, y, width, height = self._accessible.place(self._app.pid, node.name, node.role)
        # A box answers where it and its words are, which may be the left end of its place.
        across = _BOX if node.role in ("check box", "radio button") else width // 2
        self._screen.click(x + min(across, width // 2), y + height // 2)


def _is_shown(node: Node, name: str) -> bool:
    return "showing" in node.states and (node.name.startswith(name) or node.text.startswith(name))
