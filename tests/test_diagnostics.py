from __future__ import annotations

import json
import os
import sqlite3
import stat
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop import diagnostics
from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.core.actions import Kind as Action
from skynet_desktop.core.errors import PathDenied, SettingsError
from skynet_desktop.credentials import MONITOR, SESSION, Credentials, redaction, register, session
from skynet_desktop.diagnostics import DiagnosticsError, save
from skynet_desktop.engine.issues import Issues
from skynet_desktop.engine.requests import Requests
from skynet_desktop.engine.statedb import StateDB
from skynet_desktop.notifier.outbox import Outbox
from skynet_desktop.notifier.told import FOLDER
from skynet_desktop.settings import Monitor, Paths, Settings, store
from tests.credentials.session import MISSING, run_python

NAMES = ["README.txt", "versions.json", "settings.toml", "status.json", "issues.json",
         "machine.json", "doctor.json", "requests.json", "monitor.json", "skynet.log"]  # fmt: skip
FINDINGS = [{"topic": "Clock", "level": "ok", "text": "It is canary-1.", "advice": ""}]
STATUS = {"mappings": [{"name": "photos", "state": "up to date", "reason": "canary-1"}]}
SETTINGS = """\
version = 1

[general]
keyring = "session"

[services.nas]
type = "sftp"
host = "nas.example"
username = "anna"

[mappings.photos]
local = "{local}"
service = "nas"
remote = "photos"
"""


@pytest.fixture(autouse=True)
def forget_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_known", ())
    monkeypatch.setenv("HTTPS_PROXY", "http://anna:canary-4@proxy.example:3128")
    monkeypatch.setattr(session, "_kept", {})


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A home with a mapping that has an issue, and a log."""
    home = Paths.of(tmp_path / "home")
    home.make()
    home.settings_file.write_text(SETTINGS.format(local=tmp_path))
    db = StateDB(home.mapping_state("photos"))
    Issues(db).add("holidays/a\udcff.jpg", Action.SEND, PathDenied("No permission."))
    db.close()
    (home.logs / "skynet.log").write_text("a line of the log\n")
    return home


def saved(paths: Paths, status: dict[str, Any] = STATUS) -> dict[str, str]:
    """The bundle's texts by name."""
    bundle = paths.state / "bundle.zip"
    settings = store.load(paths.settings_file)
    names = save(paths, settings, status, bundle, {"Qt": "6.11"}, FINDINGS)
    with zipfile.ZipFile(bundle) as file:
        assert file.testzip() is None
        assert file.namelist() == names
        return {name: file.read(name).decode() for name in names}


def test_what_is_in_it(paths: Paths, tmp_path: Path) -> None:
    requests = Requests(paths.state)
    requests.counter("nas")(RequestKind.PUT)
    requests.flush()
    [month] = requests.months("nas")
    texts = saved(paths)
    assert list(texts) == NAMES
    assert all(name in texts["README.txt"] for name in NAMES[1:])
    versions = json.loads(texts["versions.json"])
    assert versions["Qt"] == "6.11"
    assert "keyring" in versions["packages"]
    assert json.loads(texts["status.json"]) == STATUS
    [issue] = json.loads(texts["issues.json"])["photos"]["issues"]
    assert (issue["path"], issue["reason"]) == ("holidays/a\udcff.jpg", "No permission.")
    machine = json.loads(texts["machine.json"])
    assert machine["keyring"]["kind"] == "session"
    assert machine["disk"][str(tmp_path)]["free"] > 0
    [state] = machine["state"].values()
    assert state["soundness"] == {"index.db": "ok"}
    assert state["bytes"]["index.db"] > 0
    assert (machine["watch limit"] is not None) == sys.platform.startswith("linux")
    assert json.loads(texts["doctor.json"]) == FINDINGS
    assert json.loads(texts["requests.json"]) == {"nas": {month: {"put": 1}}}
    assert texts["skynet.log"] == "a line of the log\n"
    assert 'username = "anna"' in texts["settings.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes")
def test_it_is_for_its_owner_alone(paths: Paths) -> None:
    saved(paths)
    mode = stat.S_IMODE((paths.state / "bundle.zip").stat().st_mode)
    assert mode == 0o600


def test_no_secret_that_is_known_or_looks_like_one(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A canary in every place that reaches the bundle."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-environment")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "canary-1")
    register(["canary-1"])
    Credentials(paths.settings_file, choice=SESSION).set("nas", {"password": "canary-2"})
    with paths.settings_file.open("a") as file:
        file.write('# canary-1, canary-2\n[services.by-hand]\ntype = "x"\npassword = "canary-3"\n')
    with (paths.logs / "skynet.log").open("a") as file:
        file.write("canary-1 canary-2 canary-environment canary-4 password=canary-3\n")
    db = StateDB(paths.mapping_state("photos"))
    Issues(db).add("canary-1.jpg", Action.SEND, PathDenied("with canary-2."))
    db.close()
    texts = saved(paths)
    assert list(texts) == NAMES
    assert [name for name, text in texts.items() if "canary" in text] == []
    assert json.loads(texts["status.json"])["mappings"][0]["reason"] == "[hidden]"
    assert json.loads(texts["doctor.json"])[0]["text"] == "It is [hidden]."


def test_the_end_of_a_long_log(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret of several lines, cut by where the reading begins, does not show its rest."""
    monkeypatch.setattr(diagnostics, "_LOG_BYTES", 10_000)
    monkeypatch.setattr(diagnostics, "_MARGIN", 1_000)
    secret = "canary\n" * 100
    register([secret])
    end = "".join(f"line {number}\n" for number in range(100))
    (paths.logs / "skynet.log").write_text(end)
    older = "older " + "x" * (11_000 - 350 - 7 - len(end)) + "\n"
    (paths.logs / "skynet.log.1").write_text("oldest\n" + secret + older)
    shown = saved(paths)["skynet.log"]
    assert shown.endswith(end)
    assert "canary" not in shown
    assert "oldest" not in shown
    assert len(shown) <= 10_000


def test_rotated_logs_come_in_order(paths: Paths) -> None:
    for number in (1, 2):
        (paths.logs / f"skynet.log.{number}").write_text(f"older {number}\n")
    assert saved(paths)["skynet.log"] == "older 2\nolder 1\na line of the log\n"


def test_a_damaged_state_is_told_and_stops_nothing(paths: Paths) -> None:
    folder = paths.mapping_state("photos")
    before = (folder / "index.db").read_bytes()
    (folder / "index.db").write_bytes(before[:4096] + b"\xff" * 4096 + before[8192:])
    (folder / "queue.db").write_bytes(b"no database at all, whatever its name says" * 50)
    texts = saved(paths)
    [state] = json.loads(texts["machine.json"])["state"].values()
    assert "ok" not in state["soundness"].values()
    assert state["soundness"]["queue.db"] == "file is not a database"
    assert "cannot be read" in texts["issues.json"] or "holidays" in texts["issues.json"]


def test_the_state_of_a_running_mapping_is_left_alone(paths: Paths) -> None:
    db = StateDB(paths.mapping_state("photos"))
    db.set_meta("a", "b")
    texts = saved(paths)
    assert '"index.db": "ok"' in texts["machine.json"]
    assert db.get_meta("a") == "b"
    db.close()


def test_settings_that_cannot_be_read(paths: Paths) -> None:
    """That is when it is needed most."""
    store.load(paths.settings_file)
    with paths.settings_file.open("a") as file:
        file.write('broken = \npassword = "canary')
    with pytest.raises(SettingsError):
        store.load(paths.settings_file)
    names = save(paths, None, {}, paths.state / "bundle.zip")
    assert names == NAMES
    with zipfile.ZipFile(paths.state / "bundle.zip") as file:
        assert "broken" in file.read("settings.toml").decode()
        assert "canary" not in file.read("settings.toml").decode()
        assert "photos" in json.loads(file.read("issues.json"))


def test_the_monitor_and_not_its_token(paths: Paths) -> None:
    """It got into log and outbox as if by a mistake."""
    store.set_table(paths.settings_file, Monitor(url="https://skywatch.example.com"))
    Credentials(paths.settings_file, choice="session").set(MONITOR, {"token": "canary-9"})
    (paths.logs / "skynet.log").write_text("the token was canary-9\n")
    outbox = Outbox(paths.state / FOLDER)
    outbox.set("problem", {"words": "canary-9 was refused.", "since": 5.0})
    outbox.close()
    texts = saved(paths)
    told = json.loads(texts["monitor.json"])
    assert told["told"]["problem"] == "[hidden] was refused."
    assert "canary-9" not in str(texts)


def test_a_home_with_nothing_in_it(tmp_path: Path) -> None:
    names = save(Paths.of(tmp_path), Settings(), {}, tmp_path / "bundle.zip")
    assert set(names) <= set(NAMES)


def test_a_part_that_fails_costs_no_other(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    register(["canary-1"])

    def fails(*_: object) -> None:
        raise sqlite3.OperationalError("canary-1 is on fire")

    monkeypatch.setattr(diagnostics, "_machine", fails)
    texts = saved(paths)
    assert texts["machine.json"].startswith("This could not be collected: OperationalError:")
    assert "canary" not in texts["machine.json"]
    assert list(texts) == NAMES


def test_a_place_that_cannot_be_written(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "none" / "bundle.zip", tmp_path / "folder"):
        with pytest.raises(DiagnosticsError, match=r"cannot be saved as .*Choose another place"):
            save(paths, None, {}, place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "home"]


@pytest.mark.skipif(
    bool(MISSING) or not sys.platform.startswith("linux"), reason="needs a Secret Service"
)
@pytest.mark.parametrize("locked", [False, True])
def test_a_secret_that_only_the_keyring_knows(locked: bool, paths: Paths, tmp_path: Path) -> None:
    """In the log as if it had got there some day. If the keyring cannot be asked, nobody can
    tell, and the log is left out."""
    text = paths.settings_file.read_text().replace('keyring = "session"', "")
    paths.settings_file.write_text(text)
    (paths.logs / "skynet.log").write_text("refused for anna: Tr0ub4dor\n")
    code = """
import os, sys, zipfile
from pathlib import Path
from skynet_desktop.credentials import Credentials, redacted, redaction
from skynet_desktop.diagnostics import save
from skynet_desktop.settings import Paths, store
paths = Paths.of(os.environ["SKYNET_HOME"])
Credentials(paths.settings_file).set("nas", {"password": "Tr0ub4dor"})
redaction._known = ()
if os.environ["LOCKED"]:
    import secretstorage
    secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
bundle = Path(os.environ["SKYNET_HOME"], "bundle.zip")
save(paths, store.load(paths.settings_file), {"reason": "an odd one"}, bundle)
"""
    home = str(paths.settings_file.parent)
    done = run_python(tmp_path, code, SKYNET_HOME=home, LOCKED="yes" if locked else "")
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(os.path.join(home, "bundle.zip")) as file:
        texts = {name: file.read(name).decode() for name in file.namelist()}
    assert "Tr0ub4dor" not in str(texts)
    assert ("skynet.log" in texts) != locked
    if locked:
        assert "secrets of nas, so the log was left" in texts["README.txt"]
    else:
        assert texts["skynet.log"] == "refused for anna: [hidden]\n"
