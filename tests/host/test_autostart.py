from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from skynet_desktop.host import autostart
from skynet_desktop.host.autostart import AutostartError, State
from skynet_desktop.host.autostart.base import FileEntry
from skynet_desktop.host.autostart.linux import DesktopEntry
from skynet_desktop.host.autostart.macos import LaunchAgent
from skynet_desktop.host.autostart.windows import APPROVED, RUN, RunKey

COMMAND = ["/opt/My Apps/sky$net", "start", "--minimized"]
MOVED = ["/opt/elsewhere/skynet", "start", "--minimized"]
AWKWARD = [
    "plain",
    "--home",
    "a b",
    'quo"te',
    "back\\slash",
    "$HOME `id` ~",
    "100%f %%",
    "it's",
    "",
    "tab\there",
    "new\nline",
    "naïve/日本",
    ";&|<>*?#()",
]


def linux(folder: Path, command: list[str] = COMMAND) -> DesktopEntry:
    return DesktopEntry(command, {"XDG_CONFIG_HOME": str(folder)})


def macos(folder: Path, command: list[str] = COMMAND) -> LaunchAgent:
    return LaunchAgent(command, folder)


@pytest.mark.parametrize("make", [linux, macos])
def test_a_file_goes_through_all_its_states(make: type, tmp_path: Path) -> None:
    entry, moved = make(tmp_path), make(tmp_path, MOVED)
    assert entry.state() is State.OFF
    entry.turn_off()
    entry.repair()
    assert not entry.path.exists(), "repair must not turn on what is off"
    entry.turn_on()
    assert (entry.state(), moved.state()) == (State.ON, State.STALE)
    moved.repair()
    assert (entry.state(), moved.state()) == (State.STALE, State.ON)
    moved.turn_off()
    assert moved.state() is State.OFF
    assert [path.name for path in entry.path.parent.iterdir()] == [], "nothing is left behind"


@pytest.mark.parametrize("make", [linux, macos])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[Nothing]\n", b"no header\n"])
def test_nonsense_is_stale_and_mended(make: type, content: bytes, tmp_path: Path) -> None:
    entry: FileEntry = make(tmp_path)
    entry.path.parent.mkdir(parents=True)
    entry.path.write_bytes(content)
    assert entry.state() is State.STALE
    entry.repair()
    assert entry.state() is State.ON


@pytest.mark.parametrize("switch", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_a_desktop_that_switched_it_off_is_obeyed(switch: str, tmp_path: Path) -> None:
    entry, moved = linux(tmp_path), linux(tmp_path, MOVED)
    entry.turn_on()
    with entry.path.open("a") as file:
        file.write(f"{switch}\n")
    before = entry.path.read_bytes()
    assert moved.state() is State.BLOCKED
    moved.repair()
    assert entry.path.read_bytes() == before
    moved.turn_on()
    assert moved.state() is State.ON


def test_launchd_that_switched_it_off_is_obeyed(tmp_path: Path) -> None:
    entry, moved = macos(tmp_path), macos(tmp_path, MOVED)
    entry.turn_on()
    agent = plistlib.loads(entry.path.read_bytes())
    entry.path.write_bytes(plistlib.dumps({**agent, "Disabled": True}))
    moved.repair()
    assert moved.state() is State.BLOCKED
    moved.turn_on()
    assert moved.state() is State.ON


def test_what_launchd_reads(tmp_path: Path) -> None:
    entry = macos(tmp_path, ["/Applications/A&B <c>.app/x", *AWKWARD])
    entry.turn_on()
    assert entry.path == tmp_path / "Library" / "LaunchAgents" / "app.skynet.desktop.plist"
    agent = plistlib.loads(entry.path.read_bytes())
    assert agent["Label"] == "app.skynet.desktop"
    assert agent["ProgramArguments"] == ["/Applications/A&B <c>.app/x", *AWKWARD]
    assert agent["RunAtLoad"] is True


def test_a_mac_starts_nothing_from_a_disk_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor from where it shows a download that was not moved: both are read-only volumes."""
    asked = []

    def statvfs(path: str) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(f_flag=os.ST_RDONLY | os.ST_NOSUID)

    program = "/Volumes/Skynet Desktop/Skynet Desktop.app/Contents/MacOS/skynet-desktop"
    entry = macos(tmp_path, [program, "start"])
    monkeypatch.setattr(os, "statvfs", statvfs, raising=False)
    with pytest.raises(AutostartError, match="Drag Skynet Desktop to the Applications folder"):
        entry.turn_on()
    assert asked == [program]
    assert entry.state() is State.OFF
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(f_flag=os.ST_NOSUID))
    entry.turn_on()
    assert entry.state() is State.ON


@pytest.mark.skipif(
    not shutil.which("gio") or not shutil.which("desktop-file-validate"),
    reason="needs gio (libglib2.0-bin) and desktop-file-validate (desktop-file-utils)",
)
@pytest.mark.parametrize("name", ["plain", "sp ace", "do$llar", 'q"u`o', "100% a=b", "back\\s"])
def test_a_desktop_starts_exactly_this_command(name: str, tmp_path: Path) -> None:
    program, told = tmp_path / name, tmp_path / "told"
    program.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        f"with open({str(told) + '~'!r}, 'w') as file:\n"
        "    file.write(repr(sys.argv))\n"
        f"os.rename({str(told) + '~'!r}, {str(told)!r})\n"
    )
    program.chmod(0o755)
    entry = linux(tmp_path, [str(program), *AWKWARD])
    entry.turn_on()
    checked = subprocess.run(
        ["desktop-file-validate", entry.path], capture_output=True, text=True, timeout=60
    )
    assert (checked.returncode, checked.stdout) == (0, "")
    subprocess.run(["gio", "launch", entry.path], check=True, timeout=60)
    deadline = time.monotonic() + 30
    while not told.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert told.read_text() == repr([str(program), *AWKWARD])


def test_a_path_that_is_no_text_is_refused_in_words(tmp_path: Path) -> None:
    for entry in (linux(tmp_path, ["/opt/\udcff"]), macos(tmp_path, ["/opt/\udcff"])):
        with pytest.raises(AutostartError, match="Move it to a folder with an ordinary name"):
            entry.turn_on()
        assert not entry.path.exists()


@pytest.mark.parametrize("make", [linux, macos])
def test_a_folder_that_cannot_be_written(make: type, tmp_path: Path) -> None:
    """A file where the folder should be: the superuser is refused by that, too."""
    entry: FileEntry = make(tmp_path)
    entry.path.parent.parent.mkdir(parents=True, exist_ok=True)
    entry.path.parent.write_text("in the way")
    for call in (entry.turn_on, entry.turn_off, entry.state):
        with pytest.raises(AutostartError, match=r"Starting at login: .* cannot be (read|removed)"):
            call()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    entry = linux(tmp_path / "config")
    kept = tmp_path / "dotfiles" / "skynet.desktop"
    kept.parent.mkdir()
    kept.write_text("")
    entry.path.parent.mkdir(parents=True)
    entry.path.symlink_to(kept)
    entry.turn_on()
    assert entry.path.is_symlink()
    assert kept.read_bytes() == entry.content()


def test_a_relative_config_home_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    expected = tmp_path / ".config" / "autostart" / "app.skynet.desktop.desktop"
    for environ in ({}, {"XDG_CONFIG_HOME": "here"}, {"XDG_CONFIG_HOME": ""}):
        assert DesktopEntry(COMMAND, environ).path == expected


class Key:
    def __init__(self, values: dict[str, object], writable: bool) -> None:
        self.values = values
        self.writable = writable

    def __enter__(self) -> Key:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class FakeRegistry:
    """As ``winreg`` behaves: a missing key or value is FileNotFoundError, and a key that was
    opened to read cannot be written."""

    HKEY_CURRENT_USER = 18446744071562067969
    KEY_SET_VALUE = 2
    REG_SZ = 1

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, object]] = {}
        self.refuses = False

    def CreateKey(self, key: int, sub_key: str, /) -> Key:
        if self.refuses:
            raise PermissionError(5, "Access is denied")
        return Key(self.keys.setdefault(sub_key, {}), True)

    def OpenKey(self, key: int, sub_key: str, reserved: int = 0, access: int = 131097) -> Key:
        if self.refuses:
            raise PermissionError(5, "Access is denied")
        if sub_key not in self.keys:
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return Key(self.keys[sub_key], bool(access & self.KEY_SET_VALUE))

    def QueryValueEx(self, key: Key, name: str, /) -> tuple[object, int]:
        if name not in key.values:
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return key.values[name], 1

    def SetValueEx(self, key: Key, name: str, reserved: int, type: int, value: str, /) -> None:
        assert key.writable
        assert type == self.REG_SZ
        key.values[name] = value

    def DeleteValue(self, key: Key, value: str, /) -> None:
        assert key.writable
        self.QueryValueEx(key, value)
        del key.values[value]


PROGRAM = [r"C:\Program Files\Skynet Desktop\skynet.exe", "start", "--minimized"]


def test_the_run_key_goes_through_all_its_states() -> None:
    registry = FakeRegistry()
    entry, moved = RunKey(PROGRAM, registry), RunKey([r"D:\skynet.exe"], registry)
    assert entry.state() is State.OFF
    entry.turn_off()
    entry.repair()
    assert registry.keys == {}
    entry.turn_on()
    line = r'"C:\Program Files\Skynet Desktop\skynet.exe" start --minimized'
    assert registry.keys == {RUN: {"Skynet Desktop": line}}
    assert (entry.state(), moved.state()) == (State.ON, State.STALE)
    moved.repair()
    assert registry.keys == {RUN: {"Skynet Desktop": r'"D:\skynet.exe"'}}
    moved.turn_off()
    assert registry.keys == {RUN: {}}
    assert moved.state() is State.OFF


@pytest.mark.parametrize(("first", "state"), [(2, State.ON), (6, State.ON), (3, State.BLOCKED)])
def test_the_task_manager_is_obeyed(first: int, state: State) -> None:
    registry = FakeRegistry()
    entry, moved = RunKey(PROGRAM, registry), RunKey([r"D:\skynet.exe"], registry)
    entry.turn_on()
    registry.keys[APPROVED] = {"Skynet Desktop": bytes([first, *range(11)])}
    assert entry.state() is state
    if state is State.BLOCKED:
        moved.repair()
        assert moved.state() is State.BLOCKED
        assert "Program Files" in str(registry.keys[RUN])
    moved.turn_on()
    assert moved.state() is State.ON


def test_a_registry_that_refuses() -> None:
    registry = FakeRegistry()
    registry.refuses = True
    entry = RunKey(PROGRAM, registry)
    for call in (entry.state, entry.turn_on, entry.turn_off, entry.repair):
        with pytest.raises(AutostartError, match=r"cannot be .*: Access is denied"):
            call()


def test_a_line_that_windows_would_pass_over() -> None:
    registry = FakeRegistry()
    with pytest.raises(AutostartError, match="more than 260 characters"):
        RunKey(["C:\\" + "x" * 300], registry).turn_on()
    assert registry.keys == {}


def test_each_system_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "winreg", FakeRegistry())
    kinds = {"linux": DesktopEntry, "darwin": LaunchAgent, "win32": RunKey}
    for system, kind in kinds.items():
        with monkeypatch.context() as patch:
            patch.setattr(sys, "platform", system)
            assert type(autostart.entry(COMMAND)) is kind
