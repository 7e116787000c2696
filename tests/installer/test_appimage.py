"""The AppImage on a computer without Python: a bare root file system, under a real screen.

Servers, screen, tray and keyring are this computer's; program and all it loads are in there.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import skynet_desktop
from skynet_desktop.desktop.settings_dialog import licences
from tests.e2e import test_desktop
from tests.e2e.test_desktop import start, up_to_date
from tests.installer.bare_root import BareRoot
from tests.screen.app import DesktopApp
from tests.screen.bus import Keyring
from tests.screen.display import Screen
from tests.screen.panel import Panel
from tests.screen.person import Person
from tests.screen.processes import wait_until
from tests.screen.trayer import Trayer
from tests.servers.made_sshd import MadeSshd
from tests.servers.seaweed import Seaweed
from tests.servers.tls import Issuer, TlsFront

if not sys.platform.startswith("linux"):
    pytest.skip("an AppImage is Linux's", allow_module_level=True)

pytestmark = [pytest.mark.installer, pytest.mark.timeout(900)]

PROBE = Path(__file__).with_name("probe_connection.py")
NOBODY = "65534:65534"


@pytest.fixture
def program(bare_root: BareRoot, inside: str) -> tuple[str, ...]:
    return tuple(bare_root.command(inside))


# --- the wizard's ways, as in a checkout ----------------------------------------------------------

test_the_wizard_mirrors_to_s3 = test_desktop.test_from_nothing_to_a_mirror_on_s3
test_the_wizard_mirrors_to_sftp = test_desktop.test_from_nothing_to_a_mirror_on_sftp
test_the_wizard_mirrors_to_a_folder = test_desktop.test_from_nothing_to_a_mirror_on_a_folder


# --- the bare computer ----------------------------------------------------------------------------


def test_there_is_no_python(bare_root: BareRoot) -> None:
    found = {name for name in bare_root.files("usr", "opt") if "python" in Path(name).name}
    assert not {name for name in found if not name.startswith("usr/share/")}
    assert bare_root.run("which", "python3").returncode != 0


def test_it_mounts_itself_and_lets_go_again(bare_root: BareRoot, inside: str) -> None:
    words = 'before=$(ls -A /tmp | grep -c ^.mount_skynet); "$0" --version; sleep 1; '
    words += "test $before = $(ls -A /tmp | grep -c ^.mount_skynet) && ! grep skynet /proc/mounts"
    told = bare_root.must("sh", "-c", words, inside)
    assert told.split() == [skynet_desktop.__version__]


def test_a_person_without_the_right_to_mount_has_it_unpacked(
    bare_root: BareRoot, inside: str
) -> None:
    """There is no fusermount on that computer, and this is not root."""
    words = '"$0" --version; ls -A /tmp | grep appimage_extracted; true'
    told = bare_root.must("sh", "-c", words, inside, user=NOBODY, env={"HOME": "/tmp"})
    assert told.split() == [skynet_desktop.__version__]


def test_its_parts_can_be_unpacked(bare_root: BareRoot, inside: str, tmp_path: Path) -> None:
    words = f'cd {shlex.quote(str(tmp_path))} && "$0" --appimage-extract "usr/share/*" >/dev/null'
    bare_root.must("sh", "-c", words, inside)
    root = tmp_path / "squashfs-root"
    assert (root / "usr/share/applications/skynet-desktop.desktop").exists()
    assert not (root / "usr/lib").exists()
    offset = int(bare_root.must(inside, "--appimage-offset"))
    image = (bare_root.apps / Path(inside).name).read_bytes()
    assert image[8:11] == b"AI\x02"
    assert image[offset : offset + 4] == b"hsqs"  # squashfs begins so


def test_its_end_and_its_words_are_the_programs(bare_root: BareRoot, inside: str) -> None:
    done = bare_root.run(inside, "service", "test", "nobody", env={"SKYNET_HOME": "/tmp/none"})
    assert done.returncode == 1
    assert "nobody" in done.stderr


def test_the_doctor_and_the_report_find_nothing_broken(
    bare_root: BareRoot, inside: str, tmp_path: Path
) -> None:
    env = {"SKYNET_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    told = bare_root.must(inside, "doctor", env=env)
    assert "could not be checked" not in told
    assert f"Skynet Desktop {skynet_desktop.__version__} with Python" in told
    assert "Qt 6." in told
    bare_root.must(inside, "diagnostics", str(tmp_path / "report.zip"), env=env)
    assert (tmp_path / "report.zip").stat().st_size > 1000


def test_what_is_inside(bare_root: BareRoot, inside: str, tmp_path: Path) -> None:
    """A person's own connection is loaded, and finds processes, licences and certificates."""
    home, source, out = tmp_path / "home", tmp_path / "source", tmp_path / "found.json"
    (home / "connections").mkdir(parents=True)
    source.mkdir()
    (source / "look.txt").write_text("look")
    (home / "connections" / "probe.py").write_bytes(PROBE.read_bytes())
    env = {"SKYNET_HOME": str(home), "HOME": str(tmp_path), "SKYNET_PROBE": str(out)}
    bare_root.must(inside, "service", "add", "p", "--type", "probe", env=env)
    bare_root.must(inside, "mapping", "add", "m", "--local", str(source), "--service", "p",
                   "--remote", "there", env=env)  # fmt: skip
    bare_root.must(inside, "run", "--once", env=env)
    found = json.loads(out.read_text())
    assert found["frozen"] is True
    assert (found["spawned"], found["forked"]) == (0, True)
    assert found["of the build"] == []
    assert found["certificates"] > 100  # the bare computer has none of its own
    shown = {name: (version, licence) for name, version, licence, _ in found["licences"]}
    here = {part.name: (part.version, part.licence) for part in licences.parts()}
    asked = map(Requirement, requires("skynet-desktop") or [])  # here, tools may bring more
    elsewhere = {one.name for one in asked if one.marker and not one.marker.evaluate()}
    assert shown.keys() == here.keys() - elsewhere
    assert shown["boto3"] == here["boto3"]
    assert all(length > 10 for *_, length in found["licences"])


def test_s3_by_tls_trusts_whom_it_is_told_to(
    bare_root: BareRoot, inside: str, tmp_path: Path, s3_server: Seaweed, s3_bucket: str
) -> None:
    issuer = Issuer(tmp_path / "issuer")
    options = s3_server.options(s3_bucket)
    env = {"SKYNET_HOME": str(tmp_path / "home"), "HOME": str(tmp_path),
           "AWS_ACCESS_KEY_ID": str(options["access_key_id"]),
           "AWS_SECRET_ACCESS_KEY": str(options["secret_access_key"])}  # fmt: skip
    front = TlsFront(("127.0.0.1", s3_server.ports["s3"]), issuer.certificate())
    try:
        bare_root.must(inside, "service", "add", "s", "--type", "s3", f"-obucket={s3_bucket}",
                       f"-oendpoint_url=https://127.0.0.1:{front.port}", "-oauth=environment",
                       env=env)  # fmt: skip
        refused = bare_root.run(inside, "service", "test", "s", env=env)
        trusted = {**env, "AWS_CA_BUNDLE": str(issuer.file)}
        told = bare_root.must(inside, "service", "test", "s", env=trusted)
    finally:
        front.stop()
    assert refused.returncode == 4
    assert "certificate" in (refused.stdout + refused.stderr).lower()
    assert told


# --- on the screen --------------------------------------------------------------------------------


def test_its_icon_is_in_an_old_tray(
    desktop_app: DesktopApp, trayer: Trayer, screen: Screen, keyring: Keyring, pictures: Path
) -> None:
    desktop_app.start("--minimized", tray=trayer)
    icon = trayer.icon(desktop_app.pid)
    assert icon.width > 8
    y = icon.middle[1]
    columns = range(icon.x, icon.x + icon.width, 2)
    wait_until(lambda: len({screen.colour(x, y) for x in columns}) > 1, "a picture in the icon")
    screen.screenshot(pictures / "tray.png")


def test_it_speaks_the_persons_language(
    desktop_app: DesktopApp, panel: Panel, keyring: Keyring
) -> None:
    desktop_app.home.mkdir()
    (desktop_app.home / "settings.toml").write_text('version = 1\n[general]\nlanguage = "de"\n')
    icon = start(desktop_app, panel)
    wait_until(lambda: "Beenden" in str(icon.menu()), lambda: str(icon.menu()))


def test_a_secret_is_in_the_systems_keyring(
    desktop_app: DesktopApp, keyring: Keyring, made_sftp: MadeSshd
) -> None:
    options = made_sftp.options()
    password = options.pop("password")
    words = [f"-o{key}={value}" for key, value in options.items()]
    subprocess.run(
        [*desktop_app.command, "service", "add", "nas", "--type", "sftp", *words, "--secrets", "-"],
        env=desktop_app.env, input=json.dumps({"password": password}), text=True, check=True,
        timeout=120,
    )  # fmt: skip
    done = subprocess.run([*desktop_app.command, "doctor"], env=desktop_app.env, text=True,
                          capture_output=True, timeout=120)  # fmt: skip
    assert re.search(r"Keyring\n +ok ", done.stdout), done.stdout
    told = subprocess.run([*desktop_app.command, "service", "test", "nas"], env=desktop_app.env,
                          text=True, capture_output=True, timeout=120)  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr


def test_at_login_the_appimage_itself_is_started(
    desktop_app: DesktopApp, panel: Panel, person: Person, keyring: Keyring,
    made_sftp: MadeSshd, photos: Path, bare_root: BareRoot, inside: str,
) -> None:  # fmt: skip
    """Not the folder that it was mounted at, which is another one each time."""
    test_desktop.set_up_sftp(desktop_app, made_sftp, photos)
    entry = desktop_app.person / "config/autostart/app.skynet.desktop.desktop"
    icon = start(desktop_app, panel)
    icon.click("Settings…")
    person.click("Start Skynet when I log in")
    wait_until(entry.exists, "the entry")
    (line,) = re.findall("^Exec=(.*)$", entry.read_text(), re.MULTILINE)
    words = shlex.split(line)
    assert words == [inside, "--home", str(desktop_app.home), "start", "--minimized"]
    assert os.pathsep not in line and ".mount" not in line
    desktop_app.stop()
    desktop_app._program = tuple(bare_root.command(words[0]))
    desktop_app.start(*words[4:], tray=panel)
    again = panel.icon(desktop_app.pid)
    wait_until(up_to_date(again), again.tooltip, 30)


def test_a_second_start_shows_the_window_of_the_first(
    desktop_app: DesktopApp, panel: Panel, screen: Screen, keyring: Keyring,
    made_sftp: MadeSshd, photos: Path,
) -> None:  # fmt: skip
    test_desktop.set_up_sftp(desktop_app, made_sftp, photos)
    desktop_app.start("--minimized", tray=panel)
    assert not screen.windows("Skynet Desktop", desktop_app.pid)
    test_desktop.skynet(desktop_app)
    screen.window("Skynet Desktop", desktop_app.pid)
