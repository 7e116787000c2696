"""Whether this desktop has a tray, and when one appears or goes.

At login we may run before the panel does. A QSystemTrayIcon keeps for ever to the kind of
tray it found when it was made, so each time a StatusNotifier host appears a new icon must be
made. Older trays (XEmbed) announce nothing that Qt passes on: they are looked for again every
few seconds, as long as there is no host of the new kind, which tells when it goes.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QSystemTrayIcon

_LOOK_MS = 3_000
_WATCHER = "org.kde.StatusNotifierWatcher"
_REGISTERS_MS = 300  # a host that just took its name is not ready at once


class TrayHost(QObject):
    """On the GUI thread."""

    appeared = Signal()
    """A tray is there: make a new icon."""
    vanished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_there = False
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        if sys.platform.startswith("linux"):
            self._watch_bus()

    def start(self) -> None:
        self._look()
        if not self.is_there or not self._tells_when_it_goes():
            self._timer.start()

    def _watch_bus(self) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher

        watcher = QDBusServiceWatcher(
            _WATCHER,
            QDBusConnection.sessionBus(),
            QDBusServiceWatcher.WatchModeFlag.WatchForRegistration
            | QDBusServiceWatcher.WatchModeFlag.WatchForUnregistration,
            self,
        )
        watcher.serviceRegistered.connect(self._came)
        watcher.serviceUnregistered.connect(self._went)

    def _tells_when_it_goes(self) -> bool:
        if not sys.platform.startswith("linux"):
            return True  # always there; Qt itself puts the icon back when the shell restarts
        from PySide6.QtDBus import QDBusConnection

        bus = QDBusConnection.sessionBus().interface()
        return bus is not None and bus.isServiceRegistered(_WATCHER).value() is True

    @Slot()
    def _came(self) -> None:
        self._timer.stop()
        QTimer.singleShot(_REGISTERS_MS, self, self._appear)

    @Slot()
    def _went(self) -> None:
        self.is_there = False
        self._timer.start()
        self.vanished.emit()

    def _appear(self) -> None:
        self.is_there = QSystemTrayIcon.isSystemTrayAvailable()
        if self.is_there:
            self.appeared.emit()
        elif not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _look(self) -> None:
        there = QSystemTrayIcon.isSystemTrayAvailable()
        if there and not self.is_there:
            self._appear()
        elif self.is_there and not there:
            self._went()
