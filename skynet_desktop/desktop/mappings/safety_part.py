"""The tab "Deletes & safety": what may go at the destination, what is kept of it, and proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.reserved import TRASH
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.forms import SettingsForm
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.mappings.deletes_part import DeletesPart
from skynet_desktop.desktop.mappings.dressed import dressed
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.threads import Job
from skynet_desktop.desktop.tokens import XS, M, S
from skynet_desktop.desktop.window.parts import label
from skynet_desktop.settings import MappingSettings


class SafetyPart(QWidget):
    """``changed`` comes with every edit."""

    changed = Signal()

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._place: tuple[str, str] | None = None
        self._keeps_versions = False
        self._job: Job | None = None
        self.deletes = DeletesPart()
        self._changes = self._form({}, "change_limit_share")
        self._keep = self._form({}, "keep")
        self._days = self._form({"keep_days": self.tr("For ever")}, "keep_days")
        self._where = label(kind="caption", name="keeps-where", wraps=True)
        self._risk = Banner("keeps-nothing", "warning")
        self._verify = self._form({"verify_days": self.tr("Never")}, "verify_days")
        self._deep = self._form({}, "verify_deep")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        for title, parts in (
            (self.tr("When you delete files here"), (self.deletes,)),
            (self.tr("When very many files change at once"), (self._changes,)),
            (
                self.tr("What can be brought back"),
                (self._keep, self._days, self._where, self._risk),
            ),
            (self.tr("Proof that all is there"), (self._verify, self._deep)),
        ):
            if column.count():
                column.addSpacing(M)
            column.addWidget(label(title, "heading", wraps=True))
            column.addSpacing(XS)
            for part in parts:
                column.addWidget(part)
        self.deletes.changed.connect(self._on_changed)
        for form in self._forms:
            form.changed.connect(self._on_changed)
        self._follow()

    def _form(self, zeros: Mapping[str, str], name: str) -> SettingsForm:
        return dressed(SettingsForm(MappingSettings, {}, [name]), zeros)

    @property
    def _forms(self) -> tuple[SettingsForm, ...]:
        return self._changes, self._keep, self._days, self._verify, self._deep

    # --- answers ------------------------------------------------------------------------

    def values(self) -> dict[str, object]:
        found = self.deletes.values()
        for form in self._forms:
            found |= form.values()
        return found

    def set_values(self, mapping: MappingSettings) -> None:
        self.deletes.set_values(mapping)
        for form in self._forms:
            form.set_values(asdict(mapping))
        self._follow()

    def is_right(self) -> bool:
        return self.deletes.is_right() and all(form.is_right() for form in self._forms)

    # --- what follows from them ---------------------------------------------------------

    def set_place(self, service: str, remote: str) -> None:
        """Where the mapping goes: what is kept is kept there."""
        if (service, remote) == self._place:
            return
        self._place = service, remote
        self.stop()
        found = self._controller.settings.services.get(service)
        if found is None:
            self._know(False)
            return
        registry = self._controller.app.registry

        def work() -> bool:
            try:
                return hasattr(registry.get(found.type), "versions")
            except SettingsError:
                return False

        self._job = self._controller.jobs.run(work, while_alive(self, self._know))

    def stop(self) -> None:
        if self._job is not None:
            self._job.forget()
            self._job = None

    def _know(self, keeps_versions: bool) -> None:
        self._keeps_versions = keeps_versions
        self._follow()

    def _on_changed(self) -> None:
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        values = self.values()
        keeps = values["keep"] != "nothing"
        self._days.setVisible(keeps)
        self._where.setVisible(keeps and bool(self._place and self._place[0]))
        self._where.setText(self._said_where())
        self._deep.setVisible(bool(values["verify_days"]))
        self._risk.say(self._said_risk(str(values["keep"])))

    def _said_where(self) -> str:
        service, remote = self._place or ("", "")
        folder = "/".join(part for part in (remote.strip("/"), TRASH) if part)
        if self._keeps_versions:
            return self.tr(
                "Where the bucket keeps versions, those are used; where it does not, old copies "
                "lie in the folder {0} on {1}. “Restore…” finds them in both."
            ).format(folder, service)
        return self.tr(
            "Old copies lie in the folder {0} on {1}. “Restore…” finds them there."
        ).format(folder, service)

    def _said_risk(self, keep: str) -> str:
        """In words of what would happen."""
        if keep == "nothing" and self.deletes.mirrors:
            return self.tr(
                "A file that you delete or overwrite here by mistake is then lost at the "
                "destination too, and nobody can bring it back."
            )
        if keep == "nothing":
            return self.tr(
                "A file that is overwritten here by mistake is then overwritten at the "
                "destination too, and nobody can bring back what was in it."
            )
        return ""
