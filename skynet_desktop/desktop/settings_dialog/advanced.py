"""Settings > Advanced: what few people need, and where our files are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QLabel

from skynet_desktop.desktop import theme, tokens
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.flow import Flow
from skynet_desktop.desktop.settings_dialog.page import Page
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.host import opening


class AdvancedPage(Page):
    def __init__(self, controller: Controller, errands: Errands) -> None:
        super().__init__(controller, QCoreApplication.translate("AdvancedPage", "Advanced"))
        self.table("general", ("poll_seconds", "log_level"))
        self.note(self.tr("The log's level changes when Skynet is started again."))

        self.section(self.tr("Help and repair"))
        self.column.addLayout(
            Flow(
                self.button(
                    "check-up", self.tr("&Check-up…"), lambda: controller.show(Place.CHECKUP)
                ),
                self.button("open-log", self.tr("&Open log"), errands.open_log),
                self.button(
                    "save-diagnostics", self.tr("&Save diagnostics…"), errands.save_diagnostics
                ),
                space=tokens.S,
            )
        )
        self.note(self.tr("Diagnostics hold settings, states and the log, and no secret."))

        self.section(self.tr("Where our files are"))
        self._places = QGridLayout()
        self._places.setHorizontalSpacing(tokens.L)
        self._places.setVerticalSpacing(tokens.S)
        self._places.setColumnStretch(1, 1)
        self.column.addLayout(self._places)
        paths = controller.app.paths
        self._place("settings", self.tr("Settings"), paths.settings_file)
        self._place("state", self.tr("State"), paths.state)
        self._place("logs", self.tr("Log"), paths.logs)
        self._place("connections", self.tr("Your own connections"), paths.connections)
        self.column.addStretch(1)

    def _place(self, name: str, title: str, path: Path) -> None:
        """The whole path is in the tooltip."""
        row = self._places.rowCount()
        where = ElidedLabel()
        where.setText(str(path))
        theme.mark(where, kind="muted")
        show = self.button(f"show-{name}", self.tr("Show"), lambda: self._show(path))
        show.setAccessibleName(self.tr("Show: {0}").format(title))
        self._places.addWidget(QLabel(title), row, 0)
        self._places.addWidget(where, row, 1)
        self._places.addWidget(show, row, 2)

    def _show(self, path: Path) -> None:
        self.controller.jobs.run(lambda: opening.show_file(path))
