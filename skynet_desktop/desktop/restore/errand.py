"""The restoring itself: on a connection of its own, off the GUI thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import shiboken6
from PySide6.QtCore import QObject, Signal

from skynet_desktop.core.errors import SkynetError
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.engine.restoring.catalogue import Catalogue
from skynet_desktop.engine.restoring.file import IfExists
from skynet_desktop.engine.restoring.restore import restore
from skynet_desktop.engine.restoring.tally import Restored, Restoring
from skynet_desktop.settings import MappingSettings

_TELL_SECONDS = 0.1

NOTHING = Restored(0, 0, 0, 0, 0, (), True)
"""Before anything is brought back."""


@dataclass(frozen=True, slots=True)
class Order:
    """``wanted`` are paths, each group as of a time; of ``files`` and ``bytes`` in all."""

    mapping: MappingSettings
    wanted: Sequence[tuple[float | None, list[str]]]
    target: str
    if_exists: IfExists
    files: int
    bytes: int


class Errand(QObject):
    """One order at a time. On the GUI thread."""

    progressed = Signal(object)
    """:class:`Restoring`, of the whole order."""
    finished = Signal(object)
    """:class:`Restored`, of the whole order; without a reason if it was stopped here."""
    failed = Signal(Exception)

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._stopping = threading.Event()
        self.is_under_way = False

    def start(self, order: Order, catalogue: Catalogue) -> None:
        service = self._controller.settings.services.get(order.mapping.service)
        if service is None:
            self.failed.emit(SkynetError("The service was removed meanwhile."))
            return
        app = self._controller.app
        self._stopping = stopping = threading.Event()
        self.is_under_way = True
        told = 0.0

        def progress(now: Restoring) -> None:
            nonlocal told
            moment = time.monotonic()
            if moment - told >= _TELL_SECONDS and shiboken6.isValid(self):
                told = moment
                self.progressed.emit(now)

        def work() -> Restored:
            ended = NOTHING
            for at, paths in order.wanted:
                before = ended

                def of_all(now: Restoring, before: Restored = before) -> None:
                    progress(_whole(now, before, order))

                connection = app.connect(service)
                try:
                    connection.open()
                    found = restore(
                        connection, catalogue, paths, order.target, at=at,
                        if_exists=order.if_exists, progress=of_all, stopping=stopping,
                        reconnect=lambda: app.connect(service),
                    )  # fmt: skip
                finally:
                    connection.close()
                ended = together(ended, found)
                if not found.complete:
                    break
            return ended

        self._controller.jobs.run(
            work, while_alive(self, self._on_finished), while_alive(self, self._on_failed)
        )

    def stop(self) -> None:
        """What is here by then stays; it still tells how it ended."""
        self._stopping.set()

    def _on_finished(self, ended: Restored) -> None:
        self.is_under_way = False
        if self._stopping.is_set() and not ended.complete:
            ended = replace(ended, reason="")
        self.finished.emit(ended)

    def _on_failed(self, error: Exception) -> None:
        self.is_under_way = False
        self.failed.emit(error)


def _whole(now: Restoring, before: Restored, order: Order) -> Restoring:
    """What one group tells, as a part of the order."""
    files = before.files + before.same + before.skipped + before.later + before.failures
    return Restoring(
        files + now.files, max(order.files, now.total_files),
        before.bytes + now.bytes, max(order.bytes, now.total_bytes), now.path,
    )  # fmt: skip


def together(one: Restored, other: Restored) -> Restored:
    """How both ended."""
    return Restored(
        one.files + other.files,
        one.bytes + other.bytes,
        one.same + other.same,
        one.skipped + other.skipped,
        one.replaced + other.replaced,
        (*one.failed, *other.failed),
        one.complete and other.complete,
        one.reason or other.reason,
        one.renamed + other.renamed,
        one.later + other.later,
        one.failures + other.failures,
    )
