"""Settings > General: language, appearance, start at login, updates, and where secrets are kept."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout

from skynet_desktop.credentials import SESSION
from skynet_desktop.desktop import theme
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.login import login_entry
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.services.keyring import KeyringBanner
from skynet_desktop.desktop.settings_dialog.page import Page
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.host.autostart import State
from skynet_desktop.settings import Settings
from skynet_desktop.updates.checker import NOWHERE


class GeneralPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(controller, QCoreApplication.translate("GeneralPage", "General"))
        self.table("general", ("language", "appearance"))
        self.note(self.tr("The language changes when Skynet is started again."))

        self.section(self.tr("Start"))
        self._autostart = QCheckBox(self.tr("Start Skynet when I &log in"))
        self._autostart.setObjectName("autostart")
        theme.mark(self._autostart, kind="switch")
        self._autostart.setEnabled(False)
        self._autostart.clicked.connect(self._set_autostart)
        self.column.addWidget(self._autostart)
        self._autostart_note = Banner("autostart-note", "warning")
        self.column.addWidget(self._autostart_note)

        self.section(self.tr("Updates"))
        updates = self.table("general", ("updates",))
        for box in updates.findChildren(QCheckBox):
            theme.mark(box, kind="switch")
        if not controller.updates.is_possible:
            updates.setEnabled(False)
            self.note(spoken(NOWHERE))

        self.section(self.tr("Secrets"))
        self._keyring = KeyringBanner(controller)
        self.column.addWidget(self._keyring)
        self._session = self.button(
            "session-only",
            self.tr("Keep secrets for this session &only"),
            lambda: self.write("general", keyring=SESSION),
        )
        row = QHBoxLayout()
        row.addWidget(self._session)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addStretch(1)
        self._chosen = controller.settings.general.keyring
        self._keyring.changed.connect(self._offer_session)
        self._offer_session()
        controller.settingsChanged.connect(self._follow)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._on_application)

    def showEvent(self, event: QShowEvent) -> None:
        """The system's own settings may have changed what starts at login."""
        super().showEvent(event)
        self._look_at_autostart()

    @Slot(Qt.ApplicationState)
    def _on_application(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self.isVisible():
            self._look_at_autostart()

    # --- secrets ------------------------------------------------------------------------

    def _follow(self, settings: Settings) -> None:
        if settings.general.keyring != self._chosen:
            self._chosen = settings.general.keyring
            self._keyring.look()

    def _offer_session(self) -> None:
        """Where all is well; else the banner offers it among its decisions."""
        is_session = self.controller.settings.general.keyring == SESSION
        self._session.setVisible(
            self._keyring.is_usable and not self._keyring.asks and not is_session
        )

    # --- start at login -----------------------------------------------------------------

    def _look_at_autostart(self) -> None:
        paths = self.controller.app.paths
        self.controller.jobs.run(
            lambda: login_entry(paths).state(),
            while_alive(self, self._show_autostart),
            while_alive(self, self._autostart_failed),
        )

    def _set_autostart(self, on: bool) -> None:
        paths = self.controller.app.paths

        def work() -> State:
            entry = login_entry(paths)
            entry.turn_on() if on else entry.turn_off()
            return entry.state()

        self._autostart.setEnabled(False)
        self.controller.jobs.run(
            work,
            while_alive(self, self._show_autostart),
            while_alive(self, self._autostart_failed),
        )

    def _show_autostart(self, state: State) -> None:
        """What the system will really do, not what was once chosen."""
        said = {
            State.BLOCKED: self.tr(
                "It was switched off in this system's own settings. Switch it on here to allow it "
                "again."
            ),
            State.STALE: self.tr(
                "At login another copy of Skynet is started, not this one. Switch it on here to "
                "start this one."
            ),
        }
        self._show_switch(state is State.ON, said.get(state, ""))

    def _autostart_failed(self, error: Exception) -> None:
        self._show_switch(False, spoken(str(error)))

    def _show_switch(self, on: bool, words: str) -> None:
        had_focus = self._autostart.hasFocus()
        self._autostart.setEnabled(True)
        self._autostart.setChecked(on)
        self._autostart.setAccessibleDescription(words)
        self._autostart_note.say(words)
        if had_focus:
            self._autostart.setFocus()
