"""The editor in a window of its own, and the test of a service that is there already."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QVBoxLayout, QWidget

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.services.editor import ServiceEditor
from skynet_desktop.desktop.services.test_view import TrialView
from skynet_desktop.desktop.tokens import L
from skynet_desktop.settings import ServiceSettings, store

_SIZE = QSize(640, 640)


class ServiceDialog(QDialog):
    """Closing it ends a test, and asks before anything that was entered is lost."""

    saved = Signal(str)

    def __init__(
        self,
        controller: Controller,
        existing: ServiceSettings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Edit service") if existing else self.tr("Add a service"))
        self.setObjectName("service-dialog")
        open_at(self, _SIZE)
        self.editor = ServiceEditor(controller, existing)
        self.editor.saved.connect(self._on_saved)
        self.editor.cancelWanted.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.editor)

    def reject(self) -> None:
        """Esc, and the window's own close button."""
        if not self.editor.is_changed:
            self._leave()
            return
        box = QMessageBox(self)
        box.setObjectName("discard")
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Discard changes?"))
        box.setInformativeText(self.tr("What you entered here has not been saved."))
        discard = box.addButton(self.tr("&Discard"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("&Keep editing"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.buttonClicked.connect(lambda button: self._leave() if button is discard else None)
        box.open()

    def _leave(self) -> None:
        self.editor.stop()
        super().reject()

    def _on_saved(self, name: str) -> None:
        self.saved.emit(name)
        self.accept()


class TestDialog(QDialog):
    """``fieldWanted`` asks for the editor of this service at an option; the dialog closes."""

    __test__ = False  # no test for pytest
    fieldWanted = Signal(str)

    def __init__(
        self, controller: Controller, service: ServiceSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._service = service
        self.setWindowTitle(self.tr("Test of {0}").format(service.name))
        open_at(self, _SIZE)
        self.trial = TrialView(controller)
        self.trial.trusted.connect(self._trust)
        self.trial.fieldWanted.connect(self._lead)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(L)
        column.addWidget(self.trial, 1)
        column.addWidget(buttons)
        self._test()

    def reject(self) -> None:
        self.trial.cancel()
        super().reject()

    def _test(self) -> None:
        app, service = self._controller.app, self._service
        cls = app.registry.get(service.type)  # loaded with the settings
        names = {option.name for option in cls.options}
        self.trial.start(lambda: app.connect(service), names.__contains__)

    def _trust(self, accept: dict[str, object]) -> None:
        """Kept at once: whoever trusts a server here wants it used."""
        service = replace(self._service, options={**self._service.options, **accept})
        file = self._controller.settings_file

        def done() -> None:
            self._service = service
            self._test()

        self._controller.change(
            lambda: store.update_service(file, service), while_alive(self, done)
        )

    def _lead(self, name: str) -> None:
        self.reject()
        self.fieldWanted.emit(name)
