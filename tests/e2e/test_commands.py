"""Commands that reach a running app, and a connection written by somebody else."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from skynet_desktop.core.reserved import TRASH
from tests.driver import Skynet
from tests.places import Place, local_place, names_in


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "there"


@pytest.fixture
def running(tmp_path: Path, source: Path, there: Path) -> Iterator[Skynet]:
    """A running app that mirrors ``source`` to ``there/x`` in complete sync."""
    home = tmp_path / "home"
    home.mkdir()
    skynet = Skynet(home, local_place(there))
    skynet.set_up(source, "x")
    skynet.start()
    skynet.wait_for("up-to-date")
    yield skynet
    skynet.kill()


def appears(path: Path, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)


def holds(skynet: Skynet, files: int, seconds: float = 30) -> None:
    """Up to date, with so many files at the destination."""
    deadline = time.monotonic() + seconds
    while skynet.wait_for("up-to-date")["files"] != files:
        assert time.monotonic() < deadline, skynet.status()


def test_the_contract_of_status(running: Skynet, source: Path, there: Path) -> None:
    (source / "file").write_text("content")
    appears(there / "x" / "file")
    status = running.wait_for("up-to-date")
    assert {
        "name", "state", "queued", "in_flight", "issues", "last_reconcile", "files", "bytes"
    } <= set(status)  # fmt: skip
    assert (status["name"], status["queued"], status["in_flight"]) == ("m", 0, 0)
    assert "m: up-to-date" in running.must("status")
    assert running.issues() == []


def test_pause_and_resume(running: Skynet, source: Path, there: Path) -> None:
    running.must("pause", "m")
    running.wait_for("paused")
    (source / "later").write_text("content")
    deadline = time.monotonic() + 15
    while not running.status()["queued"]:
        assert time.monotonic() < deadline, "the Watcher goes on while paused"
    assert not (there / "x" / "later").exists()
    running.must("resume")
    appears(there / "x" / "later")
    running.wait_for("up-to-date")


def test_pause_outlives_a_restart(running: Skynet, source: Path, there: Path) -> None:
    running.must("pause", "--all")
    running.stop()
    (source / "later").write_text("content")
    running.start()
    running.wait_for("paused")
    running.must("resume", "m")
    appears(there / "x" / "later")


def test_a_pause_with_an_end(running: Skynet, source: Path, there: Path) -> None:
    before = running.status()
    assert before["paused_until"] is before["retry_at"] is None
    assert before["bytes_left"] == 0
    assert "Paused until 20" in running.must("pause", "m", "--for", "1h30m")
    status = running.wait_for("paused")
    end = datetime.fromisoformat(status["paused_until"]).timestamp()
    assert abs(end - time.time() - 5400) < 30
    assert "Sends again" in running.must("status")
    running.must("pause", "m", "--until", datetime.now().strftime("%H:%M"))
    end = datetime.fromisoformat(running.status()["paused_until"]).timestamp()
    assert 80_000 < end - time.time() < 90_001, "tomorrow"
    assert running.run("pause", "m", "--until", "later").returncode == 1
    assert running.run("pause", "m", "--for", "1h", "--until", "12:00").returncode == 1
    soon = (datetime.now().astimezone() + timedelta(seconds=5)).isoformat()
    running.must("pause", "m", "--until", soon)
    assert running.status()["paused"]
    (source / "later").write_text("content")
    appears(there / "x" / "later", 30)
    running.wait_for("up-to-date")
    assert "(paused)" not in running.must("mapping", "list")
    running.stop()
    assert running.status()["state"] == "up-to-date", "the pause is over for a stopped app too"


def test_hours_and_limits_hold_without_a_restart(
    running: Skynet, source: Path, there: Path
) -> None:
    settings = running.home / "settings.toml"
    later = datetime.now() + timedelta(hours=6)
    hours = f'hours = ["daily {later:%H}:00-{later:%H}:30"]\n'
    with settings.open("a") as file:
        file.write(hours)
    running.must("mapping", "list")
    running.must("resume", "m")
    status = running.wait_for("paused")
    assert status["reason"].startswith("Sends again ")
    assert status["paused"] is False
    settings.write_text(settings.read_text().replace(hours, "limit = 0.5\n"))
    running.must("resume", "m")
    (source / "file").write_bytes(bytes(1_000_000))
    started = time.monotonic()
    appears(there / "x" / "file", 30)
    assert time.monotonic() - started > 1
    running.wait_for("up-to-date")


def test_mappings_come_and_go_while_it_runs(running: Skynet, tmp_path: Path, there: Path) -> None:
    second = tmp_path / "second"
    second.mkdir()
    (second / "file").write_text("content")
    running.must(
        "mapping", "add", "n", "--local", str(second), "--service", "there", "--remote", "y"
    )
    appears(there / "y" / "file")
    assert "n  " in running.must("mapping", "list")
    assert running.run("service", "remove", "there").returncode == 1, "it is in use"
    running.must("mapping", "remove", "n")
    (second / "after").write_text("content")
    running.must("sync", "m")
    running.wait_for("up-to-date")
    assert not (there / "y" / "after").exists()
    assert (there / "y" / "file").exists(), "what was mirrored stays"


def test_a_second_run_is_refused(running: Skynet) -> None:
    result = running.once()
    assert result.returncode == 1
    assert "runs already" in result.stderr


def test_a_mass_deletion_waits_for_a_yes(running: Skynet, source: Path, there: Path) -> None:
    for number in range(300):
        (source / f"file {number}").write_text(str(number))
    (source / "kept").write_text("kept")
    holds(running, 301)
    for number in range(300):
        (source / f"file {number}").unlink()
    status = running.wait_for("action-required")
    assert "300 files were deleted" in status["question"]
    assert len(names_in(there / "x")) == 301
    (source / "new").write_text("sends go on meanwhile")
    appears(there / "x" / "new")
    running.must("confirm", "m", "--yes")
    running.wait_for("up-to-date")
    assert names_in(there / "x") == {"kept", "new"}


def test_no_keeps_the_remote_copies(running: Skynet, source: Path, there: Path) -> None:
    for number in range(200):
        (source / f"file {number}").write_text(str(number))
    holds(running, 200)
    shutil.rmtree(source)
    source.mkdir()
    running.wait_for("action-required")
    running.must("confirm", "m", "--no")
    assert len(names_in(there / "x")) == 200


def test_a_state_that_was_damaged_is_rebuilt_without_sending(
    running: Skynet, source: Path, there: Path
) -> None:
    for number in range(20):
        (source / f"file {number}").write_text(str(number))
    holds(running, 20)
    running.stop()
    [index] = running.home.glob("state/mappings/*/index.db")
    index.write_bytes(b"this is no database" * 100)
    result = running.once()
    assert result.returncode == 0, result.stderr
    assert "0 files sent" in result.stdout
    assert list(index.parent.glob("index.db.damaged-*")), "the damaged file is kept"


def test_a_connection_of_somebody_else(tmp_path: Path, source: Path) -> None:
    """A file in the home's connections folder, with the three methods only."""
    home = tmp_path / "home"
    (home / "connections").mkdir(parents=True)
    shelf = Path(__file__).parents[1] / "connections" / "third_party" / "shelf.py"
    shutil.copy(shelf, home / "connections")
    store = tmp_path / "shelf.db"
    skynet = Skynet(home, Place("shelf", {"path": str(store)}, ""))
    for number in range(30):
        (source / f"file {number}").write_text(str(number))
    skynet.set_up(source, "x")
    assert skynet.once().returncode == 0
    (source / "file 1").rename(source / "renamed")
    (source / "file 2").unlink()
    (source / "file 3").write_text("changed")
    assert skynet.once().returncode == 0
    with sqlite3.connect(store) as db:
        names = [os.fsdecode(row[0]) for row in db.execute("SELECT name FROM shelf")]
    kept = sorted(name.rpartition("/")[2] for name in names if TRASH in name)
    assert len(names) - len(kept) == 29
    assert kept == ["file 1", "file 2", "file 3"], "removed and replaced files went to the trash"
