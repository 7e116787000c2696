"""skynet monitor set, test, status, off."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.app import App
from skynet_desktop.cli import main
from skynet_desktop.credentials import SecretsNeeded, redacted, session
from skynet_desktop.monitoring import kept_secret
from skynet_desktop.settings import General, MappingSettings, Paths, ServiceSettings, store
from tests.servers.skywatch_stub import TOKEN, Stub


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setattr(session, "_kept", {})
    app = App(Paths.of(tmp_path / "home"))
    app.paths.make()
    store.set_table(app.paths.settings_file, General(keyring="session"))
    return app


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as made:
        yield made


def run(app: App, *arguments: str) -> int:
    return main(["--home", str(app.paths.settings_file.parent), *arguments])


def set_up(app: App, monkeypatch: pytest.MonkeyPatch, url: str, *more: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{TOKEN}\n"))
    return run(app, "monitor", "set", url, "--token", "-", *more)


def test_set_and_test(
    app: App, stub: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_up(app, monkeypatch, stub.url, "--name", "laptop", "--hide-paths") == 0
    assert run(app, "monitor", "test") == 0
    said = capsys.readouterr()
    assert "takes reports from this machine, known as laptop." in said.out
    assert TOKEN not in said.out + said.err
    assert kept_secret(app) == TOKEN
    assert TOKEN not in app.paths.settings_file.read_text()
    assert redacted(f"x {TOKEN}") == "x [hidden]"
    monitor = store.load(app.paths.settings_file).monitor
    assert (monitor.machine_name, monitor.hide_paths) == ("laptop", True)


def test_what_is_not_said_stays(app: App, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(app, monkeypatch, stub.url, "--hide-paths")
    assert run(app, "monitor", "set", "--name", "other") == 0
    monitor = store.load(app.paths.settings_file).monitor
    assert (monitor.url, monitor.hide_paths, monitor.machine_name) == (stub.url, True, "other")
    assert kept_secret(app) == TOKEN
    assert run(app, "monitor", "set", "--show-paths") == 0
    assert not store.load(app.paths.settings_file).monitor.hide_paths


@pytest.mark.parametrize(
    "url", ["postgresql://anna:canary-pw@127.0.0.1/x", "http://example.com", "nonsense"]
)
def test_a_bad_address_changes_nothing(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    assert set_up(app, monkeypatch, url) == 1
    assert "canary-pw" not in capsys.readouterr().err
    assert store.load(app.paths.settings_file).monitor.url == ""
    with pytest.raises(SecretsNeeded, match="the monitor's token"):
        kept_secret(app)


def test_a_monitor_that_refuses_is_exit_4(
    app: App, stub: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(app, monkeypatch, stub.url)
    stub.status = 401
    assert run(app, "monitor", "test") == 4
    assert "does not take this machine's token" in capsys.readouterr().err


def test_without_a_monitor(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, "monitor", "test") == 1
    assert run(app, "monitor", "status") == 0
    assert "No monitor is set up." in capsys.readouterr().out


def test_off_and_forget(app: App, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(app, monkeypatch, stub.url)
    assert run(app, "monitor", "off") == 0
    assert not store.load(app.paths.settings_file).monitor.is_on
    assert kept_secret(app) == TOKEN
    assert run(app, "monitor", "off", "--forget") == 0
    assert kept_secret(app) == store.load(app.paths.settings_file).monitor.url == ""


def test_a_run_tells_and_status_says_so(
    app: App, stub: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:  # fmt: skip
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "here" / "a.txt").write_text("a")
    file = app.paths.settings_file
    store.add_service(file, ServiceSettings("d", "local", {"path": str(tmp_path / "there")}))
    store.add_mapping(file, MappingSettings("m", str(tmp_path / "here"), "d", "copy"))
    set_up(app, monkeypatch, stub.url, "--name", "laptop")
    assert run(app, "run", "--once") == 0
    capsys.readouterr()
    assert run(app, "monitor", "status", "--json") == 0
    state = json.loads(capsys.readouterr().out)
    assert state["sent_at"] and state["problem"] == ""
    assert (state["waiting_files"], state["waiting_events"]) == (0, 0)
    assert run(app, "monitor", "status") == 0
    assert "Waiting: 0 files, 0 lines of the history" in capsys.readouterr().out
    assert stub.rows("SELECT path, state FROM skynet_file") == [("a.txt", "done")]
    assert stub.rows("SELECT name, state FROM skynet_machine") == [("laptop", "stopped")]
    assert stub.rows("SELECT place, waiting_files FROM skynet_mapping") == [("local:copy", 0)]
