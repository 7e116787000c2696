"""What is left out, with the usual groups ticked."""

from __future__ import annotations

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.filters import Filters
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings import FiltersPart
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.wizard.page import Page


class FiltersPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(
            self.tr("What is left out?"),
            self.tr("Files that programs make anew by themselves need not go along."),
        )
        self._part = FiltersPart(controller)
        self._part.set_ignore(FiltersPart.usual())
        self._part.changed.connect(self._on_changed)
        self.put(self._part)

    @property
    def ignore(self) -> tuple[str, ...]:
        return self._part.ignore

    def follow(self, local: str) -> None:
        """The folder that the patterns are tried on."""
        self._part.set_folder(local)

    def leave(self) -> None:
        self._part.stop()

    def go_on(self) -> None:
        try:
            Filters(self.ignore)
        except SettingsError as error:
            self.refused.emit(spoken(str(error)))
        else:
            self.wentOn.emit()

    def _on_changed(self) -> None:
        self.refused.emit("")
        self.changed.emit()
