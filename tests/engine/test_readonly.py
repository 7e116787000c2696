"""Looking into a mapping's state that does not run changes nothing of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.errors import PathDenied
from skynet_desktop.engine.issues import Issues
from skynet_desktop.engine.readonly import open_to_read, soundness
from skynet_desktop.engine.statedb import StateDB
from skynet_desktop.engine.status import stored_issues


def test_issues_of_a_mapping_that_does_not_run(tmp_path: Path) -> None:
    assert stored_issues(tmp_path / "none") == []
    assert not (tmp_path / "none").exists()
    db = StateDB(tmp_path)
    issues = Issues(db)
    issues.add("a/b\udcff.jpg", Kind.SEND, PathDenied("No permission."))
    assert stored_issues(tmp_path) == issues.all(), "beside the running one, too"
    db.close()
    before = (tmp_path / "index.db").read_bytes()
    [issue] = stored_issues(tmp_path)
    assert (issue.path, issue.reason) == ("a/b\udcff.jpg", "No permission.")
    assert (tmp_path / "index.db").read_bytes() == before


def test_a_state_of_an_older_version_stays_as_it_is(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "index.db") as old:
        old.execute(
            "CREATE TABLE issues (path BLOB PRIMARY KEY, action TEXT, reason TEXT, kind TEXT, "
            "tries INTEGER, since REAL)"
        )
    old.close()
    assert stored_issues(tmp_path) == []
    with open_to_read(tmp_path / "index.db") as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master")]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("INSERT INTO issues (path) VALUES ('a')")
    assert "files" not in tables


def test_a_damaged_one(tmp_path: Path) -> None:
    assert "index.db" in soundness(tmp_path / "index.db")
    StateDB(tmp_path).close()
    assert soundness(tmp_path / "index.db") == "ok"
    (tmp_path / "index.db").write_bytes(b"this is no database" * 100)
    assert soundness(tmp_path / "index.db") == "file is not a database"
    with pytest.raises(sqlite3.DatabaseError):
        stored_issues(tmp_path)
