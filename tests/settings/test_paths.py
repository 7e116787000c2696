from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import Paths


def test_a_home_holds_everything(tmp_path: Path) -> None:
    paths = Paths.of(tmp_path / "home", environ={"SKYNET_HOME": "/elsewhere"})
    root = tmp_path / "home"
    assert paths == Paths(
        root / "settings.toml", root / "state", root / "logs", root / "connections"
    )
    assert not root.exists()


def test_the_environment_names_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paths = Paths.of(environ={"SKYNET_HOME": "here"})
    assert paths.state == tmp_path / "here" / "state"


def test_without_a_home_the_systems_own_folders_serve() -> None:
    paths = Paths.of(environ={})
    assert paths.settings_file.is_absolute()
    assert "skynet-desktop" in str(paths.state)
    assert len({paths.settings_file, paths.state, paths.logs, paths.connections}) == 4


def test_a_home_that_was_chosen_is_named() -> None:
    assert Paths.of("/h").relocated == Path("/h").absolute()
    assert Paths.of(environ={"SKYNET_HOME": "/h"}).relocated == Path("/h").absolute()
    assert Paths.of(environ={}).relocated is None


def test_windows_own_places_are_no_chosen_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """They all lie in one folder there, as those of a chosen home do."""
    for kind, below in (("config", ""), ("state", ""), ("log", "Logs")):
        monkeypatch.setattr(
            platformdirs, f"user_{kind}_dir",
            lambda name, appauthor, below=below: str(Path("/Local", name, below)),
        )  # fmt: skip
    paths = Paths.of(environ={})
    assert paths.logs.parent == paths.state.parent == paths.settings_file.parent
    assert paths.relocated is None
    assert Paths.of("/h").relocated == Path("/h").absolute()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_folders_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    paths = Paths.of(tmp_path / "home")
    paths.make()
    paths.make()
    for folder in (paths.state, paths.logs, paths.connections, paths.settings_file.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"cannot be made: .*--home"):
        Paths.of(tmp_path / "file").make()


def test_each_mapping_has_a_folder_of_its_own_that_every_system_accepts() -> None:
    paths = Paths.of("/h")
    names = [
        "photos",
        "Photos",
        "con",
        "a b",
        "a-b",
        "写真",
        "é",
        "..",
        "x" * 64,
        "../../etc",
        "a/b",
    ]
    folders = [paths.mapping_state(name) for name in names]
    assert len({os.path.normcase(str(folder)).casefold() for folder in folders}) == len(names)
    for folder in folders:
        assert folder.parent == paths.state / "mappings"
        assert folder.name.isascii()
        assert len(folder.name) <= 43
    assert paths.mapping_state("photos") == folders[0]
