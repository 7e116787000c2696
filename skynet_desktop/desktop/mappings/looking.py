"""A dry run or a local look, off the GUI thread, with its count coming in live."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import shiboken6
from PySide6.QtCore import QObject, Signal

from skynet_desktop.connections.base import Connection
from skynet_desktop.core.errors import PathDenied, Stopped
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.threads import Job
from skynet_desktop.engine.preview import Preview, preview


class Looking(QObject):
    """One look at a time; a new one ends the one before. On the GUI thread."""

    progressed = Signal(object)
    """A :class:`Preview` of what is known so far."""
    finished = Signal(object)
    failed = Signal(Exception)

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._cancelled = threading.Event()
        self._job: Job | None = None

    def start(
        self,
        local: str,
        remote: str = "",
        ignore: Sequence[str] = (),
        connect: Callable[[], Connection] | None = None,
    ) -> None:
        """Without ``connect`` the local side alone is looked at."""
        self.stop()
        self._cancelled = cancelled = threading.Event()
        paths = self._controller.app.paths
        hidden = (str(paths.state), str(paths.logs))

        def report(found: Preview) -> None:
            if not cancelled.is_set() and shiboken6.isValid(self):
                self.progressed.emit(found)

        def work() -> Preview:
            mapper = Mapper.of(local, remote)
            connection = connect() if connect else None
            try:
                if connection is not None:
                    connection.open()
                return preview(
                    mapper, ignore, connection, hidden=hidden, report=report, cancelled=cancelled
                )
            except OSError as error:
                raise PathDenied(f"The folder cannot be read: {error.strerror}.") from error
            finally:
                if connection is not None:
                    connection.close()

        self._job = self._controller.jobs.run(
            work, while_alive(self, self._on_done), while_alive(self, self._on_failed)
        )

    def stop(self) -> None:
        """What was under way says nothing any more."""
        self._cancelled.set()
        if self._job is not None:
            self._job.forget()
            self._job = None

    @property
    def is_under_way(self) -> bool:
        return self._job is not None

    def _on_done(self, found: Preview) -> None:
        self._job = None
        self.finished.emit(found)

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, Stopped):
            self.failed.emit(error)
