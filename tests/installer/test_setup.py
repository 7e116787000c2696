"""The setup for Windows on a fresh computer, from installing to uninstalling (under wine).

One computer and one order: each test goes on where the one before it ended.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import skynet_desktop
from installer import APP, TERMINAL
from installer.windows.wine import windows_path
from tests.installer.conftest import built
from tests.installer.windows_computer import RUN, UNINSTALL, WindowsComputer
from tests.screen.needs import need
from tests.screen.processes import wait_until
from tests.servers.seaweed import KEYS, Seaweed
from tests.servers.sshd import Sshd

pytestmark = [pytest.mark.installer, pytest.mark.timeout(1800)]

NAME = "Skynet Desktop"
ENVIRONMENT = r"HKCU\Environment"
FILES = {"a.txt": b"a", "folder/ünï 写真.txt": b"in any script", "folder/deep/empty": b""}
_PATIENCE = 240.0


@pytest.fixture(scope="module")
def computer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WindowsComputer]:
    need("wine", "wineserver", "x86_64-w64-mingw32-gcc")
    setup = built("Skynet-Desktop-{version}-Setup.exe")
    made = WindowsComputer(tmp_path_factory.mktemp("windows"), setup)
    yield made
    made.close()


@pytest.fixture(scope="module")
def photos(computer: WindowsComputer) -> Path:
    folder = computer.folder("photos")
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def bucket(s3_server: Seaweed) -> str:
    s3_server.client().create_bucket(Bucket="windows")
    return "windows"


@pytest.fixture(scope="module")
def shelf(sftp_server: Sshd) -> Path:
    """The folder on the SFTP server."""
    return sftp_server.folder / "windows"


def in_bucket(server: Seaweed, bucket: str) -> dict[str, bytes]:
    client = server.client()
    listed = client.list_objects_v2(Bucket=bucket, Prefix="photos/").get("Contents", [])
    names = [each["Key"] for each in listed if "/.skynet/" not in each["Key"]]
    return {
        name.removeprefix("photos/"): client.get_object(Bucket=bucket, Key=name)["Body"].read()
        for name in names
    }


def on_shelf(shelf: Path) -> dict[str, bytes]:
    return {
        path.relative_to(shelf).as_posix(): path.read_bytes()
        for path in shelf.rglob("*")
        if path.is_file() and ".skynet" not in path.parts
    }


def is_running(computer: WindowsComputer) -> bool:
    return bool(json.loads(computer.skynet("status", "--json"))["running"])


# --- installed ------------------------------------------------------------------------------------


def test_it_installs_for_one_person(computer: WindowsComputer) -> None:
    before = computer.registry(ENVIRONMENT)
    begun = time.monotonic()
    computer.install()
    print(f"installed in {time.monotonic() - begun:.0f} s")
    names = {path.name for path in computer.programs.iterdir()}
    assert names == {"_internal", f"{APP}.exe", f"{TERMINAL}.exe", "uninstall.exe"}
    links = [link.name for link in computer.menu.rglob("*.lnk")]
    assert links == [f"{NAME}.lnk"]
    assert computer.registry(ENVIRONMENT) == before, "nobody asked for it on PATH"
    assert NAME not in computer.registry(RUN), "nobody asked for a start at login"
    assert computer.skynet("--version").strip() == skynet_desktop.__version__


def test_the_systems_list_of_programs_knows_it(computer: WindowsComputer) -> None:
    entry = computer.registry(UNINSTALL)
    assert entry["DisplayName"] == NAME
    assert entry["DisplayVersion"] == skynet_desktop.__version__
    assert entry["Publisher"] == "The makers of Skynet Desktop"
    assert entry["InstallLocation"] == computer.at(computer.programs)
    files = [path.stat().st_size for path in computer.programs.rglob("*") if path.is_file()]
    told = int(entry["EstimatedSize"], 0) * 1024
    assert told == pytest.approx(sum(files), rel=0.05)


def test_no_library_of_wines_came_along(computer: WindowsComputer) -> None:
    names = {path.name.lower() for path in computer.programs.rglob("*.dll")}
    assert not names & {"icuuc.dll", "bcryptprimitives.dll", "kernel32.dll", "ucrtbase.dll"}
    assert "opengl32sw.dll" not in names


# --- in the terminal ------------------------------------------------------------------------------


def test_a_secret_goes_into_the_credential_manager(
    computer: WindowsComputer, s3_server: Seaweed, bucket: str
) -> None:
    key, secret, _ = KEYS["admin"]
    said = computer.skynet(
        "service", "add", "cloud", "--type", "s3", "-o", f"bucket={bucket}",
        "-o", f"endpoint_url={s3_server.endpoint}", "-o", "region=us-east-1", "--secrets", "-",
        told=json.dumps({"access_key_id": key, "secret_access_key": secret}),
    )  # fmt: skip
    assert "its secrets are in Windows WinVaultKeyring" in said
    assert any("skynet-desktop" in name for name in computer.credentials())
    kept = [path for path in computer.data.rglob("*") if path.is_file()]
    assert kept and not any(secret.encode() in path.read_bytes() for path in kept)
    assert "The service cloud works" in computer.skynet("service", "test", "cloud")


def test_it_mirrors_to_s3_and_sftp(
    computer: WindowsComputer,
    photos: Path,
    s3_server: Seaweed,
    bucket: str,
    sftp_server: Sshd,
    shelf: Path,
) -> None:
    options = sftp_server.options()
    for name in ("key_file", "known_hosts"):
        options[name] = windows_path(Path(str(options[name])))
    pairs = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    computer.skynet("service", "add", "nas", "--type", "sftp", *pairs)
    assert "The service nas works" in computer.skynet("service", "test", "nas")
    local = computer.at(photos)
    for name, service, remote in (("up", "cloud", "photos"), ("across", "nas", str(shelf))):
        computer.skynet(
            "mapping", "add", name, "--local", local, "--service", service, "--remote", remote
        )
    said = computer.skynet("run", "--once")
    assert "up: up-to-date" in said and "across: up-to-date" in said
    assert in_bucket(s3_server, bucket) == FILES
    assert on_shelf(shelf) == FILES
    computer.skynet("verify", "--deep")


# --- in the tray ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pictures")


def test_its_icon_comes_into_the_tray(computer: WindowsComputer, pictures: Path) -> None:
    assert not computer.has_tray_icon()
    begun = time.monotonic()
    computer.start("start")
    wait_until(computer.has_tray_icon, "an icon in the tray", _PATIENCE)
    print(f"start to tray {time.monotonic() - begun:.1f} s")
    wait_until(lambda: is_running(computer), "it answers", _PATIENCE)
    print(computer.screen.screenshot(pictures / "tray.png"))


def test_a_new_file_is_noticed(
    computer: WindowsComputer, photos: Path, s3_server: Seaweed, bucket: str, shelf: Path
) -> None:
    (photos / "later.txt").write_bytes(b"later")
    begun = time.monotonic()
    wanted = {**FILES, "later.txt": b"later"}
    wait_until(lambda: on_shelf(shelf) == wanted, "it is on the shelf", _PATIENCE)
    print(f"noticed and sent in {time.monotonic() - begun:.1f} s")
    wait_until(lambda: in_bucket(s3_server, bucket) == wanted, "it is in the bucket", _PATIENCE)


def test_a_second_start_shows_the_first(computer: WindowsComputer) -> None:
    assert computer.start("start").wait(_PATIENCE) == 0
    assert is_running(computer)


def test_the_switch_writes_and_removes_the_run_key(
    computer: WindowsComputer, pictures: Path
) -> None:
    """By keys, as a person would: the settings, then the switch, Alt+L."""
    screen, switch = computer.screen, (284, 367)  # where it comes up, on this screen
    screen.click(500, 730)  # the window, where it is empty
    before = screen.colour(*switch)
    screen.key("ctrl+comma")
    wait_until(lambda: screen.colour(*switch) != before, "the settings", _PATIENCE)
    time.sleep(2)  # the switch works once the system was asked how it stands
    screen.key("alt+l")
    line = f'"{computer.at(computer.programs / APP)}.exe" start --minimized'
    wait_until(lambda: computer.registry(RUN).get(NAME) == line, "the Run key", _PATIENCE)
    print(screen.screenshot(pictures / "switch.png"))
    screen.key("alt+l")
    wait_until(lambda: NAME not in computer.registry(RUN), "no Run key", _PATIENCE)


# --- another version, and the end -----------------------------------------------------------------


def test_a_setup_over_the_running_program(computer: WindowsComputer) -> None:
    """It is ended, replaced, and started again; what was chosen and stored stays."""
    stale = computer.programs / "_internal" / "of an older version.dll"
    stale.touch()
    settings = (computer.data / "settings.toml").read_bytes()
    computer.install("/AUTOSTART=1", "/PATH=1")
    assert not stale.exists()
    wait_until(lambda: is_running(computer), "it runs again", _PATIENCE)
    assert (computer.data / "settings.toml").read_bytes() == settings
    assert computer.registry(RUN)[NAME].endswith(f'{APP}.exe" start --minimized')
    assert computer.registry(ENVIRONMENT)["Path"] == computer.at(computer.programs)
    assert computer.registry(UNINSTALL)["InstallLocation"] == computer.at(computer.programs)
    computer.install()
    assert NAME in computer.registry(RUN), "as it was"
    assert "Path" in computer.registry(ENVIRONMENT), "as it was"
    computer.install("/AUTOSTART=0", "/PATH=0")
    assert NAME not in computer.registry(RUN)
    assert "Path" not in computer.registry(ENVIRONMENT)
    wait_until(lambda: is_running(computer), "it runs again", _PATIENCE)


def test_it_uninstalls_clean_and_keeps_settings(computer: WindowsComputer) -> None:
    computer.install("/AUTOSTART=1", "/PATH=1")
    computer.uninstall()
    assert not list(computer.menu.rglob("*.lnk"))
    assert NAME not in computer.registry(RUN)
    assert "Path" not in computer.registry(ENVIRONMENT)
    assert (computer.data / "settings.toml").exists()
    assert any("skynet-desktop" in name for name in computer.credentials())


def test_installed_again_it_goes_on(computer: WindowsComputer) -> None:
    computer.install()
    assert "The service cloud works" in computer.skynet("service", "test", "cloud")


def test_asked_to_it_removes_all(computer: WindowsComputer, photos: Path) -> None:
    computer.uninstall("/PURGE")
    assert not computer.data.exists()
    assert not any("skynet-desktop" in name for name in computer.credentials())
    assert (photos / "later.txt").exists(), "a person's own files are theirs"


def test_it_goes_where_it_is_told_and_takes_nothing_else_along(computer: WindowsComputer) -> None:
    elsewhere = computer.wine.c / "prögrämme"
    elsewhere.mkdir()
    (elsewhere / "mine.txt").touch()
    computer.programs = elsewhere
    computer.install(rf"/D={computer.at(elsewhere)}")
    assert computer.skynet("--version").strip() == skynet_desktop.__version__
    computer.uninstall()
    assert [each.name for each in elsewhere.iterdir()] == ["mine.txt"]
