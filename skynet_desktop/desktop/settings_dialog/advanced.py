"""Settings > Advanced: what few people need, and where our files are."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.forms import SettingsForm
from skynet_desktop.desktop.settings_dialog.page import Page
from skynet_desktop.host import opening
from skynet_desktop.settings import General


class AdvancedPage(Page):
    def __init__(self, controller: Controller, errands: Errands) -> None:
        super().__init__(controller, QCoreApplication.translate("AdvancedPage", "Advanced"))
        self._form = SettingsForm(General, {}, ("poll_seconds", "log_level"))
        self._form.finished.connect(self._on_finished)
        self.column.addWidget(self._form)
        self.note(self.tr("The log's level changes when Skynet is started again."))

        self.section(self.tr("Help and repair"))
        buttons = QHBoxLayout()
        for name, text, act in (
            ("open-log", self.tr("Open log"), errands.open_log),
            ("save-diagnostics", self.tr("Save diagnostics…"), errands.save_diagnostics),
        ):
            button = QPushButton(text)
            button.setObjectName(name)
            button.clicked.connect(lambda _=False, act=act: act())
            buttons.addWidget(button)
        buttons.addStretch()
        self.column.addLayout(buttons)
        self.note(self.tr("Diagnostics hold settings, states and the log, and no secret."))

        self.section(self.tr("Where our files are"))
        paths = controller.app.paths
        for title, path in (
            (self.tr("Settings"), paths.settings_file),
            (self.tr("State"), paths.state),
            (self.tr("Log"), paths.logs),
            (self.tr("Your own connections"), paths.connections),
        ):
            self._place(title, path)
        self.column.addStretch()
        self.show_settings()
        controller.settingsChanged.connect(lambda _: self.show_settings())

    def show_settings(self) -> None:
        self._form.set_values(asdict(self.controller.settings.general))

    def _on_finished(self, name: str) -> None:
        value = self._form.values()[name]
        if value != getattr(self.controller.settings.general, name):
            self.write("general", **{name: value})

    def _place(self, title: str, path: Path) -> None:
        row = QHBoxLayout()
        text = QLabel(f"{title}: {path}")
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(text, 1)
        button = QPushButton(self.tr("Show"))
        button.setAccessibleName(self.tr("Show: {0}").format(title))
        button.clicked.connect(lambda: self.controller.jobs.run(lambda: opening.show_file(path)))
        row.addWidget(button)
        self.column.addLayout(row)
