"""Settings > About: who made this, under which licence, and what it is built from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

import skynet_desktop
from skynet_desktop.desktop import icons, theme, tokens
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.settings_dialog import licences
from skynet_desktop.desktop.settings_dialog.licence_dialog import LicenceDialog
from skynet_desktop.desktop.settings_dialog.page import Page
from skynet_desktop.desktop.updates.part import UpdatesPart

_ICON_SIZE = 64


class AboutPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(controller, QCoreApplication.translate("AboutPage", "About"))
        self.column.addLayout(self._head())
        self.column.addWidget(UpdatesPart(controller))
        self.note(
            self.tr(
                "Skynet Desktop mirrors your folders to storage you own. It is free software "
                "under the GNU Affero General Public License, version 3 or later, and comes "
                "with no warranty."
            )
        )
        self._button = self.button("licences", self.tr("&Licences…"), self._open)
        row = QHBoxLayout()
        row.addWidget(self._button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addStretch(1)

    def _head(self) -> QHBoxLayout:
        icon = QLabel()
        icon.setPixmap(icons.app_icon().pixmap(_ICON_SIZE, _ICON_SIZE))
        icon.setAccessibleName(self.tr("The icon of Skynet Desktop"))
        name = QLabel("Skynet Desktop")
        theme.mark(name, kind="heading")
        version = QLabel(self.tr("Version {0}").format(skynet_desktop.__version__))
        version.setObjectName("version")
        version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.mark(version, kind="muted")
        words = QVBoxLayout()
        words.setSpacing(tokens.XS)
        words.addStretch(1)
        words.addWidget(name)
        words.addWidget(version)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(tokens.L)
        row.addWidget(icon)
        row.addLayout(words)
        row.addStretch(1)
        return row

    def _open(self) -> None:
        self._button.setEnabled(False)
        self.controller.jobs.run(licences.parts, while_alive(self, self._show))

    def _show(self, found: Sequence[licences.Part]) -> None:
        self._button.setEnabled(True)
        LicenceDialog(found, self.window()).open()
