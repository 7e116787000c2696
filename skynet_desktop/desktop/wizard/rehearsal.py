"""The dry run: what would be sent, before anything is."""

from __future__ import annotations

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings import DryRun
from skynet_desktop.desktop.window.parts import label
from skynet_desktop.desktop.wizard.page import Page
from skynet_desktop.desktop.wizard.plan import Target
from skynet_desktop.settings import MappingSettings


class RehearsalPage(Page):
    """Looks anew whenever it is shown for something else than what was looked at."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(
            self.tr("What will happen"),
            self.tr("This is a dry run: it only looks, and sends nothing."),
        )
        self._controller = controller
        self._wanted: tuple[MappingSettings, Target] | None = None
        self._shown: tuple[MappingSettings, Target] | None = None
        self._dry_run = DryRun(controller)
        self._dry_run.finished.connect(lambda _: self._on_looked())
        self._dry_run.failed.connect(lambda _: self._on_failed())
        self._comfort = label(
            self.tr("You can go on all the same: sending begins as soon as this is mended."),
            "muted",
            wraps=True,
        )
        self._comfort.hide()
        self.put(self._dry_run, self._comfort)

    def follow(self, mapping: MappingSettings, target: Target) -> None:
        self._wanted = mapping, target

    def enter(self) -> None:
        if self._wanted is None or self._wanted == self._shown:
            return
        mapping, target = self._wanted
        app = self._controller.app
        self._comfort.hide()
        self._shown = None
        self._set_ready(False, self.tr("S&kip this"))
        self._dry_run.start(mapping, lambda: target.connection(app))

    def leave(self) -> None:
        self._dry_run.stop()

    def go_other(self) -> None:
        """A long list takes its time."""
        self.wentOn.emit()

    def _on_looked(self) -> None:
        self._shown = self._wanted
        self._set_ready(True, "")

    def _on_failed(self) -> None:
        self._comfort.show()
        self._set_ready(True, "")

    def _set_ready(self, ready: bool, other: str) -> None:
        self.is_ready = ready
        self.other = other
        self.changed.emit()
