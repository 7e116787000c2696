"""A person's hand at the wizard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.wizard import Wizard
from skynet_desktop.desktop.wizard.page import Page
from tests.desktop.services.hand import Hand


class WizardHand(Hand):
    def __init__(self, qtbot: QtBot, wizard: Wizard) -> None:
        super().__init__(qtbot, wizard)
        self.wizard = wizard

    def key(self, key: Qt.Key) -> None:
        """Pressed where the focus is."""
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)

    def entry(self, name: str) -> QLineEdit:
        found = [w for w in self.window.findChildren(QLineEdit, name) if w.isVisible()]
        assert len(found) == 1, name
        return found[0]

    def enter(self, name: str, text: str) -> None:
        """Type over what is in the field."""
        line = self.entry(name)
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)
        line.selectAll()
        QTest.keyClicks(line, text)

    def text(self, name: str) -> str:
        found = [w for w in self.window.findChildren(QLabel, name) if w.isVisible()]
        return "\n".join(label.text() for label in found)

    def on(self, page: Page) -> None:
        """Wait until this step is shown."""
        self.until(lambda: self.wizard.page is page)

    def go_on_to(self, page: Page) -> None:
        self.press("primary")
        self.on(page)

    def question(self) -> QMessageBox:
        found = [b for b in self.window.findChildren(QMessageBox) if b.isVisible()]
        assert len(found) == 1
        return found[0]

    # --- the usual way ------------------------------------------------------------------

    def local_service(self, disk: Path) -> None:
        """From the welcome to a test of another disk that went well."""
        wizard = self.wizard
        self.press("set-up")
        self.press("preset-local")
        self.on(wizard.details)
        self.type("path", str(disk))
        self.go_on_to(wizard.test)
        self.until(lambda: wizard.test.works)

    def to_the_end(self, folder: Path) -> None:
        """From a tested service to the last step before anything is written."""
        wizard = self.wizard
        self.go_on_to(wizard.folder)
        self.enter("local", str(folder))
        for page in (wizard.destination, wizard.filters, wizard.rehearsal, wizard.ready):
            self.go_on_to(page)

    def start(self) -> None:
        self.go_on_to(self.wizard.arrival)
        self.until(lambda: self.wizard.arrival.has_arrived)
