"""Where the folder goes, what a deletion means there, and what the mapping is called."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings import DeletesPart, FolderPart
from skynet_desktop.desktop.mappings.editor import suggested_name
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import XS
from skynet_desktop.desktop.window.parts import label
from skynet_desktop.desktop.wizard.page import Page
from skynet_desktop.desktop.wizard.plan import Target
from skynet_desktop.settings import MappingSettings, Settings, checks
from skynet_desktop.settings.declaring import check_name


class DestinationPage(Page):
    """What is suggested follows the folder until the person writes something else."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(self.tr("Where to, and what about deletions?"))
        self._controller = controller
        self._target: Target | None = None
        self._local = ""
        self._suggested = ""
        self._place = FolderPart(controller, with_folder=False, with_service=False)
        self._place.changed.connect(self._on_changed)
        self._deletes = DeletesPart()
        self._deletes.changed.connect(self._on_changed)
        self._name = QLineEdit()
        self._name.setObjectName("mapping-name")
        self._name.textEdited.connect(self._on_changed)
        self.put(
            self._place,
            _titled(label(self.tr("When you delete a file here")), self._deletes),
            self._name_field(),
        )

    def follow(self, local: str, target: Target) -> None:
        """The folder and the service, as the steps before have them."""
        self._target = target
        remote = self._place.remote
        if local != self._local:
            suggestion = os.path.basename(os.path.normpath(local))
            if remote == self._suggested:
                remote = suggestion
            if not self._name.isModified():
                self._name.setText(suggested_name(local, self._controller.settings.mappings))
            self._local, self._suggested = local, suggestion
        self._place.set_values(local, target.service.name, remote)

    def enter(self) -> None:
        self._place.focus_place()

    def mapping(self) -> MappingSettings:
        """What was entered here; the rest of it by default."""
        assert self._target is not None
        values = self._deletes.values()
        return MappingSettings(
            self._name.text().strip(),
            self._local,
            self._target.service.name,
            self._place.remote,
            **values,  # type: ignore[arg-type]
        )

    def go_on(self) -> None:
        """Rules that tie mappings together need a look at the disk."""
        target = self._target
        if target is None or not self._deletes.is_right() or not self._name_is_right():
            return
        mapping, settings = self.mapping(), target.added_to(self._controller.settings)
        self._set_ready(False)
        self._controller.jobs.run(
            lambda: checks.check_mapping(settings, mapping),
            while_alive(self, lambda _: self._right()),
            while_alive(self, self._wrong),
        )

    def _right(self) -> None:
        self._set_ready(True)
        if self.isVisible():
            self.wentOn.emit()

    def _wrong(self, error: Exception) -> None:
        """Instead of the keys in the settings file, what the fields are called here."""
        self._set_ready(True)
        words, name = spoken(str(error)), self._name.text().strip()
        for key, title in (("remote", self.tr("Place there")), ("local", self.tr("The folder"))):
            words = words.replace(Settings().where("mappings", name, key), title)
        self.refused.emit(words)

    def _name_is_right(self) -> bool:
        name = self._name.text().strip()
        try:
            check_name(name)
            if name in self._controller.settings.mappings:
                raise SettingsError(f"There is a mapping {name!r} already. Choose another name.")
        except (ValueError, SettingsError) as error:
            self.refused.emit(spoken(str(error)))
            self._name.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        return True

    def _on_changed(self) -> None:
        self.refused.emit("")
        self.changed.emit()

    def _set_ready(self, ready: bool) -> None:
        self.is_ready = ready
        self.changed.emit()

    def _name_field(self) -> QWidget:
        title = label(self.tr("&Name of the mapping"))
        title.setBuddy(self._name)
        self._name.setAccessibleName(self.tr("Name of the mapping"))
        return _titled(title, self._name, label(self.tr("What you want to call it."), "caption"))


def _titled(*parts: QWidget) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(XS)
    for part in parts:
        column.addWidget(part)
    return whole
