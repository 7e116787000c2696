"""A kind of service that somebody else wrote, from a file in the person's folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from skynet_desktop.app import App
from skynet_desktop.connections import registry
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services import ServiceDialog
from tests.desktop.services.hand import Hand

SHELF = Path(__file__).parents[2] / "connections" / "third_party" / "shelf.py"


def test_it_has_a_card_and_a_form(
    app: App,
    person: Path,
    hand_on: Callable[[QWidget], Hand],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Others that are broken, a file or a package, stand in nobody's way."""
    shutil.copy(SHELF, app.paths.connections)
    (app.paths.connections / "broken.py").write_text("1 / 0")
    gone = EntryPoint("gone", "no_such_package:Connection", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [gone])
    controller = Controller(app)
    controller.start()
    try:
        dialog = ServiceDialog(controller)
        hand = hand_on(dialog)
        hand.until(lambda: controller.is_loaded)
        hand.choose(dialog.editor, "shelf")
        assert hand.line("name").text() == "Shelf"
        hand.type("path", str(person / "shelf.sqlite"))
        hand.press("primary")
        hand.until(lambda: hand.sees("primary") and hand.button("primary").text() == "&Save")
        hand.press("primary")
        hand.until(lambda: len(controller.settings.services) == 1)
        assert next(iter(controller.settings.services.values())).type == "shelf"
    finally:
        controller.stop()
