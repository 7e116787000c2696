"""Settings > General: language, appearance, start at login, and where secrets are kept."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel

from skynet_desktop.credentials import SESSION, Keyring
from skynet_desktop.desktop import theme
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.login import login_entry
from skynet_desktop.desktop.settings_dialog.page import Page
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.translations import LANGUAGES
from skynet_desktop.host.autostart import State
from skynet_desktop.settings import General
from skynet_desktop.settings.schema import declared


class GeneralPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(controller, QCoreApplication.translate("GeneralPage", "General"))
        self._language = QComboBox()
        self._appearance = QComboBox()
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._fill_choices()
        for name, field in (("language", self._language), ("appearance", self._appearance)):
            self._add_choice(form, name, field)
        self.column.addLayout(form)
        self._restart = self.note(self.tr("The language changes when Skynet is started again."))
        self._restart.hide()

        self.section(self.tr("Start"))
        self._autostart = QCheckBox(self.tr("Start Skynet when I log in"))
        self._autostart.setObjectName("autostart")
        theme.mark(self._autostart, kind="switch")
        self._autostart.setEnabled(False)
        self._autostart.clicked.connect(self._set_autostart)
        self.column.addWidget(self._autostart)
        self._autostart_note = self.note("")
        self._autostart_note.hide()

        self.section(self.tr("Secrets"))
        self._keyring_name = QLabel(self.tr("Looking for the keyring…"))
        self._keyring_name.setObjectName("keyring")
        self._keyring_name.setTextFormat(Qt.TextFormat.PlainText)
        self._keyring_name.setWordWrap(True)
        self.column.addWidget(self._keyring_name)
        self._session = QCheckBox(self.tr("Keep secrets for this session only and ask each time"))
        self._session.setObjectName("session")
        self._session.clicked.connect(
            lambda on: self.write("general", keyring=SESSION if on else "")
        )
        self.column.addWidget(self._session)
        self.column.addStretch()
        self.show_settings()
        controller.settingsChanged.connect(lambda _: self.show_settings())

    def show_settings(self) -> None:
        general = self.controller.settings.general
        self._language.setCurrentIndex(max(0, self._language.findData(general.language)))
        self._appearance.setCurrentIndex(max(0, self._appearance.findData(general.appearance)))
        self._session.setChecked(general.keyring == SESSION)
        self._look_at_autostart()
        self.controller.jobs.run(
            lambda: self.controller.app.credentials.probe(), self._show_keyring
        )

    def _fill_choices(self) -> None:
        self._language.addItem(self.tr("As this computer is set"), "")
        for code, name in LANGUAGES.items():
            self._language.addItem(name, code)
        for code, name in (
            ("system", self.tr("As this computer is set")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            self._appearance.addItem(name, code)
        self._language.activated.connect(lambda _: self._restart.show())

    def _add_choice(self, form: QFormLayout, name: str, field: QComboBox) -> None:
        about = declared(General)[name]
        label = QLabel(QCoreApplication.translate("settings", about.label))
        label.setBuddy(field)
        field.setObjectName(name)
        field.setAccessibleName(label.text())
        field.activated.connect(lambda _: self.write("general", **{name: field.currentData()}))
        form.addRow(label, field)

    # --- start at login -----------------------------------------------------------------

    def _look_at_autostart(self) -> None:
        paths = self.controller.app.paths
        self.controller.jobs.run(
            lambda: login_entry(paths).state(), self._show_autostart, self._autostart_failed
        )

    def _set_autostart(self, on: bool) -> None:
        paths = self.controller.app.paths

        def work() -> State:
            entry = login_entry(paths)
            entry.turn_on() if on else entry.turn_off()
            return entry.state()

        self._autostart.setEnabled(False)
        self.controller.jobs.run(work, self._show_autostart, self._autostart_failed)

    def _show_autostart(self, state: State) -> None:
        """What the system will really do, not what was once chosen."""
        self._autostart.setEnabled(True)
        self._autostart.setChecked(state is State.ON)
        said = {
            State.BLOCKED: self.tr("It was switched off in this system's own settings."),
            State.STALE: self.tr("At login another copy of Skynet is started, not this one."),
        }
        self._autostart_note.setText(said.get(state, ""))
        self._autostart_note.setVisible(state in said)

    def _autostart_failed(self, error: Exception) -> None:
        self._autostart.setEnabled(True)
        self._autostart.setChecked(False)
        self._autostart_note.setText(spoken(str(error)))
        self._autostart_note.show()

    def _show_keyring(self, keyring: Keyring) -> None:
        self._keyring_name.setText(spoken(keyring.sentence))
