"""The tray app as a person has it: from nothing to the first mirrored file, and then its day.

Real parts throughout: an X server with a window manager, a tray, a notification service, a
keyring, the S3 and SFTP servers; every click and key goes through the X server.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from skynet_desktop.core.reserved import RESERVED
from tests.screen.app import DesktopApp
from tests.screen.bus import Keyring
from tests.screen.display import Screen
from tests.screen.panel import Panel, StatusIcon
from tests.screen.person import Person
from tests.screen.processes import wait_until
from tests.screen.toasts import Toasts
from tests.servers.made_sshd import MadeSshd
from tests.servers.seaweed import Seaweed

if not sys.platform.startswith("linux"):
    pytest.skip("the stage is an X server's", allow_module_level=True)

UP_TO_DATE = "Up to date"


def start(app: DesktopApp, panel: Panel) -> StatusIcon:
    app.start(tray=panel)
    return panel.icon(app.pid)


def walk_from_folder(person: Person, photos: Path) -> None:
    """The steps that are the same for every service."""
    person.wait_for("Folder on this computer")
    person.fill("Folder on this computer", str(photos))
    person.picture("folder")
    person.click("Continue")
    person.wait_for("Keep remote copies")
    person.picture("destination")
    person.click("Continue")
    person.wait_for("Patterns of files to leave out")
    person.wait_for("Left out: 1 file")
    person.picture("filters")
    person.click("Continue")
    person.wait_for("2 files will be sent")
    person.picture("dry-run")
    person.click("Continue")
    person.wait_for("Start Skynet when I log in")
    person.picture("start")
    person.click("Start mirroring")
    person.wait_for("First: ", 30)
    person.picture("arrived")
    person.click("Open the overview")


def up_to_date(icon: StatusIcon) -> Callable[[], bool]:
    return lambda: UP_TO_DATE in icon.tooltip()


def test_the_try_out_takes_three_clicks(
    desktop_app: DesktopApp, panel: Panel, person: Person, keyring: Keyring
) -> None:
    icon = start(desktop_app, panel)
    person.wait_for("Welcome to Skynet")
    person.picture("welcome")
    person.click("Try it with a local folder")
    person.picture("try-out")
    person.click("Start")
    person.wait_for("First: ")
    there = desktop_app.home / "Skynet try-out" / "to here"
    wait_until(up_to_date(icon), icon.tooltip, 30)
    mirrored = [p for p in there.rglob("*") if p.is_file() and RESERVED not in p.parts]
    assert len(mirrored) == 201


def test_from_nothing_to_a_mirror_on_a_folder(
    desktop_app: DesktopApp, panel: Panel, toasts: Toasts, person: Person, photos: Path,
    tmp_path: Path, keyring: Keyring,
) -> None:  # fmt: skip
    disk = tmp_path / "disk"
    disk.mkdir()
    icon = start(desktop_app, panel)
    person.wait_for("Welcome to Skynet")
    person.click("Set up a mirror")
    person.picture("services")
    person.click("Folder on another disk")
    person.wait_for("Folder")
    person.fill("Folder", str(disk))
    person.picture("credentials")
    person.click("Test")
    person.wait_for("Continue")
    person.picture("test")
    person.click("Continue")
    walk_from_folder(person, photos)
    wait_until(up_to_date(icon), icon.tooltip, 30)
    assert (disk / "Photos" / "2026" / "beach.jpg").stat().st_size == 200_000
    assert not list(disk.rglob("*.part"))
    entry = desktop_app.person / "config/autostart/app.skynet.desktop.desktop"
    assert "--minimized" in entry.read_text()
    toast = toasts.wait_for("2 files are on")
    toasts.press(toast)
    person.wait_for("2026/beach.jpg")  # the activity page
    person.picture("activity")


def test_from_nothing_to_a_mirror_on_s3(
    desktop_app: DesktopApp, panel: Panel, person: Person, photos: Path,
    s3_server: Seaweed, s3_bucket: str, keyring: Keyring,
) -> None:  # fmt: skip
    options = s3_server.options(s3_bucket)
    icon = start(desktop_app, panel)
    person.click("Set up a mirror")
    person.click("Own S3 server")
    person.fill("Address", str(options["endpoint_url"]))
    person.fill("Bucket", s3_bucket)
    person.fill("Access key ID", str(options["access_key_id"]))
    person.fill("Secret access key", str(options["secret_access_key"]))
    person.picture("s3-credentials")
    person.click("Test")
    person.wait_for("Continue", 30)
    person.picture("s3-test")
    person.click("Continue")
    walk_from_folder(person, photos)
    wait_until(up_to_date(icon), icon.tooltip, 30)
    listed = s3_server.client().list_objects_v2(Bucket=s3_bucket)
    keys = {item["Key"] for item in listed.get("Contents", [])}
    assert {"Photos/2026/beach.jpg", "Photos/letter.txt"} <= keys
    secret = str(options["secret_access_key"])
    for file in desktop_app.home.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file


def test_from_nothing_to_a_mirror_on_sftp(
    desktop_app: DesktopApp, panel: Panel, person: Person, photos: Path,
    made_sftp: MadeSshd, keyring: Keyring,
) -> None:  # fmt: skip
    """By password, on a server whose key nobody knows yet."""
    icon = start(desktop_app, panel)
    person.click("Set up a mirror")
    person.click("SFTP with a password")
    person.fill("Server", "127.0.0.1")
    person.fill("Port", str(made_sftp.port))
    person.fill("User", "anna")
    person.fill("Password", "right")
    person.picture("sftp-credentials")
    person.click("Test")
    person.wait_for("Fingerprint: SHA256:", 30)
    person.picture("sftp-host-key")
    person.click("Trust this key")
    person.wait_for("Continue", 30)
    person.click("Continue")
    walk_from_folder(person, photos)
    wait_until(up_to_date(icon), icon.tooltip, 30)


# --- a day with it ------------------------------------------------------------------------------


def skynet(app: DesktopApp, *words: str) -> str:
    """The terminal beside the running app."""
    done = subprocess.run(
        [*app.command, *words], env=app.env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def set_up_sftp(app: DesktopApp, server: MadeSshd, photos: Path) -> None:
    """By the terminal; the wizard's way is tested above."""
    options = server.options()
    password = options.pop("password")
    words = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
    subprocess.run(
        [*app.command, "service", "add", "nas", "--type", "sftp", *words, "--secrets", "-"],
        env=app.env, input=json.dumps({"password": password}), text=True, check=True, timeout=60,
    )  # fmt: skip
    skynet(app, "mapping", "add", "Photos", "--local", str(photos), "--service", "nas",
           "--remote", "Photos")  # fmt: skip
    settings = app.home / "settings.toml"
    settings.write_text(settings.read_text() + "\n[notifications]\ngrace_seconds = 2\n")


def test_pause_resume_and_quit_by_the_tray(
    desktop_app: DesktopApp, panel: Panel, keyring: Keyring, made_sftp: MadeSshd, photos: Path
) -> None:
    set_up_sftp(desktop_app, made_sftp, photos)
    icon = start(desktop_app, panel)
    wait_until(up_to_date(icon), icon.tooltip, 30)
    icon.click("Pause", "30 minutes")
    wait_until(lambda: "Paused until" in icon.tooltip(), icon.tooltip)
    (photos / "new.txt").write_text("new")
    wait_until(lambda: "waiting" in str(icon.menu()), lambda: str(icon.menu()))
    assert not (made_sftp.root / "Photos" / "new.txt").exists()
    icon.click("Resume")
    wait_until((made_sftp.root / "Photos" / "new.txt").exists, "the new file")
    wait_until(up_to_date(icon), icon.tooltip, 30)
    started = time.monotonic()
    icon.click("Quit")
    desktop_app.running.wait_until(lambda: not desktop_app.running.alive, "its end", 15)
    assert time.monotonic() - started < 10, "it waits for nothing that may hang"


def test_a_server_that_goes_and_comes_is_told_once_each(
    desktop_app: DesktopApp, panel: Panel, toasts: Toasts, keyring: Keyring, photos: Path,
    tmp_path: Path,
) -> None:  # fmt: skip
    root = tmp_path / "server"
    root.mkdir()
    server = MadeSshd(root)
    set_up_sftp(desktop_app, server, photos)
    icon = start(desktop_app, panel)
    wait_until(up_to_date(icon), icon.tooltip, 30)
    shown = icon.picture()
    server.stop()
    (photos / "new.txt").write_text("new")
    toasts.wait_for("nas cannot be reached", 60)
    assert "retry in" in icon.tooltip() or "waiting" in icon.tooltip()
    assert icon.picture() != shown
    again = MadeSshd(root, port=server.port, host_key=server.host_key)
    try:
        toasts.wait_for("nas is back", 90)
        wait_until((root / "Photos" / "new.txt").exists, "the new file", 30)
        wait_until(up_to_date(icon), icon.tooltip, 30)
        told = [t.title for t in toasts.shown if "nas" in t.title and "on nas" not in t.title]
        assert told == ["nas cannot be reached", "nas is back"]
    finally:
        again.stop()


def test_a_changed_password_leads_to_its_field(
    desktop_app: DesktopApp, panel: Panel, toasts: Toasts, person: Person, keyring: Keyring,
    made_sftp: MadeSshd, photos: Path,
) -> None:  # fmt: skip
    set_up_sftp(desktop_app, made_sftp, photos)
    made_sftp.rules.password = "another-canary-7341"
    icon = start(desktop_app, panel)
    toast = toasts.wait_for("Photos needs you", 60)
    assert toast.hints["urgency"] == 2
    toasts.press(toast)
    person.wait_for("Photos: Edit service")
    person.picture("refused")
    person.click("Photos: Edit service")
    person.wait_for("Password")
    person.fill("Password", "another-canary-7341")
    person.picture("password")
    person.click("Test")
    person.click("Save", 30)
    wait_until(up_to_date(icon), icon.tooltip, 30)
    assert (made_sftp.root / "Photos" / "letter.txt").exists()
    bundle = desktop_app.person / "report.zip"
    skynet(desktop_app, "diagnostics", str(bundle))
    with zipfile.ZipFile(bundle) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    places = {str(p): p.read_bytes() for p in desktop_app.home.rglob("*") if p.is_file()}
    running = Path(f"/proc/{desktop_app.pid}")
    places |= {name: (running / name).read_bytes() for name in ("cmdline", "environ")}
    for name, content in {**places, **parts, "output": desktop_app.log.read_bytes()}.items():
        assert b"another-canary-7341" not in content, name


def test_start_at_login_is_switched_in_the_settings(
    desktop_app: DesktopApp, panel: Panel, person: Person, keyring: Keyring,
    made_sftp: MadeSshd, photos: Path,
) -> None:  # fmt: skip
    set_up_sftp(desktop_app, made_sftp, photos)
    icon = start(desktop_app, panel)
    entry = desktop_app.person / "config/autostart/app.skynet.desktop.desktop"
    icon.click("Settings…")
    person.click("Start Skynet when I log in")
    wait_until(entry.exists, "the entry")
    text = entry.read_text()
    assert "--minimized" in text and str(desktop_app.home) in text
    person.picture("settings")
    person.click("Start Skynet when I log in")
    wait_until(lambda: not entry.exists(), "the entry's end")


def test_a_second_start_shows_the_window_of_the_first(
    desktop_app: DesktopApp, panel: Panel, screen: Screen, keyring: Keyring,
    made_sftp: MadeSshd, photos: Path,
) -> None:  # fmt: skip
    set_up_sftp(desktop_app, made_sftp, photos)
    desktop_app.start("--minimized", tray=panel)
    assert not screen.windows("Skynet Desktop", desktop_app.pid)
    skynet(desktop_app, "start")
    screen.window("Skynet Desktop", desktop_app.pid)
