"""Opening, on Linux for real: xdg-open with a program of ours for each kind of file, and a file
manager of ours on a bus of its own. Of the other systems the command is looked at."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from skynet_desktop.host import opening
from skynet_desktop.host.opening import OpeningError, open_folder, open_page, open_text, show_file

linux = pytest.mark.skipif(
    not sys.platform.startswith("linux") or not shutil.which("xdg-open"),
    reason="needs xdg-open (xdg-utils)",
)
bus = pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="needs dbus-daemon")

AWKWARD = ["plain.txt", "-rf", "$(touch x) `y`; &.txt", "100% #1?.txt", "naïve 日本.txt"]


class Desktop:
    """A home where one program opens everything and writes down what it was given."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.told = home / "told"
        applications = home / "data" / "applications"
        applications.mkdir(parents=True)
        program = home / "opener"
        program.write_text(
            f"#!{sys.executable}\n"
            "import json, os, sys\n"
            f"with open({str(self.told)!r} + '~', 'w') as file:\n"
            "    json.dump([sys.argv[1:], dict(os.environ)], file)\n"
            f"os.rename({str(self.told)!r} + '~', {str(self.told)!r})\n"
        )
        program.chmod(0o755)
        (applications / "opener.desktop").write_text(
            f"[Desktop Entry]\nType=Application\nName=Opener\nExec={program} %u\n"
            "MimeType=inode/directory;text/plain;x-scheme-handler/sftp;\n"
        )
        (applications / "mimeapps.list").write_text(
            "[Default Applications]\ninode/directory=opener.desktop\ntext/plain=opener.desktop\n"
            "x-scheme-handler/sftp=opener.desktop\n"
        )
        for name in ("XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "BROWSER", "DISPLAY",
                     "KDE_FULL_SESSION", "GNOME_DESKTOP_SESSION_ID"):  # fmt: skip
            monkeypatch.delenv(name, raising=False)
        for name, value in {
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "DISPLAY": ":99",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={home}/none",
            "AWS_SECRET_ACCESS_KEY": "canary",
            "LD_LIBRARY_PATH": "/canary/of/a/frozen/program",
        }.items():
            monkeypatch.setenv(name, value)

    def opened(self) -> Path:
        """What the program was given last; it saw no secret."""
        deadline = time.monotonic() + 30
        while not self.told.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        [given], environ = json.loads(self.told.read_text())
        self.told.unlink()
        assert not [name for name, value in environ.items() if "canary" in value]
        assert environ["HOME"] == str(self.home)
        return Path(unquote(given.removeprefix("file://")))


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    return Desktop(tmp_path, monkeypatch)


@linux
@pytest.mark.parametrize("name", AWKWARD)
def test_folders_and_texts_of_any_name(
    name: str, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = desktop.home / f"-{name}"
    folder.mkdir()
    open_folder(folder)
    assert desktop.opened() == folder
    (folder / name).write_text("a text\n")
    monkeypatch.chdir(folder)
    open_text(name)
    assert desktop.opened() == folder / name
    show_file(name)
    assert desktop.opened() == folder, "without a bus the folder is shown"
    assert sorted(path.name for path in folder.iterdir()) == [name]


@linux
def test_a_page(desktop: Desktop) -> None:
    open_page("sftp://anna@nas.local/backup/photos")
    assert str(desktop.opened()) == str(Path("sftp://anna@nas.local/backup/photos"))
    with pytest.raises(OpeningError, match="no program was found for it"):
        open_page("gopher://nas.local/")


@linux
def test_what_is_gone_and_what_nothing_opens(desktop: Desktop) -> None:
    with pytest.raises(OpeningError, match="gone is no longer there"):
        show_file(desktop.home / "gone")
    (desktop.home / "data" / "applications" / "opener.desktop").unlink()
    (desktop.home / "data" / "applications" / "mimeapps.list").unlink()
    with pytest.raises(OpeningError, match="no program was found for it"):
        open_folder(desktop.home)


@linux
def test_a_system_without_what_it_takes(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(desktop.home))
    with pytest.raises(OpeningError, match="xdg-open is missing"):
        open_folder(desktop.home)


@linux
def test_one_that_goes_on_is_not_waited_for(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desktop.home / "opener").write_text(f"#!/bin/sh\nexec sleep 5 >{desktop.told}\n")
    monkeypatch.setattr(opening, "_SECONDS", 0.2)
    started = time.monotonic()
    open_folder(desktop.home)
    assert time.monotonic() - started < 4


class FileManager:
    """Answers on the bus like a desktop's own, and remembers what it was asked."""

    def __init__(self, *, refuses: bool) -> None:
        from jeepney import message_bus
        from jeepney.io.blocking import open_dbus_connection

        self.asked: list[Any] = []
        self._refuses = refuses
        self._bus = open_dbus_connection("SESSION")
        self._bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.FileManager1"))
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        from jeepney import MessageType, new_error, new_method_return

        with closing(self._bus):
            while not self.asked:
                message = self._bus.receive()
                if message.header.message_type is MessageType.method_call:
                    self.asked.append(message.body)
                    answer = (
                        new_error(message, "org.freedesktop.DBus.Error.Failed")
                        if self._refuses
                        else new_method_return(message)
                    )
                    self._bus.send(answer)


@pytest.fixture
def session_bus(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
        yield
        daemon.terminate()


@linux
@bus
@pytest.mark.parametrize("name", AWKWARD)
def test_a_file_manager_selects_the_file(name: str, desktop: Desktop, session_bus: None) -> None:
    manager = FileManager(refuses=False)
    (desktop.home / name).touch()
    show_file(desktop.home / name)
    [([address], startup)] = manager.asked
    assert (unquote(address), startup) == (f"file://{desktop.home}/{name}", "")
    assert not desktop.told.exists(), "shown once, not twice"


@linux
@bus
@pytest.mark.parametrize("refuses", [True, False])
def test_without_one_that_selects_the_folder_is_shown(
    refuses: bool, desktop: Desktop, session_bus: None
) -> None:
    manager = FileManager(refuses=True) if refuses else None
    (desktop.home / "file").touch()
    show_file(desktop.home / "file")
    assert desktop.opened() == desktop.home
    assert manager is None or manager.asked


@pytest.mark.parametrize(
    ("system", "folder", "text", "shown"),
    [
        (
            "win32",
            r'"{W}explorer.exe" "{D}"',
            ["{W}notepad.exe", "{F}"],
            r'"{W}explorer.exe" /select,"{F}"',
        ),
        (
            "darwin",
            ["/usr/bin/open", "{D}"],
            ["/usr/bin/open", "-t", "{F}"],
            ["/usr/bin/open", "-R", "{F}"],
        ),
    ],
)
def test_the_commands_of_the_other_systems(
    system: str,
    folder: str | list[str],
    text: list[str],
    shown: str | list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "-a,b c"
    file.touch()
    run: list[str | list[str]] = []
    monkeypatch.setattr(opening, "_run", lambda command, path: run.append(command))
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("SYSTEMROOT", r"C:\Windows")
    open_folder(tmp_path)
    open_text(file)
    show_file(file)
    windows = opening._windows("")

    def filled(command: str | list[str]) -> str | list[str]:
        if isinstance(command, list):
            return [str(filled(word)) for word in command]
        return (
            command.replace("{W}", windows).replace("{D}", str(tmp_path)).replace("{F}", str(file))
        )

    assert run == [filled(folder), filled(text), filled(shown)]
