"""Python's garbage collector at moments when nobody looks.

A full collection goes through all objects there are, with every thread at rest: 50 ms and more
when the activity page holds its 100,000 rows. Reference counts free nearly all memory without
it, so full collections wait until nothing has happened for a while.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

from skynet_desktop.desktop.controller import Controller

_YOUNG, _MIDDLE = 2_000, 20
_NEVER = 1_000_000
_REST_MS = 30_000


class Collecting(QObject):
    """From the start of the program on. On the GUI thread."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        gc.collect()
        gc.freeze()  # modules and classes stay for good
        gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)
        self._timer = QTimer(self, singleShot=True, interval=_REST_MS)
        self._timer.timeout.connect(self._collect)
        controller.events.connect(lambda _: self._timer.start())

    @Slot()
    def _collect(self) -> None:
        gc.collect()
