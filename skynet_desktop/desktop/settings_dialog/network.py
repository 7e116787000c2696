"""Settings > Network: limits and their timetable, metered connections, proxy, transfers."""

from __future__ import annotations

from dataclasses import asdict

from PySide6.QtCore import QCoreApplication

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.forms import SettingsForm
from skynet_desktop.desktop.settings_dialog.page import Page
from skynet_desktop.settings import Network


class NetworkPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(controller, QCoreApplication.translate("NetworkPage", "Network"))
        self._form = SettingsForm(
            Network, {}, ("limit", "timetable", "metered", "proxy", "transfers")
        )
        self._form.finished.connect(self._on_finished)
        self.column.addWidget(self._form)
        self.column.addStretch()
        self.show_settings()
        controller.settingsChanged.connect(lambda _: self.show_settings())

    def show_settings(self) -> None:
        self._form.set_values(asdict(self.controller.settings.network))

    def _on_finished(self, name: str) -> None:
        value = self._form.values()[name]
        if value != getattr(self.controller.settings.network, name):
            self.write("network", **{name: value})
