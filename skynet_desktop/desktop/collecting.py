"""Python's garbage collector on the GUI thread alone, and at moments when nobody looks.

By itself it runs in whichever thread makes the next object. One of the engine's must not destroy
a QObject: Qt then holds a lock and waits for Python's, while the GUI thread holds Python's and
waits for Qt's. All would stand still for ever.

A full collection goes through all objects there are, with every thread at rest: 50 ms and more
when the activity page holds its 100,000 rows. Reference counts free nearly all memory without
it, so full collections wait until nothing has happened for a while.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from skynet_desktop.desktop.controller import Controller

_YOUNG, _MIDDLE = 2_000, 20
_LOOK_MS = 2_000
_REST_MS = 30_000


class Collecting(QObject):
    """From the start of the program on, to the end of ``controller``. On the GUI thread."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        gc.disable()
        gc.collect()
        gc.freeze()  # modules and classes stay for good
        self._spawner = controller.spawner
        self._look = QTimer(self, interval=_LOOK_MS, timerType=Qt.TimerType.VeryCoarseTimer)
        self._look.timeout.connect(self._collect_some)
        self._look.start()
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._collect)
        controller.events.connect(lambda _: self._rest.start())

    @Slot()
    def _collect_some(self) -> None:
        self._spawner.forget_ended()
        collect_young()

    @Slot()
    def _collect(self) -> None:
        gc.collect()


def collect_young() -> None:
    """What is not old yet, once there is much of it, as Python would by itself."""
    young, middle, _ = gc.get_count()
    if young > _YOUNG:
        gc.collect(1 if middle > _MIDDLE else 0)
