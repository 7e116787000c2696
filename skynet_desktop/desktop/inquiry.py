"""Something to find out off the GUI thread, with what is found so far coming in live."""

from __future__ import annotations

import threading
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, Signal

from skynet_desktop.core.errors import Stopped
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.threads import Job

Tell = Callable[[object], None]


class Inquiry(QObject):
    """One at a time; a new one ends the one before. On the GUI thread."""

    found = Signal(object)
    """What is known by now, while it is under way."""
    finished = Signal(object)
    failed = Signal(Exception)
    _told = Signal(object, object)

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._cancelled = threading.Event()
        self._job: Job | None = None
        self._told.connect(self._on_told)

    @property
    def is_under_way(self) -> bool:
        return self._job is not None

    def stop(self) -> None:
        """What is under way says nothing any more."""
        self._cancelled.set()
        if self._job is not None:
            self._job.forget()
            self._job = None

    def _begin(self, work: Callable[[Tell, threading.Event], object]) -> None:
        """``work`` gets whom to tell what it finds, and what is set once nobody listens."""
        self.stop()
        self._cancelled = cancelled = threading.Event()

        def tell(found: object) -> None:
            if not shiboken6.isValid(self):
                cancelled.set()
            elif not cancelled.is_set():
                self._told.emit(cancelled, found)

        self._job = self._controller.jobs.run(
            lambda: work(tell, cancelled),
            while_alive(self, self._on_done),
            while_alive(self, self._on_failed),
        )

    def _on_told(self, cancelled: threading.Event, found: object) -> None:
        if not cancelled.is_set():  # else it was on its way when it was stopped
            self.found.emit(found)

    def _on_done(self, result: object) -> None:
        self._job = None
        self.finished.emit(result)

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, Stopped):
            self.failed.emit(error)
