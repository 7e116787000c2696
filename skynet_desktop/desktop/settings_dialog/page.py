"""What the pages of the settings dialog have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from skynet_desktop.desktop import theme, tokens
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.settings import store


class Page(QScrollArea):
    """A page that scrolls where the window is small. Changes take effect at once: each is
    checked, written and followed by the engine off this thread; what was refused is said in a
    banner at the top and taken back."""

    def __init__(self, controller: Controller, title: str) -> None:
        super().__init__()
        self.controller = controller
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        inside = QWidget()
        theme.mark(inside, kind="page")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(tokens.L, tokens.L, tokens.L, tokens.L)
        self.column.setSpacing(tokens.M)
        heading = QLabel(title)
        theme.mark(heading, kind="title")
        self.column.addWidget(heading)
        self._banner = QLabel()
        theme.mark(self._banner, kind="banner", tone="danger")
        self._banner.setTextFormat(Qt.TextFormat.PlainText)
        self._banner.setWordWrap(True)
        self._banner.hide()
        self.column.addWidget(self._banner)
        self.setWidget(inside)

    def section(self, text: str, help_: str = "") -> None:
        """A heading within the page, and a sentence below it."""
        label = QLabel(text)
        theme.mark(label, kind="heading")
        self.column.addWidget(label)
        if help_:
            self.note(help_)

    def note(self, text: str) -> QLabel:
        """A quiet sentence."""
        label = QLabel(text)
        theme.mark(label, kind="caption")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        self.column.addWidget(label)
        return label

    def write(self, table: str, **values: Any) -> None:
        """Change settings of the table general, notifications or network."""
        file = self.controller.settings_file

        def change() -> object:
            present = getattr(store.load(file), table)
            return store.set_table(file, replace(present, **values))

        self.controller.change(change, self._accepted, self._refused)

    def show_settings(self) -> None:
        """Show what the settings say now. For pages that show any."""

    def _accepted(self) -> None:
        self._banner.hide()

    def _refused(self, error: Exception) -> None:
        self._banner.setText(spoken(str(error)))
        self._banner.show()
        self.show_settings()
