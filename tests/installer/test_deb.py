"""The Debian package on a bare system: installs, runs, is upgraded and goes without a trace."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import skynet_desktop
from tests.e2e import test_desktop
from tests.e2e.test_desktop import start, up_to_date
from tests.installer.bare_root import APPS, BareRoot
from tests.installer.conftest import OLDER, built
from tests.screen.app import DesktopApp
from tests.screen.bus import Keyring
from tests.screen.display import Screen
from tests.screen.panel import Panel
from tests.screen.processes import wait_until
from tests.servers.made_sshd import MadeSshd

if not sys.platform.startswith("linux"):
    pytest.skip("a .deb is Debian's", allow_module_level=True)

pytestmark = [pytest.mark.installer, pytest.mark.timeout(3600)]

PACKAGE = "skynet-desktop"
WHERE = ("usr", "etc", "opt", "var/lib/dpkg/info")


def seen_inside(deb: Path, root: BareRoot) -> str:
    shutil.copy2(deb, root.apps / deb.name)
    return str(APPS / deb.name)


@pytest.fixture
def deb(base_root: BareRoot) -> str:
    return seen_inside(built("skynet-desktop_{version}_*.deb"), base_root)


@pytest.fixture
def program() -> tuple[str, ...]:
    """Chosen by the test."""
    return ()


def test_its_fields_say_what_it_is() -> None:
    deb = built("skynet-desktop_{version}_*.deb")
    told = subprocess.run(["dpkg-deb", "--field", deb], capture_output=True, text=True, check=True)
    fields = dict(
        line.split(": ", 1) for line in told.stdout.splitlines() if not line.startswith(" ")
    )
    assert fields["Package"] == PACKAGE
    assert fields["Version"] == skynet_desktop.__version__
    assert "libgl1" in fields["Depends"] and "libc6 (>=" in fields["Depends"]
    listed = subprocess.run(["dpkg-deb", "--contents", deb], capture_output=True, text=True,
                            check=True).stdout  # fmt: skip
    owners = {line.split()[1] for line in listed.splitlines()}
    assert owners == {"root/root"}
    for name in ("applications/skynet-desktop.desktop", "metainfo/app.skynet.desktop.metainfo.xml",
                 "icons/hicolor/scalable/apps/skynet-desktop.svg"):  # fmt: skip
        assert f"./usr/share/{name}" in listed


def test_it_comes_runs_and_goes(base_root: BareRoot, deb: str, tmp_path: Path) -> None:
    """Its dependencies come by apt, and stay; of itself nothing does."""
    base_root.install("libgl1", "libegl1", "libxcb1")
    before = base_root.files(*WHERE)
    base_root.install(deb)
    assert base_root.must("skynet", "--version").strip() == skynet_desktop.__version__
    assert base_root.must("skynet-desktop", "--version").strip() == skynet_desktop.__version__
    env = {"SKYNET_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    assert "could not be checked" not in base_root.must("skynet", "doctor", env=env)
    assert base_root.must("dpkg", "--verify", PACKAGE) == ""
    base_root.must("apt-get", "-qq", "-y", "purge", PACKAGE)
    caches = {"usr/share/applications/mimeinfo.cache", "usr/share/icons/hicolor/icon-theme.cache"}
    assert base_root.files(*WHERE) - caches == before - caches
    assert base_root.run("skynet", "--version").returncode != 0


def test_it_brings_what_it_needs_and_a_newer_one_takes_its_place(
    base_root: BareRoot, deb: str, older: Path, desktop_app: DesktopApp, panel: Panel,
    screen: Screen, keyring: Keyring, made_sftp: MadeSshd, photos: Path,
) -> None:  # fmt: skip
    (old,) = older.glob("*.deb")
    base_root.install(seen_inside(old, base_root), "fonts-dejavu-core", "fontconfig-config")
    assert base_root.must("skynet", "--version").strip() == OLDER
    desktop_app._program = tuple(base_root.command("skynet"))
    test_desktop.set_up_sftp(desktop_app, made_sftp, photos)
    icon = start(desktop_app, panel)
    wait_until(up_to_date(icon), icon.tooltip, 30)
    desktop_app.stop()
    settings = (desktop_app.home / "settings.toml").read_bytes()

    base_root.install(deb)
    desktop_app._program = tuple(base_root.command("skynet-desktop"))
    (photos / "new.txt").write_text("new")
    icon = start(desktop_app, panel)
    screen.window("Skynet Desktop", desktop_app.pid)
    wait_until((made_sftp.root / "Photos" / "new.txt").exists, "the new file", 30)
    wait_until(up_to_date(icon), icon.tooltip, 30)
    assert test_desktop.skynet(desktop_app, "--version").strip() == skynet_desktop.__version__
    assert (desktop_app.home / "settings.toml").read_bytes() == settings
