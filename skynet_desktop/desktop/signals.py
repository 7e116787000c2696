"""SIGINT and SIGTERM end the program in order.

Python runs a signal's handler only when it has the word, and Qt's loop may keep it for hours.
So the handler is woken by what the interpreter writes into a socket at once.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal, Slot


class Signals(QObject):
    """Calls ``told`` from the loop of the GUI thread; a second signal ends the process the hard
    way."""

    _told = Signal()

    def __init__(self, told: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told.connect(told, Qt.ConnectionType.QueuedConnection)  # not amid other code
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        self._told.emit()

    @Slot()
    def _drain(self) -> None:
        """Python runs the handler on the way into this slot."""
        self._reader.recv(64)
