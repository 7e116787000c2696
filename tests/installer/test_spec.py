"""The recipe, run for each system with PyInstaller's parts played by recorders."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psycopg
import pytest

import skynet_desktop
from installer import ROOT

KEPT = ("PySide6/QtCore.abi3.so", "/venv/QtCore.abi3.so", "EXTENSION")
GONE = ("libgtk-3.so.0", "/usr/lib/libgtk-3.so.0", "BINARY")
TEXT = ("resources/translations/skynet_de.qm", "/checkout/skynet_de.qm", "DATA")
SOURCE = ("resources/translations/skynet_de.ts", "/checkout/skynet_de.ts", "DATA")


@dataclass
class Recipe:
    """What the spec asked PyInstaller for: each call's arguments by name."""

    folder: Path
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def part(self, name: str) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            self.calls.append((name, arguments, options))
            made = self.folder / options.get("name", "")
            (made / "Contents" / "MacOS").mkdir(parents=True, exist_ok=True)
            return SimpleNamespace(
                name=str(made), scripts=[], pure=[], binaries=[KEPT, GONE],
                datas=[TEXT, SOURCE],
            )  # fmt: skip

        return called

    def options(self, name: str) -> list[dict[str, Any]]:
        return [options for called, _, options in self.calls if called == name]

    def arguments(self, name: str) -> tuple[Any, ...]:
        (found,) = [arguments for called, arguments, _ in self.calls if called == name]
        return found


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Recipe]:
    def module(name: str, **functions: Any) -> None:
        made = ModuleType(name)
        vars(made).update(functions)
        monkeypatch.setitem(sys.modules, name, made)

    module("PyInstaller.depend.bindepend", get_imports=lambda source: [])
    module(
        "PyInstaller.utils.hooks",
        collect_submodules=lambda name, **_: [],
        copy_metadata=lambda name: [(f"/venv/{name}.dist-info", f"{name}.dist-info")],
    )

    def evaluate(system: str) -> Recipe:
        recipe = Recipe(tmp_path)
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(sys, "path", list(sys.path))
        names = {
            name: recipe.part(name) for name in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")
        }
        code = compile((ROOT / "skynet.spec").read_text("utf-8"), "skynet.spec", "exec")
        work = str(tmp_path / "work")
        exec(code, {**names, "SPECPATH": str(ROOT), "DISTPATH": str(tmp_path), "workpath": work})
        return recipe

    return evaluate


SYSTEMS = ("linux", "win32", "darwin")


@pytest.mark.parametrize("system", SYSTEMS)
def test_one_analysis_for_all(run: Callable[[str], Recipe], system: str) -> None:
    recipe = run(system)
    (analysis,) = recipe.options("Analysis")
    assert recipe.arguments("Analysis")[0] == [str(ROOT / "skynet_desktop" / "__main__.py")]
    for source, _ in analysis["datas"]:
        assert source.endswith(".dist-info") or Path(source).exists(), source
    assert {target for _, target in analysis["datas"]} >= {"resources", "."}
    assert all(Path(hook).is_file() for hook in analysis["runtime_hooks"])
    assert "skynet_desktop.connections.s3" in analysis["hiddenimports"] or any(
        name.startswith("skynet_desktop") for name in analysis["hiddenimports"]
    )


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_databases_driver_comes_along_and_the_web_monitor_does_not(
    run: Callable[[str], Recipe], system: str
) -> None:
    (analysis,) = run(system).options("Analysis")
    drivers = {"psycopg_binary._psycopg", "psycopg_binary.pq"}
    assert drivers <= set(analysis["hiddenimports"])
    assert psycopg.pq.__impl__ == "binary"
    assert not drivers & set(analysis["excludes"])
    assert "skynet_desktop.skywatch" in analysis["excludes"]
    metadata = [target for _, target in analysis["datas"]]
    assert "psycopg-binary.dist-info" in metadata


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_folder_holds_what_is_kept(run: Callable[[str], Recipe], system: str) -> None:
    recipe = run(system)
    *_, binaries, datas = recipe.arguments("COLLECT")
    assert (binaries, datas) == ([KEPT], [TEXT])


def test_windows_gets_a_program_with_a_console_and_one_without(
    run: Callable[[str], Recipe],
) -> None:
    made = {exe["name"]: exe["console"] for exe in run("win32").options("EXE")}
    assert made == {"skynet-desktop": False, "skynet": True}


def test_each_program_for_windows_has_its_look(run: Callable[[str], Recipe]) -> None:
    made = {exe["name"]: exe for exe in run("win32").options("EXE")}
    for name, exe in made.items():
        assert f"{name}.exe" in Path(exe["version"]).read_text("utf-8")
        assert Path(exe["icon"]).read_bytes()[:4] == b"\0\0\1\0"
        assert Path(exe["manifest"]).is_file()


@pytest.mark.parametrize(
    ("system", "place"),
    [("linux", "skynet-desktop"), ("darwin", "Skynet Desktop.app/Contents/MacOS")],
)
def test_elsewhere_the_second_is_a_link(
    run: Callable[[str], Recipe], system: str, place: str, tmp_path: Path
) -> None:
    made = [exe["name"] for exe in run(system).options("EXE")]
    assert made == ["skynet-desktop"]
    assert (tmp_path / place / "skynet").readlink() == Path("skynet-desktop")


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_only_a_mac_gets_a_bundle(run: Callable[[str], Recipe], system: str) -> None:
    assert run(system).options("BUNDLE") == []


def test_the_bundle_is_the_folder_with_an_icon_and_a_description(
    run: Callable[[str], Recipe],
) -> None:
    recipe = run("darwin")
    (made,) = recipe.options("BUNDLE")
    folder, rows = recipe.arguments("BUNDLE")
    assert Path(folder.name).name == "skynet-desktop"
    assert {place for place, _, _ in rows} >= {"de.lproj/InfoPlist.strings"}
    assert Path(made["icon"]).read_bytes()[:4] == b"icns"
    assert (made["name"], made["bundle_identifier"]) == ("Skynet Desktop.app", "app.skynet.desktop")
    assert made["info_plist"]["CFBundleShortVersionString"] in skynet_desktop.__version__
    assert "version" not in made  # info_plist says it


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_is_stripped_that_is_signed(run: Callable[[str], Recipe], system: str) -> None:
    assert {exe["strip"] for exe in run(system).options("EXE")} == {system == "linux"}
