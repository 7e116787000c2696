"""What desktops read of us: menu entry, description, and the machine code in front of the image."""

from __future__ import annotations

import configparser
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import skynet_desktop
from installer import APP, ROOT, TERMINAL
from installer.job import Job, JobError
from installer.linux import runtime, tree
from skynet_desktop.desktop.translations import LANGUAGES
from tests.screen.needs import need

if not sys.platform.startswith("linux"):
    pytest.skip("these are Linux's", allow_module_level=True)

ENTRY = ROOT / "installer" / "linux" / f"{APP}.desktop"
EPOCH = 1_795_000_000


@pytest.fixture
def entry() -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read(ENTRY, "utf-8")
    return parser["Desktop Entry"]


def test_the_menu_entry_is_valid() -> None:
    need("desktop-file-validate")
    done = subprocess.run(["desktop-file-validate", ENTRY], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_menu_entry_speaks_all_our_languages(entry: configparser.SectionProxy) -> None:
    for key in ("GenericName", "Comment"):
        texts = [entry[f"{key}[{language}]"] for language in LANGUAGES if language != "en"]
        assert len({entry[key], *texts}) == len(LANGUAGES)


def test_windows_find_their_entry(entry: configparser.SectionProxy) -> None:
    """Desktops take a window's icon from the entry of this name."""
    main = (ROOT / "skynet_desktop" / "desktop" / "main.py").read_text()
    assert f'setDesktopFileName("{ENTRY.stem}")' in main
    assert entry["StartupWMClass"] == entry["Icon"] == ENTRY.stem
    assert entry["Exec"] == f"{APP} start"


@pytest.fixture
def description(tmp_path: Path) -> Path:
    file = tmp_path / f"{tree.APPLICATION}.metainfo.xml"
    file.write_text(tree.described(skynet_desktop.__version__, EPOCH), "utf-8")
    return file


def test_the_description_is_valid(description: Path) -> None:
    need("appstreamcli")
    command = ["appstreamcli", "validate", "--no-net", "--explain", str(description)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_description_agrees_with_the_package(description: Path) -> None:
    component = ElementTree.parse(description).getroot()
    release = component.find("releases/release")
    assert release is not None
    assert release.attrib == {"version": skynet_desktop.__version__, "date": "2026-11-18"}
    assert component.findtext("launchable") == ENTRY.name
    assert {binary.text for binary in component.iter("binary")} == {APP, TERMINAL}
    assert str(component.findtext("project_license")) in (ROOT / "pyproject.toml").read_text()


def test_the_icons_are_drawn_at_every_size(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "installer.icons", str(tmp_path), "16", "512", "1024"]
    subprocess.run(command, check=True, cwd=ROOT, timeout=60)
    for size in (16, 512, 1024):
        head = (tmp_path / f"{size}.png").read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", head[16:]) == (size, size)


def test_the_length_of_a_program_is_told_by_its_headers() -> None:
    """By the interpreter's own, which the linker wrote."""
    program = Path(sys.executable).resolve().read_bytes()
    assert runtime.length(program) == len(program)


def test_a_runtime_that_is_not_the_official_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "runtime"
    file.write_bytes(b"\x7fELF, from somebody")
    with pytest.raises(JobError, match="not the official runtime") as told:
        runtime.runtime(Job(tmp_path, EPOCH, file))
    assert re.search(r"SHA-256 is [0-9a-f]{64}", str(told.value))
