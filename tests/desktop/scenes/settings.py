"""The settings dialog and what opens from it: mappings and services."""

from __future__ import annotations

import threading
from collections.abc import Callable
from unittest.mock import patch

from PySide6.QtWidgets import QLineEdit, QPushButton, QTabWidget

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.presets import BY_KEY, PRESETS
from skynet_desktop.connections.registry import build
from skynet_desktop.connections.route import Route
from skynet_desktop.connections.trial import Outcome, Report, StageResult
from skynet_desktop.connections.trial_advice import Stage as Step
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.mappings.dialog import MappingDialog
from skynet_desktop.desktop.services import ServiceDialog, test_view
from skynet_desktop.desktop.services.chooser import Choice
from skynet_desktop.desktop.settings_dialog import licences
from skynet_desktop.desktop.settings_dialog.dialog import SettingsDialog
from skynet_desktop.desktop.settings_dialog.licence_dialog import LicenceDialog
from skynet_desktop.settings import MappingSettings, ServiceSettings, Settings, store
from tests.desktop.scenes.stage import Scene, Scenes, Stage, part, write

_PAGES = (
    Place.GENERAL, Place.SERVICES, Place.MAPPINGS, Place.NOTIFICATIONS, Place.NETWORK,
    Place.MONITOR, Place.ADVANCED, Place.ABOUT,
)  # fmt: skip
_SSH = {"host": "nas.example.org", "username": "anna", "auth": "password"}
_KEY = "SHA256:" + "Qx4" * 14 + "9"


def _ending(*results: StageResult) -> type:
    class Ending:
        """A trial that ends like this."""

        def __init__(self, made: Callable[[], Connection]) -> None:
            self._made = made

        def run(self, report: Report, cancelled: threading.Event) -> list[StageResult]:
            self._made()
            for result in results:
                report(result)
            return list(results)

    return Ending


_NAME, _PORT = (StageResult(step, Outcome.PASSED, "", "") for step in (Step.NAME, Step.PORT))
_UNKNOWN = StageResult(
    Step.SECURE, Outcome.FAILED, f"nas.example.org shows the key ssh-ed25519 {_KEY}.",
    accept={"host_key": _KEY},
)  # fmt: skip
_TRIALS = {
    "failed": _ending(
        StageResult(Step.NAME, Outcome.FAILED, "The name nas.example.org is not known.",
                    "Check the spelling, and this computer's network."),
    ),
    "unknown": _ending(_NAME, _PORT, _UNKNOWN),
    "changed": _ending(
        _NAME, _PORT,
        StageResult(Step.SECURE, Outcome.FAILED, _UNKNOWN.words, accept={"host_key": _KEY},
                    changed=True),
    ),
}  # fmt: skip


def settings_dialog(stage: Stage) -> Scenes:
    controller = stage.controller
    errands = Errands(controller.typed)
    controller.load(Settings())
    dialog = SettingsDialog(controller.typed, errands)
    for place in _PAGES:
        dialog.show_page(place)
        stage.show(dialog)
        yield Scene(f"{place.name.lower()}-empty", dialog)
    stage.strike(dialog)
    _fill(stage)
    dialog = SettingsDialog(controller.typed, errands)
    for place, remove in ((Place.SERVICES, "remove"), (Place.MAPPINGS, "remove-mapping")):
        dialog.show_page(place)
        stage.show(dialog)
        yield Scene(place.name.lower(), dialog)
        yield from stage.box(remove, dialog, part(dialog, QPushButton, remove).click)
    stage.strike(dialog)
    about = LicenceDialog(licences.parts())
    stage.show(about)
    yield Scene("licences", about)
    stage.strike(about)


def mapping_dialog(stage: Stage) -> Scenes:
    _fill(stage)
    for name in ("", "Letters"):
        existing = stage.controller.settings.mappings.get(name)
        dialog = MappingDialog(stage.controller.typed, existing)
        stage.show(dialog)
        if not existing:
            write(dialog, "local", str(stage.photos))
            write(dialog, "remote", "backup")
        tabs = part(dialog, QTabWidget, "tabs")
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            stage.settle()
            yield Scene(f"mapping-{name}-{number}", dialog)
        if not existing:
            yield from stage.box("mapping-discard", dialog, dialog.reject)
            next_button = part(dialog, QPushButton, "next")
            next_button.click()
            stage.until(next_button.isEnabled)
            yield Scene("dry-run", dialog)
        stage.strike(dialog)


def service_dialog(stage: Stage) -> Scenes:
    _fill(stage)
    controller = stage.controller
    dialog = ServiceDialog(controller.typed)
    stage.show(dialog)
    yield Scene("service-chooser", dialog)
    for preset in PRESETS:
        kind = controller.app.registry.get(BY_KEY[preset.key].kind)
        dialog.editor._on_chosen(Choice(kind, preset))
        stage.settle()
        yield Scene(f"service-{preset.key}", dialog)
    assert dialog.editor.details is not None
    part(dialog, QLineEdit, "field-path").setText(str(stage.disk))
    yield from stage.box("service-discard", dialog, dialog.reject)
    stage.strike(dialog)
    service = controller.settings.services["nas"]
    existing = ServiceDialog(controller.typed, service)
    stage.show(existing)
    yield Scene("service-existing", existing)
    connection = build(controller.app.registry.get("sftp"), service.options, {}, Route())
    for name, trial in _TRIALS.items():
        with patch.object(test_view, "Trial", trial):
            existing.editor._show(existing.editor._trial_page)
            existing.editor.trial.start(lambda: connection, lambda _: True)
            stage.until(lambda: not existing.editor.trial.is_running)
        yield Scene(f"trial-{name}", existing)
    stage.strike(existing)


def _fill(stage: Stage) -> None:
    """Two services, two mappings; the one on the disk may really be looked at."""
    controller, file = stage.controller, stage.controller.settings_file
    letters = stage.home / "Letters"
    if not letters.exists():
        letters.mkdir()
        file.unlink(missing_ok=True)  # of the wizard
        store.add_service(file, ServiceSettings("disk", "local", {"path": str(stage.disk)}))
        store.add_service(file, ServiceSettings("nas", "sftp", dict(_SSH)))
        store.add_mapping(file, MappingSettings("Letters", str(letters), "disk", "letters"))
    controller.load(controller.app.settings())
    stage.settle()
