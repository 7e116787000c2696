"""What Windows shows of a program and how it treats it: icon, version resource, manifest."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import skynet_desktop
from installer import APP, ROOT, TERMINAL

MAKERS = "The makers of Skynet Desktop"
FOLDER = ROOT / "build" / "windows"
ICON = FOLDER / "skynet.ico"
PICTURE = FOLDER / "beside.bmp"
"""Drawn whenever the program is built."""

_DESCRIPTIONS = {APP: "Skynet Desktop", TERMINAL: "Skynet Desktop in a terminal"}
"""Task Manager and the settings of notifications name a program by these."""


def looks() -> dict[str, dict[str, str]]:
    """What PyInstaller's ``EXE`` is to be given for each program, by its name. Writes the files
    that it names. Raises ``CalledProcessError``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    draw = [sys.executable, "-m", "installer.windows.icon", str(ICON), str(PICTURE)]
    subprocess.run(draw, cwd=ROOT, stdin=subprocess.DEVNULL, check=True)
    return {name: _look(name) for name in _DESCRIPTIONS}


def _look(name: str) -> dict[str, str]:
    version = FOLDER / f"{name}.version"
    version.write_text(version_resource(name, skynet_desktop.__version__), "utf-8")
    return {
        "icon": str(ICON),
        "version": str(version),
        "manifest": str(Path(__file__).with_name("skynet.manifest")),
    }


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """A version as Windows compares them. What comes after the numbers is left out."""
    found = re.match(r"\d+(\.\d+){0,3}", version)
    numbers = [int(part) for part in found[0].split(".")] if found else []
    first, second, third, fourth = [*numbers, 0, 0, 0, 0][:4]
    return first, second, third, fourth


def version_resource(name: str, version: str) -> str:
    """In the form that PyInstaller reads: the ``VS_VERSIONINFO`` of Microsoft's documentation."""
    texts = {
        "CompanyName": MAKERS,
        "FileDescription": _DESCRIPTIONS[name],
        "FileVersion": version,
        "InternalName": name,
        "LegalCopyright": "AGPL-3.0-or-later",
        "OriginalFilename": f"{name}.exe",
        "ProductName": "Skynet Desktop",
        "ProductVersion": version,
    }
    rows = ", ".join(f"StringStruct({key!r}, {text!r})" for key, text in texts.items())
    numbers = four_numbers(version)
    # 0x40004: Windows NT; file type 1: a program; 0409 and 04B0 (1033, 1200): English, Unicode
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, "
        "flags=0, OS=0x40004, fileType=1, subtype=0, date=(0, 0)), kids=["
        f"StringFileInfo([StringTable('040904B0', [{rows}])]), "
        "VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )
