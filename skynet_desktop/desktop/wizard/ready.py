"""The last step before anything is written: what will be, and whether it starts at login."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.login import login_entry
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.tokens import XS, L, M
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.desktop.window.parts import label, row
from skynet_desktop.desktop.wizard.page import Page
from skynet_desktop.desktop.wizard.plan import Target
from skynet_desktop.host.autostart import State
from skynet_desktop.settings import MappingSettings


class ReadyPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(self.tr("Ready to start"))
        self.primary = self.tr("&Start mirroring")
        self._controller = controller
        self._summary = _Summary()
        self._switch = QCheckBox(self.tr("Start Skynet when I &log in"))
        self._switch.setObjectName("autostart")
        self._switch.setChecked(True)
        theme.mark(self._switch, kind="switch")
        self._note = label(name="autostart-note", kind="caption", wraps=True)
        self._plain = self.tr(
            "It then mirrors in the background. You can change this in the settings at any time."
        )
        self._note.setText(self._plain)
        login = QWidget()
        column = QVBoxLayout(login)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(self._switch)
        column.addWidget(self._note)
        self.put(self._summary, login)

    @property
    def at_login(self) -> bool:
        return self._switch.isChecked()

    def follow(self, mapping: MappingSettings, target: Target) -> None:
        self._summary.show_mapping(mapping, target)

    def enter(self) -> None:
        paths = self._controller.app.paths
        self._controller.jobs.run(
            lambda: login_entry(paths).state(),
            while_alive(self, self._show_state),
            lambda _: None,  # what stands against it is said when it is written
        )

    def set_busy(self, busy: bool) -> None:
        self.is_ready = not busy
        self._switch.setEnabled(not busy)
        self.changed.emit()

    def _show_state(self, state: State) -> None:
        said = {
            State.BLOCKED: self.tr("It was switched off in this system's own settings. Left on "
                                   "here, it is switched on again."),
            State.STALE: self.tr("At login another copy of Skynet is started now. Left on here, "
                                 "it will be this one."),
        }  # fmt: skip
        self._note.setText(said.get(state, self._plain))


class _Summary(QFrame):
    """From where to where, in a card."""

    def __init__(self) -> None:
        super().__init__()
        theme.mark(self, kind="card")
        self.setObjectName("summary")
        self._lines = [ElidedLabel() for _ in range(2)]
        self._mode = label(kind="caption", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, M, L, M)
        column.setSpacing(XS)
        for title, line in zip((self.tr("From"), self.tr("To")), self._lines, strict=True):
            name = label(title, "muted")
            name.setMinimumWidth(self.fontMetrics().horizontalAdvance("m") * 4)
            name.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
            pair = row(name, line, space=M)
            pair.setStretch(1, 1)
            column.addLayout(pair)
        column.addWidget(self._mode)

    def show_mapping(self, mapping: MappingSettings, target: Target) -> None:
        place = f"{target.service.name}: {mapping.remote}" if mapping.remote else mapping.service
        self._lines[0].setText(mapping.local)
        self._lines[1].setText(place)
        self._mode.setText(
            self.tr("What you delete here is deleted there too.")
            if mapping.complete_sync
            else self.tr("What you delete here stays there.")
        )
