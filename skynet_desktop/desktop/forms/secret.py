"""The input for a secret: dots, an eye to see it by, and whether one is kept already."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLineEdit, QToolButton

from skynet_desktop.credentials import register
from skynet_desktop.desktop import icons
from skynet_desktop.desktop.forms.inputs import TextInput
from skynet_desktop.desktop.theme import mark


class SecretInput(TextInput):
    """What is typed is known to the log's filter from the moment the line is left. Empty means
    that a secret which is kept already stays as it is."""

    def __init__(self) -> None:
        line = QLineEdit()
        line.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        super().__init__(line)
        self._is_kept = False
        self.eye = QToolButton()
        self.eye.setCheckable(True)
        self.eye.toggled.connect(self._show)
        mark(self.eye, "flat")
        self.row.addWidget(self.eye)
        self._show(False)
        self.finished.connect(lambda: register([self.value()]))

    def value(self) -> str:
        """As it was typed: a blank may belong to a password. A line end never does."""
        return self.line.text().strip("\r\n")

    @property
    def is_kept(self) -> bool:
        return self._is_kept

    def set_kept(self, kept: bool) -> None:
        """Whether the keyring holds one already."""
        self._is_kept = kept
        self.line.setPlaceholderText(self.tr("Kept in the keyring") if kept else "")

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.eye.setChecked(False)

    def _show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)
        icons.follow(self.eye, "eye-off" if shown else "eye")
        words = self.tr("Hide") if shown else self.tr("Show")
        self.eye.setToolTip(words)
        self.eye.setAccessibleName(words)
