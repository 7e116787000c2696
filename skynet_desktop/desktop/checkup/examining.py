"""The doctor at work, off the GUI thread: its findings come one by one."""

from __future__ import annotations

import threading

import shiboken6
from PySide6.QtCore import QObject, Signal

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.threads import Job
from skynet_desktop.doctor import checkup


class Examining(QObject):
    """One check-up at a time; a new one ends the one before. On the GUI thread."""

    found = Signal(object)
    """A :class:`Finding`."""
    finished = Signal()
    failed = Signal(Exception)
    _passed_on = Signal(object, object)

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._cancelled = threading.Event()
        self._job: Job | None = None
        self._passed_on.connect(self._on_found)

    @property
    def is_under_way(self) -> bool:
        return self._job is not None

    def start(self) -> None:
        self.stop()
        self._cancelled = cancelled = threading.Event()
        app = self._controller.app

        def work() -> None:
            for finding in checkup(app, cancelled=cancelled):
                if cancelled.is_set() or not shiboken6.isValid(self):
                    return
                self._passed_on.emit(cancelled, finding)

        self._job = self._controller.jobs.run(
            work, while_alive(self, self._on_done), while_alive(self, self._on_failed)
        )

    def stop(self) -> None:
        """What is under way says nothing any more."""
        self._cancelled.set()
        if self._job is not None:
            self._job.forget()
            self._job = None

    def _on_found(self, cancelled: threading.Event, finding: object) -> None:
        if cancelled is self._cancelled and not cancelled.is_set():
            self.found.emit(finding)

    def _on_done(self, _: None) -> None:
        self._job = None
        self.finished.emit()

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        self.failed.emit(error)
