"""The program, its settings, whether it runs, and the entry at login."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import skynet_desktop
from skynet_desktop.app import App
from skynet_desktop.connections.route import Route
from skynet_desktop.doctor import Level
from skynet_desktop.host import autostart
from skynet_desktop.host.channel import ControlServer
from skynet_desktop.host.instance import Instance
from skynet_desktop.settings import Paths, store
from skynet_desktop.updates import Checker, source
from tests.doctor.conftest import Add, found, said
from tests.updates.made import listed, made_site, release


def test_settings_that_are_good(app: App, add: Add) -> None:
    assert [s[0] for s in said(app, "Settings")] == ["note"]
    add()
    file = app.paths.settings_file
    assert said(app, "Settings") == [("ok", f"{file} is valid (services: 1, mappings: 1).")]


def test_a_settings_file_that_cannot_be_read(app: App, add: Add) -> None:
    """The line is told, and the last good version; the folders are looked at by that."""
    add()
    store.load(app.paths.settings_file)
    with app.paths.settings_file.open("a") as file:
        file.write('[mappings.n]\nlocal = "/x\n')
    [finding] = found(app, "Settings", network=False)
    assert finding.level is Level.BAD
    assert "line 12" in finding.text
    assert "settings.toml.last-good in its place" in finding.advice
    assert said(app, "Folder of m", network=False)
    assert not list(app.paths.settings_file.parent.glob("*.last-good.last-good"))


def test_mappings_that_overlap(app: App, add: Add) -> None:
    add()
    with app.paths.settings_file.open("a") as file:
        file.write('[mappings.n]\nlocal = "/tmp"\nservice = "nas"\nremote = "backup"\n')
    [(level, text)] = said(app, "Settings", network=False)
    assert (level, "overlaps" in text) == ("bad", True)


def test_a_last_good_version_that_cannot_be_kept(app: App, add: Add) -> None:
    add()
    good = store.last_good(app.paths.settings_file)
    good.unlink()
    good.symlink_to(good.parent / "no such folder" / "file")
    [_, (level, text)] = said(app, "Settings")
    assert (level, "cannot be kept" in text) == ("warning", True)


def test_a_secret_in_the_settings(app: App, add: Add) -> None:
    add()
    with app.paths.settings_file.open("a") as file:
        file.write("# password = Tr0ub4dor\n")
    findings = found(app, "Settings")
    assert [f.level for f in findings] == [Level.OK, Level.WARNING]
    assert "Tr0ub4dor" not in str(findings)


def test_files_of_the_persons_own(app: App) -> None:
    assert said(app, "Connections of your own") == []
    shelf = Path(__file__).parents[1] / "connections" / "third_party" / "shelf.py"
    (app.paths.connections / "shelf.py").write_text(shelf.read_text())
    [(level, text)] = said(App(app.paths), "Connections of your own")
    assert (level, "shelf" in text) == ("ok", True)
    (app.paths.connections / "broken.py").write_text("raise ValueError('on purpose')")
    [(level, text)] = said(App(app.paths), "Connections of your own")
    assert level == "warning"
    assert "broken.py cannot be used" in text and "on purpose" in text


def test_no_app_runs(app: App) -> None:
    (app.paths.state / "pid").write_text("4194304\n")  # more than any process has
    [(level, text)] = said(app, "Running")
    assert (level, "not running" in text) == ("note", True)


def test_an_app_that_runs_and_answers(app: App) -> None:
    mappings = [
        {"name": "a", "state": "up-to-date", "issues": 0},
        {"name": "b", "state": "action-required", "issues": 0},
        {"name": "c", "state": "issues", "issues": 3},
    ]
    instance = Instance(app.paths.state)
    assert instance.acquire()
    server = ControlServer(app.paths.state, lambda _: {"mappings": mappings})
    server.start()
    try:
        levels, texts = zip(*said(app, "Running"), strict=True)
    finally:
        server.close()
        instance.release()
    assert levels == ("ok", "warning", "note")
    assert f"process {os.getpid()}" in texts[0]
    assert "mapping b waits for you" in texts[1]
    assert texts[2].endswith("could not be mirrored: 3.")


def test_an_app_that_does_not_answer(app: App) -> None:
    code = (
        "import sys; from pathlib import Path; from skynet_desktop.host.instance import Instance\n"
        "i = Instance(Path(sys.argv[1])); i.acquire(); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(app.paths.state)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        [(level, text)] = said(app, "Running")
        assert (app.paths.state / "pid").exists()
        holder.communicate()
    assert (level, f"process {holder.pid}" in text) == ("warning", True)


@pytest.mark.skipif(sys.platform != "linux", reason="a file to write")
def test_starting_at_login(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = autostart.own_entry(app.paths.relocated)
    assert said(app, "Start at login")[0][0] == "note"
    own.turn_on()
    assert said(app, "Start at login") == [("ok", "Skynet starts at login.")]
    entry = tmp_path / "config" / "autostart" / "app.skynet.desktop.desktop"
    entry.write_text(entry.read_text().replace("minimized", "maximized"))
    assert said(app, "Start at login") == [
        ("note", "Another home of Skynet than this one starts at login.")
    ]
    usual = App(Paths(app.paths.settings_file, tmp_path / "state", tmp_path / "logs",
                      app.paths.connections))  # fmt: skip
    assert said(usual, "Start at login")[0][0] == "warning"
    entry.write_text(entry.read_text() + "Hidden=true\n")
    assert "switched off in the system" in said(app, "Start at login")[0][1]


@pytest.mark.parametrize(("listed_as", "level"), [({}, "note"), ({"urgent": True}, "warning")])
def test_a_newer_version_that_is_known(
    app: App, listed_as: dict[str, bool], level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made_site() as site:
        monkeypatch.setattr(source, "shipped", lambda: site.source)
        site.show(listed(release("99.0.0", **listed_as), valid_until="9999-01-01T00:00:00Z"))
        assert len(said(app, "Program", network=False)) == 1
        assert not site.asked
        Checker.of(app.paths.state).look(Route("none"))
    assert said(app, "Program", network=False)[1:] == [(level, "Version 99.0.0 is available.")]


def test_a_version_that_was_withdrawn(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    own = skynet_desktop.__version__
    with made_site() as site:
        monkeypatch.setattr(source, "shipped", lambda: site.source)
        site.show(listed(release(own, withdrawn=True), valid_until="9999-01-01T00:00:00Z"))
        Checker.of(app.paths.state).look(Route("none"))
    [_, (level, text)] = said(app, "Program", network=False)
    assert (level, text) == ("warning", f"Version {own} was withdrawn.")
