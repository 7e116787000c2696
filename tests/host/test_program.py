from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from skynet_desktop.host.environment import for_others
from skynet_desktop.host.program import own_program


def test_from_a_checkout_it_starts_from_anywhere(tmp_path: Path) -> None:
    command = [*own_program(), "--version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_on_windows_no_console_opens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python, pythonw = tmp_path / "python.exe", tmp_path / "pythonw.exe"
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(sys, "platform", "win32")
    assert own_program()[0] == str(python)
    pythonw.touch()
    assert own_program() == [str(pythonw), "-m", "skynet_desktop"]


def test_on_windows_the_terminals_program_names_the_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "skynet.exe"))
    monkeypatch.setattr(sys, "platform", "win32")
    assert own_program({}) == [str(tmp_path / "skynet.exe")], "a folder that somebody picked apart"
    (tmp_path / "skynet-desktop.exe").touch()
    assert own_program({}) == [str(tmp_path / "skynet-desktop.exe")]


def test_an_app_image_is_named_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "mounted" / "usr" / "bin" / "skynet"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    ours = {"APPIMAGE": "/home/anna/Skynet.AppImage", "APPDIR": str(tmp_path / "mounted")}
    assert own_program(ours) == ["/home/anna/Skynet.AppImage"]
    assert own_program({}) == [str(program)]
    terminal = {"APPIMAGE": "/opt/Terminal.AppImage", "APPDIR": "/tmp/.mount_Term"}
    assert own_program(terminal) == [str(program)], "another AppImage started us"


def test_others_see_no_secret_of_ours() -> None:
    ours = {
        "PATH": "/usr/bin",
        "DISPLAY": ":1",
        "XDG_CURRENT_DESKTOP": "KDE",
        "SystemRoot": "C:\\Windows",
        "AWS_SECRET_ACCESS_KEY": "canary",
        "MY_OWN": "canary",
        "LD_LIBRARY_PATH": "/opt/skynet/_internal",
        "LD_LIBRARY_PATH_ORIG": "/usr/lib/own",
    }
    assert for_others(ours) == {
        "PATH": "/usr/bin",
        "DISPLAY": ":1",
        "XDG_CURRENT_DESKTOP": "KDE",
        "SystemRoot": "C:\\Windows",
        "LD_LIBRARY_PATH": "/usr/lib/own",
    }
    assert "LD_LIBRARY_PATH" not in for_others({"LD_LIBRARY_PATH": "/opt/skynet/_internal"})
    assert for_others()["PATH"] == os.environ["PATH"]
