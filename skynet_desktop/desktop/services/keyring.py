"""Which keyring holds the secrets, and what a person may decide if there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from skynet_desktop.credentials import SESSION, Keyring, Kind
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.threads import Job
from skynet_desktop.desktop.tokens import M, S
from skynet_desktop.settings import store

_BANNERS = {Kind.NONE: "warning", Kind.FOREIGN: "warning", Kind.LOCKED: "info"}


class KeyringBanner(QFrame):
    """A quiet sentence where all is well, else a banner with the decisions."""

    changed = Signal()
    """The keyring was looked at again."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._looking: Job | None = None
        self._keyring: Keyring | None = None
        self.setObjectName("keyring")
        self._column = column = QVBoxLayout(self)
        column.setSpacing(M)
        self._words = QLabel(self.tr("Looking for the keyring…"))
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        column.addWidget(self._words)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(S)
        self._again = self._button("keyring-again", self.tr("Try a&gain"), self.look)
        self._session = self._button(
            "keyring-session",
            self.tr("&Keep for this session only"),
            lambda: self._choose(SESSION),
        )
        self._foreign = self._button(
            "keyring-anyway",
            self.tr("&Use it anyway"),
            lambda: self._choose(self._keyring.backend if self._keyring else ""),
        )
        self._system = self._button(
            "keyring-system", self.tr("&Use this system's keyring"), lambda: self._choose("")
        )
        self._buttons.addStretch(1)
        column.addLayout(self._buttons)
        self._show(None)
        self.look()

    @property
    def is_known(self) -> bool:
        """Whether the system has answered."""
        return self._keyring is not None

    @property
    def is_usable(self) -> bool:
        """Whether a secret can be kept; false too while that is not known yet."""
        return self._keyring is not None and self._keyring.kind not in (Kind.NONE, Kind.FOREIGN)

    @property
    def asks(self) -> bool:
        """Whether there is something to decide."""
        return self._keyring is not None and self._keyring.kind in _BANNERS

    def look(self) -> None:
        """Ask the system again."""
        app = self._controller.app
        if self._looking is not None:
            self._looking.forget()  # its answer may come after that of this one
        self._looking = self._controller.jobs.run(
            lambda: app.credentials.probe(),
            while_alive(self, self._show),
            while_alive(self, self._refused),
        )

    def focus_decision(self) -> None:
        """To the first of the buttons."""
        self._again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, choice: str) -> None:
        """Written at once: from now on it holds for all services."""
        file = self._controller.settings_file

        def change() -> object:
            return store.set_table(file, replace(store.load(file).general, keyring=choice))

        self._controller.change(
            change, while_alive(self, self.look), while_alive(self, self._refused)
        )

    def _refused(self, error: Exception) -> None:
        self._words.setText(spoken(str(error)))

    def _show(self, keyring: Keyring | None) -> None:
        self._keyring = keyring
        kind = keyring.kind if keyring else None
        tone = _BANNERS.get(kind) if kind else None
        mark(self, "banner" if tone else "", tone or "")
        mark(self._words, "" if tone else "caption")
        margin = M if tone else 0
        self._column.setContentsMargins(margin, margin, margin, margin)
        if keyring is not None:
            self._words.setText(spoken(keyring.sentence))
        self._again.setVisible(self.asks)
        self._session.setVisible(self.asks)
        self._foreign.setVisible(kind is Kind.FOREIGN)
        self._system.setVisible(kind is Kind.SESSION)
        self.changed.emit()

    def _button(self, name: str, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        self._buttons.addWidget(button)
        return button
