"""A folder that is really mirrored to another one, with windows on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.app import App
from skynet_desktop.core.events import State
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.snapshot import MappingView
from skynet_desktop.settings import MappingSettings, Paths, ServiceSettings, store

WAIT = 30_000
"""Milliseconds that anything may take on a busy machine."""
Found = TypeVar("Found", bound=QWidget)


class Person:
    """Has the mapping Notes from ``here`` to ``there`` and looks at windows."""

    def __init__(self, home: Path, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.home = home
        self.here, self.there = home / "here", home / "disk" / "notes"
        self.here.mkdir(parents=True)
        (home / "disk").mkdir()
        self.controller = Controller(App(Paths.of(home / "skynet")))
        self.controller.app.paths.make()

    def mirror(self, files: dict[str, str], **more: object) -> None:
        """Have these mirrored."""
        for path, text in files.items():
            self.write(path, text)
        file = self.controller.settings_file
        disk = ServiceSettings("disk", "local", {"path": str(self.home / "disk")})
        store.add_service(file, disk)
        mapping = MappingSettings("Notes", str(self.here), "disk", "notes", **more)  # type: ignore[arg-type]
        store.add_mapping(file, mapping)
        self.controller.start()
        self.until(lambda: all((self.there / path).exists() for path in files))
        self.until_state(State.UP_TO_DATE)

    def write(self, path: str, text: str) -> None:
        (self.here / path).parent.mkdir(parents=True, exist_ok=True)
        (self.here / path).write_text(text)

    @property
    def view(self) -> MappingView:
        found = self.controller.snapshot.find("Notes")
        assert found is not None
        return found

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT)

    def until_state(self, state: State) -> None:
        self.until(lambda: (v := self.controller.snapshot.find("Notes")) and v.state is state)

    def look_at(self, window: QWidget) -> None:
        self._qtbot.addWidget(window)
        window.show()
        self._qtbot.waitExposed(window)


def press(window: QWidget, name: str) -> None:
    QTest.mouseClick(button(window, name), Qt.MouseButton.LeftButton)


def button(window: QWidget, name: str) -> QPushButton:
    """The one that is seen."""
    [found] = [each for each in window.findChildren(QPushButton, name) if each.isVisible()]
    return found


def words(window: QWidget, name: str) -> str:
    """What stands on the label; "" while it is not seen."""
    seen = [each.text() for each in window.findChildren(QLabel, name) if each.isVisible()]
    return seen[0] if seen else ""


@pytest.fixture
def mirrored(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Person]:
    person = Person(tmp_path / "anna", qtbot)
    yield person
    assert person.controller.stop()
