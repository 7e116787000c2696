"""The tray icon: the worst state of all mappings, in shape and colour and one sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from skynet_desktop.core.events import State
from skynet_desktop.desktop import icons, theme, words
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.desktop.toasts.wording import Toast
from skynet_desktop.desktop.tray.host import TrayHost
from skynet_desktop.desktop.tray.outline import outlined, prepare

_FRAME_MS = 250
_BALLOON_MS = 10_000


class Tray(QObject):
    """On the GUI thread. ``hostChanged`` tells whether the icon can be seen."""

    hostChanged = Signal(bool)
    balloonClicked = Signal()

    def __init__(self, controller: Controller, menu: QMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._menu = menu
        self._icon: QSystemTrayIcon | None = None
        self._state = State.CHECKING
        self._frame = 0
        self._sentence = ""
        self._host = TrayHost(self)
        self._host.appeared.connect(self._appear)
        self._host.vanished.connect(self._vanish)
        self._frames = QTimer(self, interval=_FRAME_MS)
        self._frames.setTimerType(Qt.TimerType.CoarseTimer)
        self._frames.timeout.connect(self._turn)
        controller.snapshotChanged.connect(self._on_snapshot)
        theme.signals.changed.connect(self._draw)

    def start(self) -> None:
        self._host.start()
        self._controller.jobs.run(_draw_ahead())

    @property
    def is_visible(self) -> bool:
        return self._icon is not None

    def balloon(self, toast: Toast) -> None:
        """Show a toast by the icon; nothing happens where there is none."""
        if self._icon is not None:
            self._icon.showMessage(toast.title, toast.text, icons.app_icon(), _BALLOON_MS)

    def hide(self) -> None:
        self._vanish()

    @Slot()
    def _appear(self) -> None:
        self._drop()
        icon = QSystemTrayIcon(self)
        icon.setContextMenu(self._menu)
        icon.activated.connect(self._activated)
        icon.messageClicked.connect(self.balloonClicked)
        self._icon = icon
        self._draw()
        icon.setToolTip(self._tip())
        icon.show()
        self._move()
        self.hostChanged.emit(True)

    @Slot()
    def _vanish(self) -> None:
        self._drop()
        self.hostChanged.emit(False)

    def _drop(self) -> None:
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None
            self._frames.stop()

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        sentence = words.sentence(snapshot)
        if sentence != self._sentence:
            self._sentence = sentence
            if self._icon is not None:
                self._icon.setToolTip(self._tip())
        if snapshot.state is not self._state:
            self._state = snapshot.state
            self._frame = 0
            self._draw()
            self._move()

    def _move(self) -> None:
        """No timer runs while nothing moves or nobody sees it."""
        if icons.frames(self._state) == 1 or self._icon is None:
            self._frames.stop()
        elif not self._frames.isActive():
            self._frames.start()

    def _tip(self) -> str:
        return f"Skynet Desktop\n{self._sentence}".strip()

    @Slot()
    def _turn(self) -> None:
        self._frame += 1
        self._draw()

    @Slot()
    def _draw(self) -> None:
        if self._icon is not None:
            self._icon.setIcon(_picture(self._state, self._frame))

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        opens = (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        )
        if reason in opens and sys.platform != "darwin":  # there, a click opens the menu
            self._controller.show(Place.OVERVIEW)


def _draw_ahead() -> Callable[[], None]:
    if sys.platform.startswith("linux"):
        return prepare
    scheme = _scheme()
    return lambda: icons.prepare(scheme)


def _picture(state: State, frame: int) -> QIcon:
    if sys.platform.startswith("linux"):
        return outlined(state, frame % icons.frames(state))
    return icons.tray_icon(state, _scheme(), frame)


def _scheme() -> icons.Scheme:
    """Panels are of the system's scheme, whatever the person chose for our windows."""
    if sys.platform == "darwin":
        return icons.Scheme.TEMPLATE
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return icons.Scheme.DARK if dark else icons.Scheme.LIGHT
