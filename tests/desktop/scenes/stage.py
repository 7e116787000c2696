"""Where windows are shown, and what stands on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QWidget

from tests.desktop.made_controller import MadeController

_PATIENCE = 20.0  # seconds
_Found = TypeVar("_Found", bound=QWidget)


class Scene(NamedTuple):
    """A window as it is seen now; it is another one as soon as the next is asked for."""

    name: str
    window: QWidget


Scenes = Iterator[Scene]


class Stage:
    """``home`` is an empty folder for everything on disk."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.photos = home / "Photos"
        (self.photos / "summer").mkdir(parents=True)
        (self.photos / "summer" / "sea.jpg").write_bytes(b"sea" * 1000)
        (self.photos / "letter.txt").write_text("Dear Anna")
        (self.photos / "half.tmp").write_text("not done")
        self.disk = home / "disk"
        self.disk.mkdir()
        self.controller = MadeController(home / "skynet")

    def show(self, window: QWidget) -> None:
        window.show()
        self.settle()

    def settle(self) -> None:
        """What was asked for has come, and so has what that asked for."""
        for _ in range(3):
            for pool in (self.controller.jobs._pool, self.controller.jobs._changes):
                assert pool.waitForDone(int(_PATIENCE * 1000))
            QApplication.processEvents()

    def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + _PATIENCE
        while not condition():
            assert time.monotonic() < end
            QApplication.processEvents()
            time.sleep(0.005)
        self.settle()

    def strike(self, window: QWidget) -> None:
        """Take it away: nothing of it is left when the next is shown."""
        self.settle()
        window.hide()
        if shiboken6.isValid(window):
            window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.settle()

    def box(self, name: str, window: QWidget, ask: Callable[[], object]) -> Scenes:
        """The question that comes up, put away afterwards."""
        ask()
        self.settle()
        boxes = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
        assert len(boxes) == 1, (name, boxes)
        yield Scene(f"{name}-box", boxes[0])
        boxes[0].reject()
        self.settle()

    def end(self) -> None:
        assert self.controller.jobs.stop(_PATIENCE)


def part(window: QWidget, kind: type[_Found], name: str = "") -> _Found:
    """The one that is seen."""
    found = [each for each in window.findChildren(kind, name) if each.isVisible()]
    assert len(found) == 1, (kind, name, found)
    return found[0]


def write(window: QWidget, name: str, text: str) -> None:
    """As if typed over what is in the line."""
    line = part(window, QLineEdit, name)
    line.setText(text)
    line.textEdited.emit(text)
