"""A person at the app: finds things by their names and works them with mouse and keyboard."""

from __future__ import annotations

from pathlib import Path

from tests.screen.accessible import Accessible, Node
from tests.screen.app import DesktopApp
from tests.screen.display import Screen
from tests.screen.processes import wait_until

# What can be clicked by the name of it; a label of the same words is not meant.
_WORKED = ("push button", "check box", "radio button", "page tab", "list item", "combo box")
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
        tree = self._accessible.tree(self._app.pid)
        return any(_is_shown(node, name) for node in tree)

    def wait_for(self, name: str, timeout: float = 20.0) -> None:
        def told() -> str:
            return f"{name!r} in:\n{self._accessible.tree(self._app.pid)}"

        wait_until(lambda: self.sees(name), told, timeout)

    def click(self, name: str, timeout: float = 20.0) -> None:
        """Waits until it is there and can be clicked."""
        self._at(name, _WORKED, timeout)

    def fill(self, name: str, text: str) -> None:
        """Instead of what was there."""
        self._at(name, _TYPED, 20.0)
        self._screen.key("ctrl+a")
        self._screen.type(text)

    def picture(self, name: str) -> None:
        self._count += 1
        self._screen.screenshot(self._pictures / f"{self._count:02d}-{name}.png")

    def _at(self, name: str, roles: tuple[str, ...], timeout: float) -> None:
        found: list[Node] = []

        def look() -> bool:
            tree = self._accessible.tree(self._app.pid)
            found[:] = [
                node
                for node in tree
                if node.role in roles and _is_shown(node, name) and "enabled" in node.states
            ]
            return bool(found)

        def told() -> str:
            return f"{name!r} to work in:\n{self._accessible.tree(self._app.pid)}"

        wait_until(look, told, timeout)
        self._screen.click(*self._accessible.middle(self._app.pid, found[0].name, found[0].role))


def _is_shown(node: Node, name: str) -> bool:
    return "showing" in node.states and (node.name.startswith(name) or node.text.startswith(name))
