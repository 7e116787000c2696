"""The window on the real Controller: a folder is mirrored, and all three pages know."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from skynet_desktop.app import App
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.window import MainWindow
from skynet_desktop.desktop.window.activity_model import ROW_ROLE
from skynet_desktop.desktop.window.activity_row import RowState
from skynet_desktop.settings import MappingSettings, Paths, ServiceSettings, store


def test_a_mirrored_folder_is_seen_on_all_pages(qtbot: QtBot, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    (source / "note.txt").write_text("hello")
    app = App(Paths.of(tmp_path / "home"))
    app.paths.make()
    file = app.paths.settings_file
    store.add_service(file, ServiceSettings("disk", "local", {"path": str(target)}))
    store.add_mapping(file, MappingSettings("Notes", str(source), "disk", ""))
    controller = Controller(app)
    window = MainWindow(controller, Errands(controller))
    qtbot.addWidget(window)
    window.show()
    controller.start()
    try:
        model = window.activity.model
        qtbot.waitUntil(lambda: _badge(window) == "Up to date", timeout=20_000)
        qtbot.waitUntil(lambda: model.rowCount() == 1)
        row = model.index(0, 0).data(ROW_ROLE)
        assert (row.mapping, row.path, row.state) == ("Notes", "note.txt", RowState.DONE)
        assert (target / "note.txt").read_text() == "hello"
        controller.pause(["Notes"])
        qtbot.waitUntil(lambda: _badge(window) == "Paused", timeout=20_000)
    finally:
        assert controller.stop()


def _badge(window: MainWindow) -> str:
    label = window.findChild(QLabel, "badge-Notes")
    return label.text() if isinstance(label, QLabel) else ""


@pytest.fixture(autouse=True)
def _quiet(qtbot: QtBot) -> None:
    """The application object must be there before a Controller is."""
