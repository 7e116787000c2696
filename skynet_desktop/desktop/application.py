"""The desktop application: what there is one of, wired once, and how it begins and ends."""

from __future__ import annotations

import logging
import os
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication, QMessageBox

from skynet_desktop.app import App
from skynet_desktop.desktop import theme
from skynet_desktop.desktop.collecting import Collecting
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.login import verify
from skynet_desktop.desktop.settings_dialog import SettingsDialog
from skynet_desktop.desktop.sheets import PLACES, Sheets
from skynet_desktop.desktop.signals import Signals
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.stalls import Stalls
from skynet_desktop.desktop.surroundings import Surroundings
from skynet_desktop.desktop.toasts import Toaster
from skynet_desktop.desktop.tray import Tray
from skynet_desktop.desktop.tray.menu import Actions, TrayMenu
from skynet_desktop.desktop.window import MainWindow
from skynet_desktop.desktop.wizard import Wizard
from skynet_desktop.host.channel import ControlServer
from skynet_desktop.settings import Settings

log = logging.getLogger(__name__)

_WINDOW_MS = 500  # after the tray icon: it notes what happens also while it is closed
_MEASURED = "SKYNET_MEASURE"  # set by the benchmark: answer how long the GUI thread was stuck
_TRAY_PATIENCE_MS = 20_000  # at login the panel may come later than we do


class Application(QObject):
    """Lives as long as the program. Windows are made when first wanted."""

    def __init__(self, qt: QApplication, app: App, *, minimized: bool) -> None:
        super().__init__()
        self._qt = qt
        self._minimized = minimized
        self._begun = False
        self._ending = False
        self.ended_in_order = True
        self.controller = controller = Controller(app, self)
        self.errands = errands = Errands(controller)
        self.menu = TrayMenu(
            controller,
            Actions(
                open_folder=errands.open_folder,
                show_at_destination=errands.show_at_destination,
                snooze=lambda seconds: self.toaster.snooze(seconds),
                open_log=errands.open_log,
                save_diagnostics=errands.save_diagnostics,
            ),
        )
        self.tray = Tray(controller, self.menu, self)
        self.toaster = Toaster(controller, self.tray.balloon)
        self.tray.balloonClicked.connect(self.toaster.open_last)
        self.sheets = Sheets(controller, self.toaster.restored, self)
        self.surroundings = Surroundings(controller, self.toaster.woke)
        self._collecting = Collecting(controller)
        self._window: MainWindow | None = None
        self._dialog: SettingsDialog | None = None
        self._wizard: Wizard | None = None
        self._control = ControlServer(app.paths.state, controller.handle)
        controller.placeWanted.connect(self.show)
        controller.quitWanted.connect(self.quit)
        controller.settingsChanged.connect(self._on_settings)
        controller.settingsBroken.connect(self._on_broken)
        controller.trouble.connect(self._on_trouble)
        self.tray.hostChanged.connect(self._on_tray)
        qt.commitDataRequest.connect(self._on_session_end)
        self._signals = Signals(self.quit, self)
        if _MEASURED in os.environ:
            stalls = Stalls(self)
            stalls.start()
            controller.own["stalls"] = stalls.answer

    def start(self) -> None:
        self.surroundings.start()  # first, or something is sent on a metered connection
        self.controller.start()
        self.controller.jobs.run(self._control.start)
        self.controller.jobs.run(lambda: verify(self.controller.app.paths))
        self.tray.start()
        self.controller.updates.start(lambda: not self.surroundings.is_metered, self.toaster.update)
        QTimer.singleShot(_TRAY_PATIENCE_MS, self, self._without_tray)

    @Slot()
    def quit(self) -> None:
        """End without losing anything: what waits goes on at the next start."""
        if self._ending:
            return
        self._ending = True
        for window in (self._wizard, self._dialog, self._window):
            if window is not None:
                window.hide()
        self.sheets.stop()
        self.tray.hide()
        self.surroundings.stop()
        self.controller.updates.stop()
        self.toaster.close()
        self._control.close()
        self.ended_in_order = self.controller.stop()
        if not self.ended_in_order:
            log.warning("not all that ran ended in time")
        self._qt.quit()

    # --- windows ------------------------------------------------------------------------

    @property
    def window(self) -> MainWindow:
        if self._window is None:
            self._window = MainWindow(self.controller, self.errands, self.surroundings.send_anyway)
            self._window.closes_to_tray = self.tray.is_visible
        return self._window

    @Slot(object, str)
    def show(self, place: Place, name: str = "") -> None:
        if place is Place.WIZARD:
            self._show_wizard()
        elif place in PLACES:
            self.sheets.show(place, name)
        elif place.value.startswith("settings/"):
            self._show_settings(place, name)
        else:
            self.window.show_page(place, name)
            _to_front(self.window)

    def _show_settings(self, place: Place, name: str) -> None:
        if self._dialog is None:
            self._dialog = SettingsDialog(self.controller, self.errands, self._window)
        self._dialog.show_page(place, name)
        _to_front(self._dialog)

    def _show_wizard(self) -> None:
        if self._wizard is None:
            self._wizard = Wizard(self.controller)
            self._wizard.finished.connect(self._wizard_done)
        _to_front(self._wizard)

    @Slot()
    def _wizard_done(self) -> None:
        if self._wizard is not None:
            self._wizard.deleteLater()
            self._wizard = None
        if not self.tray.is_visible:
            self.show(Place.OVERVIEW)

    @property
    def _shows_anything(self) -> bool:
        windows = (self._window, self._dialog, self._wizard)
        shown = any(window.isVisible() for window in windows if window is not None)
        return shown or self.sheets.shows_any

    # --- what happens -------------------------------------------------------------------

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        theme.apply(self._qt, settings.general.appearance)
        if not self._begun:
            self._begun = True
            QTimer.singleShot(_WINDOW_MS, self, lambda: self.window)
            if not settings.mappings:
                self.show(Place.WIZARD)
            elif not self._minimized and not self._shows_anything:
                self.show(Place.OVERVIEW)

    @Slot(str)
    def _on_broken(self, sentence: str) -> None:
        log.error("the settings are broken: %s", sentence)
        self.show(Place.OVERVIEW)
        self.window.show_broken(sentence)

    @Slot(Exception)
    def _on_trouble(self, error: Exception) -> None:
        log.warning("it did not work: %s", error)
        parent: Any = QApplication.activeWindow() or self._window
        box = QMessageBox(QMessageBox.Icon.Warning, "Skynet Desktop", spoken(str(error)))
        box.setParent(parent, box.windowFlags())
        box.open()

    @Slot(bool)
    def _on_tray(self, there: bool) -> None:
        if self._window is not None:
            self._window.closes_to_tray = there
        if not there:
            self._without_tray()

    @Slot()
    def _without_tray(self) -> None:
        """Then the window is the app, and closing it ends the app; it does not jump up."""
        if self._ending or not self._begun or self.tray.is_visible:
            return
        if not self._shows_anything:
            self.window.showMinimized()

    @Slot(QSessionManager)
    def _on_session_end(self, _: QSessionManager) -> None:
        self.quit()


def _to_front(window: Any) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
