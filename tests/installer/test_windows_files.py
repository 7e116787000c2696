"""What Windows reads of us, judged without building: icon, version, manifest, setup's script."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from installer import APP, ROOT, TERMINAL
from installer.job import JobError
from installer.windows import look, pins, setup
from installer.windows.icon import SIZES
from installer.windows.wine import windows_path
from skynet_desktop.host.autostart.windows import APPROVED, RUN
from tests.screen.needs import need

FOLDER = ROOT / "installer" / "windows"
SCRIPT = (FOLDER / "skynet.nsi").read_text("utf-8")


def test_the_icon_holds_every_size(tmp_path: Path) -> None:
    file = tmp_path / "skynet.ico"
    command = [sys.executable, "-m", "installer.windows.icon", str(file)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=60)
    data = file.read_bytes()
    assert struct.unpack_from("<HHH", data) == (0, 1, len(SIZES))
    end = 6 + 16 * len(SIZES)
    for number, size in enumerate(SIZES):
        row = struct.unpack_from("<BBBBHHII", data, 6 + 16 * number)
        assert row[:2] == (size % 256, size % 256)
        length, offset = row[6:]
        assert offset == end, "one lies behind the other"
        end += length
        if size == 256:
            assert data[offset : offset + 4] == b"\x89PNG"
        else:
            assert struct.unpack_from("<Iii", data, offset) == (40, size, 2 * size)
            assert length == 40 + 4 * size * size + (size + 31) // 32 * 4 * size
            pixels = data[offset + 40 : offset + 40 + 4 * size * size]
            assert len({pixels[at : at + 4] for at in range(0, len(pixels), 4)}) > 3
    assert end == len(data)


def test_the_pictures_are_the_right_way_up(tmp_path: Path) -> None:
    """Read back by an independent program."""
    need("convert")
    file = tmp_path / "skynet.ico"
    subprocess.run(
        [sys.executable, "-m", "installer.windows.icon", str(file)], check=True, cwd=ROOT
    )
    subprocess.run([sys.executable, "-m", "installer.icons", str(tmp_path), "48"],
                   check=True, cwd=ROOT)  # fmt: skip
    sizes = subprocess.run(
        ["identify", "-format", "%w\n", str(file)], check=True, capture_output=True, text=True
    )
    assert sorted(map(int, sizes.stdout.split())) == sorted(SIZES)
    ours = f"{file}[{SIZES.index(48)}]"
    same = subprocess.run(
        ["compare", "-metric", "AE", ours, str(tmp_path / "48.png"), "null:"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert same.stderr.split()[0] == "0", same.stderr


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("1.2.3", (1, 2, 3, 0)), ("0.1", (0, 1, 0, 0)), ("2.0.0rc1", (2, 0, 0, 0)),
     ("1.2.3.4.5", (1, 2, 3, 4)), ("odd", (0, 0, 0, 0))],
)  # fmt: skip
def test_a_version_is_four_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert look.four_numbers(version) == numbers


def test_the_version_resource_is_what_pyinstaller_reads() -> None:
    seen: list[tuple[str, tuple[Any, ...]]] = []

    def noting(name: str) -> Callable[..., str]:
        def note(*values: Any, **_: Any) -> str:
            seen.append((name, values))
            return name

        return note

    names = ("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "StringStruct",
             "VarFileInfo", "VarStruct")  # fmt: skip
    text = look.version_resource(TERMINAL, "1.2.3")
    assert eval(text, {name: noting(name) for name in names}) == "VSVersionInfo"
    texts = dict(values for name, values in seen if name == "StringStruct")
    assert texts["OriginalFilename"] == f"{TERMINAL}.exe"
    assert texts["FileVersion"] == texts["ProductVersion"] == "1.2.3"
    assert texts["CompanyName"] == look.MAKERS


def test_the_manifest_allows_long_paths_and_asks_for_no_rights() -> None:
    tree = ElementTree.parse(FOLDER / "skynet.manifest")
    found = {element.tag.rpartition("}")[2]: element for element in tree.iter()}
    assert found["longPathAware"].text == "true"
    assert found["dpiAwareness"].text == "PerMonitorV2"
    assert found["requestedExecutionLevel"].attrib["level"] == "asInvoker"


def test_the_setup_and_the_program_mean_the_same_keys() -> None:
    assert f'!define RUN "{RUN}"' in SCRIPT
    assert f'!define APPROVED "{APPROVED}"' in SCRIPT
    assert "RequestExecutionLevel user" in SCRIPT
    assert not re.search(r"HKLM|SetShellVarContext all", SCRIPT), "nobody else's business"


def test_only_our_own_folder_is_removed_with_all_in_it() -> None:
    removed = re.findall(r"RMDir /r +(\S+)", SCRIPT)
    assert set(removed) == {r'"$INSTDIR\_internal"', '"${DATA}"'}


def test_every_text_is_there_in_all_languages() -> None:
    texts = (FOLDER / "texts.nsh").read_text("utf-8")
    said = re.findall(r'!insertmacro SAY (\w+)((?: \\\n  ".+")+)', texts)
    assert {name for name, _ in said} == set(re.findall(r"\$\((\w+)\)", SCRIPT)) | {"STILL_RUNS"}
    for name, lines in said:
        assert len(set(re.findall(r'"(.+)"', lines))) == 6, name


def test_the_pins_are_those_of_windows() -> None:
    names = {pin.name for pin in pins.pins()}
    assert {"pywin32-ctypes", "pefile", "PySide6-Essentials", "pyinstaller"} <= names
    assert not {"jeepney", "SecretStorage", "nfpm", "macholib"} & names


def test_a_file_of_ours_is_on_drive_z() -> None:
    assert str(windows_path(Path("/a b/c"))) == r"Z:\a b\c"


def test_without_nsis_it_says_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(JobError, match=r"winget install NSIS\.NSIS"):
        setup._makensis()


def test_the_script_packs_a_folder(tmp_path: Path) -> None:
    """Quickly: two files that are no programs; without a warning."""
    need("makensis")
    frozen = tmp_path / "frozen"
    (frozen / "_internal").mkdir(parents=True)
    for name in (APP, TERMINAL):
        (frozen / f"{name}.exe").write_bytes(b"MZ")
    signed = tmp_path / "signed"
    pictures = [str(tmp_path / look.ICON.name), str(tmp_path / look.PICTURE.name)]
    draw = [sys.executable, "-m", "installer.windows.icon", *pictures]
    subprocess.run(draw, check=True, cwd=ROOT)
    signer = tmp_path / "sign"
    signer.write_text(f'#!/bin/sh\necho "$1" >> {signed}\n')
    signer.chmod(0o755)
    made = setup.pack(frozen, tmp_path, tmp_path / "Ours-Setup.exe", "1.2.3", str(signer))
    data = made.read_bytes()
    assert data[:2] == b"MZ"
    assert "1.2.3".encode("utf-16-le") in data, "its own version resource"
    assert len(signed.read_text().splitlines()) == 4, "two programs, the uninstaller, the setup"
