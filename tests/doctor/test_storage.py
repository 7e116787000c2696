"""Disk and databases, each broken once."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from typing import NamedTuple

import pytest

from skynet_desktop.app import App
from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.doctor import Level, storage
from skynet_desktop.engine.statedb import StateDB
from tests.doctor.conftest import Add, found, said


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(
    ("free", "level"), [(5_000_000_000, "ok"), (500_000_000, "warning"), (50_000_000, "bad")]
)
def test_room(app: App, monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free))
    assert [level for level, _ in said(app, "Disk")] == [level]


@pytest.mark.skipif(sys.platform != "linux", reason="a folder nobody can write to")
def test_a_folder_that_cannot_be_written(app: App) -> None:
    shutil.rmtree(app.paths.logs)
    app.paths.logs.symlink_to("/proc/self/fdinfo")
    levels = [level for level, _ in said(app, "Disk")]
    assert levels[-1] == "bad"


def test_sound_databases(app: App, add: Add) -> None:
    add()
    StateDB(app.paths.mapping_state("m")).close()
    [(level, text)] = said(app, "State")
    assert (level, text.startswith("Skynet's own databases")) == ("ok", True)


def test_a_damaged_one(app: App, add: Add) -> None:
    add()
    folder = app.paths.mapping_state("m")
    StateDB(folder).close()
    (folder / "index.db").write_bytes(b"no database at all, whatever its name says" * 50)
    app.requests.counter("nas")(RequestKind.PUT)
    app.requests.flush()
    (app.paths.state / "requests.db").write_bytes(b"no database at all, either" * 50)
    (folder / "queue.db.damaged-20261122-231500").write_bytes(bytes(1_000))
    assert [f.level for f in found(app, "State")] == [
        Level.BAD, Level.NOTE, Level.WARNING, Level.OK
    ]  # fmt: skip


def test_a_log_that_grows(app: App, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody reads and never ends: nothing can be written back."""
    monkeypatch.setattr(storage, "_LONG_WAL", 100_000)
    add()
    db = StateDB(app.paths.mapping_state("m"))
    reader = sqlite3.connect(app.paths.mapping_state("m") / "index.db", isolation_level=None)
    reader.execute("BEGIN").execute("SELECT * FROM meta").fetchall()
    for number in range(200):
        db.set_meta(f"key {number % 7}", "x" * 4_000)
    [grown, _] = found(app, "State")
    assert (grown.level, "has grown to" in grown.text) == (Level.WARNING, True)
    reader.close()
    db.close()


def test_what_mappings_left_behind(app: App, add: Add) -> None:
    add()
    StateDB(app.paths.mapping_state("m")).close()
    StateDB(app.paths.mapping_state("gone")).close()
    [(level, text), _] = said(app, "State")
    assert (level, os.path.basename(app.paths.mapping_state("gone")) in text) == ("note", True)
