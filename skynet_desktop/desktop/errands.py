"""Small things a person asks for from several places: show a folder, the log, a report."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

import PySide6
from PySide6.QtCore import QObject, QStandardPaths, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from skynet_desktop import diagnostics
from skynet_desktop.connections.locations import location
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.doctor import checkup
from skynet_desktop.host import opening


class Errands(QObject):
    """On the GUI thread; what may block is done off it."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        self._controller = controller
        self._boxes: set[QMessageBox] = set()

    def open_folder(self, mapping: str) -> None:
        found = self._controller.settings.mappings.get(mapping)
        if found is not None:
            folder = Path(found.local)
            self._controller.jobs.run(lambda: opening.open_folder(folder))

    def show_at_destination(self, mapping: str) -> None:
        """Open it where this computer can; else say where it is, to be copied."""
        settings = self._controller.settings
        found = settings.mappings.get(mapping)
        service = settings.services.get(found.service) if found else None
        if found is None or service is None:
            return
        app = self._controller.app

        def work() -> str:
            """What is left to say; nothing if it is open."""
            place = location(app.registry.get(service.type), service.options, found.remote)
            if place is None:
                return f"{service.name}: {found.remote}"
            if service.type == "local":
                opening.open_folder(place.text)
                return ""
            try:
                if place.url:
                    opening.open_page(place.url)
                    return ""
            except opening.OpeningError:
                pass  # it can be copied
            return place.text

        def done(left: str) -> None:
            if left:
                self._tell(left)

        self._controller.jobs.run(work, done)

    def _tell(self, text: str) -> None:
        box = self._box(QMessageBox.Icon.Information, self.tr("The destination"), text)
        copy = box.addButton(self.tr("Copy"), QMessageBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        box.addButton(QMessageBox.StandardButton.Close)
        box.open()

    def _box(self, icon: QMessageBox.Icon, title: str, text: str) -> QMessageBox:
        """In front of the window it was asked from; goes away by itself."""
        parent = QApplication.activeWindow()
        box = QMessageBox(icon, title, text, parent=parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if parent is None:
            self._boxes.add(box)  # else nobody holds it
            box.finished.connect(lambda: self._boxes.discard(box))
        return box

    def open_log(self) -> None:
        log = self._controller.app.paths.logs / "skynet.log"
        self._controller.jobs.run(lambda: opening.open_text(log))

    def save_diagnostics(self) -> None:
        """Ask where to, then put everything a helper needs into one file, without secrets."""
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        parent = QApplication.activeWindow()
        name = f"skynet-diagnostics-{datetime.now():%Y-%m-%d}.zip"
        chosen, _ = QFileDialog.getSaveFileName(
            parent, self.tr("Save diagnostics"), str(Path(documents) / name), "ZIP (*.zip)"
        )
        if chosen:
            self._save(Path(chosen))

    def _save(self, file: Path) -> None:
        controller = self._controller

        def work() -> None:
            status = {"mappings": [s.as_json() for s in controller.engine.status()]}
            settings = controller.settings if controller.is_loaded else None
            versions = {"PySide6": PySide6.__version__, "Qt": qVersion()}
            found = checkup(controller.app, cancelled=threading.Event(), network=False)
            findings = [finding.as_json() for finding in found]
            diagnostics.save(controller.app.paths, settings, status, file, versions, findings)
            opening.show_file(file)

        def failed(error: Exception) -> None:
            title = self.tr("Save diagnostics")
            self._box(QMessageBox.Icon.Warning, title, spoken(str(error))).open()

        controller.jobs.run(work, failed=failed)
