"""The wizard from its first page to its last, as a person goes through it."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPushButton

from skynet_desktop.desktop.wizard import Wizard
from skynet_desktop.desktop.wizard.page import Page
from skynet_desktop.settings import Settings
from tests.desktop.scenes.stage import Scene, Scenes, Stage, part, write


def wizard(stage: Stage) -> Scenes:
    stage.controller.load(Settings())
    window = Wizard(stage.controller.typed)
    stage.show(window)
    yield Scene("wizard-welcome", window)
    window._begin("try-out")
    stage.settle()
    yield Scene("wizard-try-out", window)
    part(window, QPushButton, "back").click()
    part(window, QPushButton, "set-up").click()
    stage.settle()
    yield Scene("wizard-choose", window)
    part(window, QPushButton, "preset-sftp-password").click()
    stage.settle()
    yield Scene("wizard-details-sftp", window)
    part(window, QPushButton, "back").click()
    part(window, QPushButton, "preset-local").click()
    stage.settle()
    yield Scene("wizard-details", window)
    part(window, QLineEdit, "field-path").setText(str(stage.disk))
    yield _on(stage, window, window.test, "test")
    stage.until(lambda: window.test.works)
    yield Scene("wizard-test-works", window)
    yield _on(stage, window, window.folder, "folder-empty")
    write(window, "local", str(stage.photos))
    stage.settle()
    yield Scene("wizard-folder", window)
    yield _on(stage, window, window.destination, "destination")
    yield _on(stage, window, window.filters, "filters")
    yield _on(stage, window, window.rehearsal, "rehearsal")
    stage.until(lambda: window.rehearsal.is_ready)
    yield Scene("wizard-dry-run", window)
    yield _on(stage, window, window.ready, "ready")
    window._refuse("The destination lies inside of the folder: it would be mirrored without end.")
    stage.settle()
    yield Scene("wizard-refused", window)
    yield from stage.box("wizard-leave", window, window.reject)
    yield _on(stage, window, window.arrival, "arrival")
    stage.strike(window)


def _on(stage: Stage, window: Wizard, page: Page, name: str) -> Scene:
    """Press the primary button, and arrive there."""
    primary = part(window, QPushButton, "primary")
    stage.until(primary.isEnabled)
    primary.click()
    stage.until(lambda: window.page is page)
    return Scene(f"wizard-{name}", window)
