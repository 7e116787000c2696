from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop import errands as module
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.settings import MappingSettings, ServiceSettings, Settings
from tests.desktop.made_controller import MadeController


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What other programs were asked to show."""
    found: list[str] = []
    for name in ("open_folder", "open_text", "show_file"):
        monkeypatch.setattr(module.opening, name, lambda path: found.append(str(path)))
    return found


@pytest.fixture
def controller(tmp_path: Path, qtbot: QtBot) -> MadeController:
    controller = MadeController(tmp_path / "home")
    services = {"disk": ServiceSettings("disk", "local", {"path": str(tmp_path / "target")})}
    mappings = {"Notes": MappingSettings("Notes", str(tmp_path / "source"), "disk", "notes")}
    controller.load(Settings(services=services, mappings=mappings))
    return controller


def test_folders_and_the_log(
    controller: MadeController, opened: list[str], tmp_path: Path, qtbot: QtBot
) -> None:
    errands = Errands(controller.typed)
    for errand, path in (
        (lambda: errands.open_folder("Notes"), tmp_path / "source"),
        (lambda: errands.show_at_destination("Notes"), tmp_path / "target" / "notes"),
        (errands.open_log, controller.app.paths.logs / "skynet.log"),
    ):
        errand()
        qtbot.waitUntil(lambda path=path: opened[-1:] == [str(path)])
    errands.open_folder("None")
    errands.show_at_destination("None")


def test_the_report_is_saved_and_shown(
    controller: MadeController, opened: list[str], tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    file = tmp_path / "report.zip"
    monkeypatch.setattr(module.QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    monkeypatch.setattr(
        controller, "engine", type("Engine", (), {"status": lambda _: []})(), raising=False
    )
    Errands(controller.typed).save_diagnostics()
    qtbot.waitUntil(lambda: opened == [str(file)], timeout=20_000)
    assert "versions.json" in zipfile.ZipFile(file).namelist()
