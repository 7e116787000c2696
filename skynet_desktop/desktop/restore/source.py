"""A destination, read into a catalogue off the GUI thread, and asked there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from skynet_desktop.connections.base import Connection
from skynet_desktop.core.errors import SkynetError, Stopped
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.threads import Job
from skynet_desktop.engine.restoring.catalogue import Catalogue
from skynet_desktop.settings import MappingSettings

T = TypeVar("T")

_TELL_SECONDS = 0.1


class Source(QObject):
    """One destination at a time; another one ends what was done with the one before. On the
    GUI thread."""

    progressed = Signal(int)
    """So many files and old states were found so far."""
    ready = Signal()
    failed = Signal(Exception)

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._cancelled = threading.Event()
        self._connection: list[Connection] = []
        self._jobs: list[Job] = []
        self.catalogue: Catalogue | None = None

    def open(self, mapping: MappingSettings) -> None:
        self.close()
        service = self._controller.settings.services.get(mapping.service)
        if service is None:
            self.failed.emit(SkynetError("The service was removed meanwhile."))
            return
        app, remote = self._controller.app, mapping.remote
        self._cancelled = cancelled = threading.Event()
        self._connection = opened = []
        told = 0.0

        def report(count: int) -> None:
            nonlocal told
            now = time.monotonic()
            if now - told >= _TELL_SECONDS and not cancelled.is_set() and shiboken6.isValid(self):
                told = now
                self.progressed.emit(count)

        def work() -> Catalogue:
            connection = app.connect(service)
            opened.append(connection)
            try:
                if cancelled.is_set():
                    raise Stopped("Cancelled.")
                connection.open()
                found = Catalogue.read(connection, remote, report=report, cancelled=cancelled)
            finally:
                connection.close()
            if cancelled.is_set():  # nobody takes it any more
                found.close()
                raise Stopped("Cancelled.")
            return found

        self._run(work, self._on_read, self._on_failed)

    def ask(self, work: Callable[[Catalogue], T], done: Callable[[T], None]) -> Job | None:
        """Have something asked of the catalogue; nothing happens where there is none."""
        catalogue = self.catalogue
        if catalogue is None:
            return None
        return self._run(lambda: work(catalogue), done, self._on_failed)

    def close(self) -> None:
        """End all that is under way, and let the catalogue go. Returns at once."""
        self._cancelled.set()
        for job in self._jobs:
            job.forget()
        self._jobs = []
        connections, self._connection = list(self._connection), []
        catalogue, self.catalogue = self.catalogue, None

        def let_go() -> None:
            for connection in connections:  # a listing may hang
                connection.close()
            if catalogue is not None:
                catalogue.close()

        if connections or catalogue is not None:
            self._controller.jobs.run(let_go)

    def _run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> Job:
        job = self._controller.jobs.run(work, while_alive(self, done), while_alive(self, failed))
        self._jobs = [*self._jobs[-50:], job]
        return job

    def _on_read(self, catalogue: Catalogue) -> None:
        self._connection = []
        self.catalogue = catalogue
        self.ready.emit()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, Stopped):
            self.failed.emit(error)
