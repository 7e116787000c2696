"""The stage's own actor: a tray app of a few lines, with what the real one is tried for.

Says on stdout what was done to it. Started as ``python -m tests.screen.trial_app``.
"""

from __future__ import annotations

import os
import signal
import sys

from PySide6.QtCore import SLOT, QObject, QTimer, Slot, qWarning
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtNetwork import QNetworkInformation
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFormLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSystemTrayIcon,
    QWidget,
)


def say(*words: object) -> None:
    print(*words, flush=True)


def icon(colour: str) -> QIcon:
    picture = QPixmap(32, 32)
    picture.fill(QColor(colour))
    return QIcon(picture)


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__(windowTitle="Trial window")
        form = QFormLayout(self)
        bucket = QLineEdit()
        bucket.setAccessibleName("Bucket")
        form.addRow("&Bucket", bucket)
        secure = QCheckBox("Secure")
        secure.toggled.connect(lambda on: say("secure", on))
        form.addRow(secure)
        save = QPushButton("&Save")
        save.clicked.connect(lambda: say("saved", bucket.text()))
        form.addRow(save)


class Tray(QSystemTrayIcon):
    def __init__(self, window: Window) -> None:
        super().__init__(icon("green"))
        self._window = window
        self._menu = QMenu()
        self._menu.addAction("Up to date").setEnabled(False)
        self._menu.addAction("&Sync now", self._sync)
        pause = self._menu.addMenu("Pause")
        pause.addAction("30 minutes", self._pause)
        for_ever = pause.addAction("until resumed")
        for_ever.setCheckable(True)
        self._menu.addSeparator()
        self._menu.addAction("Warn", lambda: qWarning("a warning of Qt's"))
        self._menu.addAction("Quit", QApplication.quit)
        self.setContextMenu(self._menu)
        self.setToolTip("Trial: up to date")
        self.activated.connect(self._activated)
        self.show()

    def _sync(self) -> None:
        say("sync now")
        self.showMessage("Synced", "124 files are there")

    def _pause(self) -> None:
        self.setToolTip("Trial: paused")
        self.setIcon(icon("grey"))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        say("activated", reason.name)
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self._window.show()


class Sleeper(QObject):
    @Slot(QDBusMessage)
    def sleep(self, message: QDBusMessage) -> None:
        say("sleep", message.arguments())


def watch_network() -> None:
    QNetworkInformation.loadBackendByName("networkmanager")
    network = QNetworkInformation.instance()
    say("metered", network.isMetered())
    network.isMeteredChanged.connect(lambda on: say("metered", on))
    network.reachabilityChanged.connect(lambda reach: say("reach", reach.name))


def main() -> int:
    app = QApplication([*sys.argv, "-name", "trial"])
    app.setQuitOnLastWindowClosed(False)
    signal.signal(signal.SIGTERM, lambda *_: app.quit())
    beat = QTimer(interval=50)
    beat.timeout.connect(lambda: None)  # lets Python look at its signals
    beat.start()
    window = Window()
    tray = Tray(window)
    if "DBUS_SYSTEM_BUS_ADDRESS" in os.environ:
        watch_network()
        sleeper = Sleeper()
        QDBusConnection.systemBus().connect(
            "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
            "PrepareForSleep", sleeper, SLOT("sleep(QDBusMessage)"),  # type: ignore[call-overload]
        )  # fmt: skip
    say("ready", sys.argv[1:])
    code = app.exec()
    tray.hide()
    return code


if __name__ == "__main__":
    sys.exit(main())
