"""A mapping as tabs: folder and destination, filters, deletes and safety, schedule and limits."""

from __future__ import annotations

import os
from collections.abc import Container
from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.desktop import theme, tokens
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.forms import SettingsForm
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.mappings.dressed import dressed
from skynet_desktop.desktop.mappings.filters_part import FiltersPart
from skynet_desktop.desktop.mappings.folder_part import FolderPart
from skynet_desktop.desktop.mappings.safety_part import SafetyPart
from skynet_desktop.settings import MappingSettings
from skynet_desktop.settings.declaring import check_name

_SCHEDULE = ("hours", "limit", "rescan_minutes", "quiet_seconds")


class MappingEditor(QWidget):
    """``changed`` comes with every edit."""

    changed = Signal()

    def __init__(self, controller: Controller, existing: MappingSettings | None = None) -> None:
        super().__init__()
        self._existing = existing
        self._names = controller.settings.mappings
        self._name = QLineEdit()
        self._folder = FolderPart(controller)
        self._filters = FiltersPart(controller)
        self._safety = SafetyPart(controller)
        self._schedule = dressed(
            SettingsForm(MappingSettings, {}, _SCHEDULE), {"limit": self.tr("No limit")}
        )
        self._anew = Banner("anew", "info")
        self._tabs = QTabWidget()
        self._tabs.setObjectName("tabs")
        self._tabs.tabBar().setAccessibleName(self.tr("Parts of the mapping"))
        self.setFocusProxy(self._name if existing is None else self._tabs)
        first = QWidget()
        column = QVBoxLayout(first)
        column.setContentsMargins(tokens.L, tokens.L, tokens.L, tokens.L)
        column.setSpacing(tokens.XS)
        self._add_name(column)
        column.addWidget(self._folder)
        column.addSpacing(tokens.S)
        column.addWidget(self._anew)
        column.addStretch(1)
        for title, part in (
            (self.tr("Folder && destination"), first),
            (self.tr("Filters"), _padded(self._filters)),
            (self.tr("Deletes && safety"), _padded(self._safety)),
            (self.tr("Schedule && limits"), _padded(self._schedule)),
        ):
            self._tabs.addTab(_scrolled(part), title)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._tabs)
        self._fill(existing)
        self._before = self._values()
        for part in (self._folder, self._filters, self._safety, self._schedule):
            part.changed.connect(self.changed)
        self._name.textEdited.connect(self.changed)
        self._folder.changed.connect(self._follow_folder)
        self._filters.changed.connect(self._tell_folder)
        self._follow_folder()

    @property
    def is_changed(self) -> bool:
        return self._values() != self._before

    def mapping(self) -> MappingSettings:
        """What was entered. Raises :class:`SettingsError` for what is wrong by itself, with
        the tab in front that it is on."""
        values = self._values()
        try:
            check_name(values["name"])
        except ValueError as error:
            self._show(0, self._name)
            raise SettingsError(str(error)) from None
        if self._existing is None and values["name"] in self._names:
            self._show(0, self._name)
            raise SettingsError(
                f"There is a mapping {values['name']!r} already. Choose another name."
            )
        if not values["local"]:
            self._tabs.setCurrentIndex(0)
            self._folder.focus()
            raise SettingsError("Choose the folder to mirror.")
        if not values["service"]:
            self._tabs.setCurrentIndex(0)
            self._folder.focus_service()
            raise SettingsError("Choose the service it goes to, or add one first.")
        for tab, part in ((2, self._safety), (3, self._schedule)):
            if not part.is_right():
                self._tabs.setCurrentIndex(tab)
                raise SettingsError("One of the values is not right; it says why.")
        if self._existing is not None:
            return replace(self._existing, **values)
        return MappingSettings(**values)

    def stop(self) -> None:
        self._folder.stop()
        self._filters.stop()
        self._safety.stop()

    def _values(self) -> dict[str, Any]:
        return {
            "name": self._name.text().strip(),
            "local": self._folder.local,
            "service": self._folder.service,
            "remote": self._folder.remote,
            "ignore": self._filters.ignore,
            **self._safety.values(),
            **self._schedule.values(),
        }

    def _fill(self, existing: MappingSettings | None) -> None:
        if existing is None:
            existing = MappingSettings("", "", "", "", ignore=FiltersPart.usual())
        else:
            self._name.setText(existing.name)
            self._folder.set_values(existing.local, existing.service, existing.remote)
        self._filters.set_ignore(existing.ignore)
        self._safety.set_values(existing)
        self._schedule.set_values(asdict(existing))

    def _add_name(self, column: QVBoxLayout) -> None:
        label = QLabel(self.tr("&Name"))
        label.setBuddy(self._name)
        self._name.setObjectName("name")
        self._name.setAccessibleName(self.tr("Name"))
        column.addWidget(label)
        column.addWidget(self._name)
        if self._existing is not None:
            self._name.setReadOnly(True)
            note = QLabel(self.tr("The name stays: what is known of the destination hangs on it."))
            note.setWordWrap(True)
            theme.mark(note, kind="caption")
            column.addWidget(note)
        column.addSpacing(tokens.S)

    def _follow_folder(self) -> None:
        self._filters.set_folder(self._folder.local)
        self._safety.set_place(self._folder.service, self._folder.remote)
        if self._existing is None and not self._name.isModified():
            self._name.setText(suggested_name(self._folder.local, self._names))
        self._tell_folder()
        self._anew.say(self._what_changes())

    def _tell_folder(self) -> None:
        self._folder.set_mapping(self._name.text().strip(), self._filters.ignore)

    def _what_changes(self) -> str:
        """What another folder or destination means for a mapping that runs."""
        old = self._existing
        if old is None:
            return ""
        if (self._folder.service, self._folder.remote) != (old.service, old.remote):
            return self.tr(
                "The destination is another one: everything is compared anew, and what is missing "
                "there is sent. What is at the old place stays there."
            )
        if self._folder.local != old.local:
            return self.tr("The folder is another one: everything is compared anew.")
        return ""

    def _show(self, tab: int, field: QWidget) -> None:
        self._tabs.setCurrentIndex(tab)
        field.setFocus()


def suggested_name(local: str, taken: Container[str]) -> str:
    """The folder's own name, made fit, and new; "" where that gives none."""
    base = os.path.basename(os.path.normpath(local)) if local else ""
    kept = "".join(c if c.isalnum() or c in "-_. " else "-" for c in base).strip(" .-")[:58]
    if not kept:
        return ""
    name, number = kept, 2
    while name in taken:
        name, number = f"{kept} {number}", number + 1
    return name


def _padded(part: QWidget) -> QWidget:
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(tokens.L, tokens.L, tokens.L, tokens.L)
    column.addWidget(part)
    column.addStretch(1)
    return inside


def _scrolled(part: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    theme.mark(part, kind="page")
    area.setWidget(part)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
