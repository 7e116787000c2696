from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.errands import Errands
from skynet_desktop.host import opening
from skynet_desktop.settings import MappingSettings, ServiceSettings, Settings
from tests.desktop.made_controller import MadeController


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What other programs were asked to show."""
    found: list[str] = []
    for name in ("open_folder", "open_text", "show_file"):
        monkeypatch.setattr(opening, name, lambda path: found.append(str(path)))
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
    expected = [
        str(tmp_path / "source"),
        str(tmp_path / "target" / "notes"),
        str(controller.app.paths.logs / "skynet.log"),
    ]
    errands.open_folder("Notes")
    qtbot.waitUntil(lambda: opened == expected[:1])
    errands.show_at_destination("Notes")
    qtbot.waitUntil(lambda: opened == expected[:2])
    errands.open_log()
    qtbot.waitUntil(lambda: opened == expected)
    errands.open_folder("None")
    errands.show_at_destination("None")


@pytest.mark.parametrize("opens", [True, False])
def test_a_place_elsewhere_is_opened_or_told(
    opens: bool, controller: MadeController, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def open_page(url: str) -> None:
        asked.append(url)
        if not opens:
            raise opening.OpeningError("nothing opens that")

    monkeypatch.setattr(opening, "open_page", open_page)
    told: list[str] = []
    monkeypatch.setattr(Errands, "_tell", lambda _, text: told.append(text))
    options: dict[str, object] = {"host": "nas.local", "username": "anna"}
    nas = {"nas": ServiceSettings("nas", "sftp", options)}
    controller.load(
        Settings(services=nas, mappings={"Notes": MappingSettings("Notes", "/s", "nas", "notes")})
    )
    errands = Errands(controller.typed)
    errands.show_at_destination("Notes")
    qtbot.waitUntil(lambda: bool(asked))
    assert asked[0].startswith("sftp://anna@nas.local")
    qtbot.waitUntil(lambda: bool(told) is not opens)
    qtbot.wait(50)
    assert bool(told) is not opens


def test_the_report_is_saved_and_shown(
    controller: MadeController, opened: list[str], tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    file = tmp_path / "report.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    monkeypatch.setattr(
        controller, "engine", type("Engine", (), {"status": lambda _: []})(), raising=False
    )
    Errands(controller.typed).save_diagnostics()
    qtbot.waitUntil(lambda: opened == [str(file)], timeout=20_000)
    assert "versions.json" in zipfile.ZipFile(file).namelist()
