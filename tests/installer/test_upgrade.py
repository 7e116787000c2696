"""A new AppImage takes the place of an older one: settings, queue and what was sent stay."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import skynet_desktop
from tests.e2e import test_desktop
from tests.e2e.test_desktop import start, up_to_date
from tests.installer.bare_root import APPS, BareRoot
from tests.installer.conftest import OLDER
from tests.screen.accessible import Accessible
from tests.screen.app import DesktopApp
from tests.screen.bus import Bus, Keyring
from tests.screen.display import Screen
from tests.screen.panel import Panel
from tests.screen.person import Person
from tests.screen.processes import wait_until
from tests.servers.made_sshd import MadeSshd

if not sys.platform.startswith("linux"):
    pytest.skip("an AppImage is Linux's", allow_module_level=True)

pytestmark = [pytest.mark.installer, pytest.mark.timeout(3600)]

OLD = "Skynet-old.AppImage"


@pytest.fixture
def program(bare_root: BareRoot, older: Path) -> tuple[str, ...]:
    """The older one."""
    (image,) = older.glob("*.AppImage")
    shutil.copy2(image, bare_root.apps / OLD)
    return tuple(bare_root.command(str(APPS / OLD)))


class Usual(DesktopApp):
    """On the home that is nobody's choice: of that one alone the entry at login is kept right."""

    @property
    def command(self) -> list[str]:
        return list(self._program)


@pytest.fixture
def desktop_app(
    tmp_path: Path, screen: Screen, bus: Bus, accessible: Accessible, program: tuple[str, ...]
) -> Iterator[DesktopApp]:
    app = Usual(tmp_path, screen, bus, program)
    app.home = app.person / "config" / "skynet-desktop"
    app.env |= accessible.env
    yield app
    app.kill()
    app.assert_quiet()


def queued(person: Path) -> int:
    """Rows of the Q on disk."""
    (file,) = person.rglob("queue.db")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM actions_default").fetchone()[0])


def test_settings_queue_and_entry_stay(
    desktop_app: DesktopApp, panel: Panel, person: Person, keyring: Keyring, photos: Path,
    tmp_path: Path, bare_root: BareRoot, inside: str,
) -> None:  # fmt: skip
    root = tmp_path / "server"
    root.mkdir()
    server = MadeSshd(root)
    test_desktop.set_up_sftp(desktop_app, server, photos)
    assert test_desktop.skynet(desktop_app, "--version").strip() == OLDER
    entry = desktop_app.person / "config/autostart/app.skynet.desktop.desktop"
    icon = start(desktop_app, panel)
    wait_until(up_to_date(icon), icon.tooltip, 30)
    icon.click("Settings…")
    person.click("Start Skynet when I log in")
    wait_until(entry.exists, "the entry")
    there = root / "Photos" / "letter.txt"
    first = there.stat().st_ino
    server.stop()
    for number in range(5):
        (photos / f"new{number}.txt").write_text("new")
    wait_until(lambda: queued(desktop_app.person) >= 5, "the Q to hold what is new", 30)
    desktop_app.stop()
    waiting = queued(desktop_app.person)
    settings = (desktop_app.home / "settings.toml").read_bytes()

    (bare_root.apps / OLD).unlink()
    desktop_app._program = tuple(bare_root.command(inside))
    assert test_desktop.skynet(desktop_app, "--version").strip() == skynet_desktop.__version__
    icon = start(desktop_app, panel)
    wait_until(lambda: inside in entry.read_text(), entry.read_text, 30)
    assert OLD not in entry.read_text()
    assert queued(desktop_app.person) == waiting >= 5
    again = MadeSshd(root, port=server.port, host_key=server.host_key)
    try:
        wait_until((root / "Photos" / "new4.txt").exists, "what was queued", 90)
        wait_until(up_to_date(icon), icon.tooltip, 60)
    finally:
        again.stop()
    assert (desktop_app.home / "settings.toml").read_bytes() == settings
    assert there.stat().st_ino == first, "it was sent once more"
