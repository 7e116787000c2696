"""The monitor's tables: rows written twice, too late, or by anybody."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.notifier import schema
from skynet_desktop.notifier.schema import Dialect
from tests.notifier.conftest import Tables
from tests.notifier.names import HOSTILE
from tests.servers.fixtures_postgres import Database

SCRIPT = Path(__file__).parents[2] / "resources" / "monitor" / "postgresql.sql"


def a_file(at: float, state: str = "sending", **more: Any) -> dict[str, Any]:
    row = {"mapping": "photos", "path_key": "k", "path": "a.jpg", "action": "send", "size": 9}
    return {**row, "state": state, "updated_at": at, **more}


def test_a_row_written_twice_is_there_once(tables: Tables) -> None:
    now = time.time()
    for _ in range(2):
        tables.put(schema.MACHINE, {"id": "m1", "name": "laptop"})
        tables.put(schema.MAPPING, {"name": "photos", "state": "uploading", "updated_at": now})
        tables.put(schema.FILE, a_file(now))
        tables.put(schema.EVENT, {"seq": 7, "at": now, "mapping": "photos", "kind": "done"})
        tables.put(schema.HOUR, {"mapping": "photos", "hour": 3600, "files": 5, "bytes": 50})
    for table in schema.TABLES:
        assert len(tables.rows(f"SELECT * FROM {table.name}")) == 1, table.name
    assert tables.rows("SELECT files, bytes FROM skynet_hour") == [(5, 50)]


def test_the_newer_row_stands_whichever_comes_last(tables: Tables) -> None:
    now = time.time()
    tables.put(schema.FILE, a_file(now, "done"), a_file(now - 1, "sending"))
    assert tables.rows("SELECT state FROM skynet_file") == [("done",)]
    tables.put(schema.FILE, a_file(now + 1, "queued"))
    assert tables.rows("SELECT state FROM skynet_file") == [("queued",)]


def test_a_row_from_the_future_does_not_stand_for_ever(tables: Tables) -> None:
    """A clock that was a year ahead was put right."""
    now = time.time()
    tables.put(schema.FILE, a_file(now + 3e7, "sending"))
    tables.put(schema.FILE, a_file(now, "done"))
    assert tables.rows("SELECT state FROM skynet_file") == [("done",)]


def test_an_event_stays_as_it_was(tables: Tables) -> None:
    tables.put(schema.EVENT, {"seq": 1, "kind": "done"}, {"seq": 1, "kind": "forged"})
    assert tables.rows("SELECT kind FROM skynet_event") == [("done",)]


def test_hours_are_overwritten_not_added(tables: Tables) -> None:
    tables.put(schema.HOUR, {"mapping": "p", "hour": 0, "files": 5})
    tables.put(schema.HOUR, {"mapping": "p", "hour": 0, "files": 8})
    assert tables.rows("SELECT files FROM skynet_hour") == [(8,)]


def test_a_machine_is_seen_by_the_database_clock(tables: Tables) -> None:
    row = {"id": "m1", "name": "a", "last_seen": 5, "first_seen": 5, "owner": "me"}
    tables.put(schema.MACHINE, row)
    [(first, last)] = tables.rows("SELECT first_seen, last_seen FROM skynet_machine")
    assert first == last == pytest.approx(time.time(), abs=30)
    time.sleep(0.02)
    tables.put(schema.MACHINE, row)
    assert tables.rows("SELECT first_seen FROM skynet_machine") == [(first,)]
    assert tables.rows("SELECT last_seen FROM skynet_machine")[0][0] > last


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tables: Tables, name: str) -> None:
    key = schema.path_key(name, b"salt")
    tables.put(schema.FILE, a_file(1.0, path_key=key, path=name, reason=name))
    [(stored, reason)] = tables.rows("SELECT path, reason FROM skynet_file")
    assert len(stored) <= 4_096 and len(reason) <= 1_000
    if len(name) <= 1_000:
        assert stored == reason == schema.storable(name)
    assert "\0" not in stored
    assert stored.encode("utf-8")


def test_names_that_differ_only_in_odd_bytes_have_keys_of_their_own() -> None:
    names = [*HOSTILE, "bytes that are no text \\xff\\x80", "nul\\x00byte"]
    assert len({schema.path_key(name, b"salt") for name in names}) == len(names)


def test_a_key_cannot_be_guessed_without_the_salt() -> None:
    assert schema.path_key("diary.txt", b"one") != schema.path_key("diary.txt", b"other")


@pytest.mark.parametrize(
    "row",
    [
        {"mapping": "p"},
        {"mapping": "", "path_key": "k"},
        {"mapping": "p", "path_key": "k" * 300},
        {"mapping": "p", "path_key": "k", "size": "9"},
        {"mapping": "p", "path_key": "k", "size": 1.5},
        {"mapping": "p", "path_key": "k", "size": True},
        {"mapping": "p", "path_key": "k", "size": 2**63},
        {"mapping": "p", "path_key": "k", "seconds": float("nan")},
        {"mapping": "p", "path_key": "k", "seconds": float("inf")},
        {"mapping": "p", "path_key": "k", "path": ["a"]},
        {"mapping": ["p"], "path_key": "k"},
    ],
)
def test_rows_that_make_no_sense_are_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^files: \w+ "):
        schema.values(schema.FILE, row, "m1")


def test_the_machine_is_the_readers_say_not_the_rows() -> None:
    row = {"mapping": "p", "path_key": "k", "machine": "forged", "owner": "x"}
    assert schema.values(schema.FILE, row, "m1")[0] == "m1"


def test_of_many_rows_the_newest_of_each_key() -> None:
    rows = [
        schema.values(schema.FILE, {"mapping": "p", "path_key": k, "updated_at": at}, "m")
        for k, at in (("a", 5.0), ("b", 1.0), ("a", 4.0), ("b", 2.0))
    ]
    assert sorted(row[-1] for row in schema.newest(schema.FILE, rows)) == [2.0, 5.0]


def test_an_upgrade_is_done_once_and_a_newer_one_is_refused(tables: Tables) -> None:
    assert schema.upgrade(tables.cursor, tables.dialect) == schema.VERSION
    tables.cursor.execute("INSERT INTO skynet_schema (version) VALUES (99)")
    with pytest.raises(schema.NewerSchema, match="99"):
        schema.upgrade(tables.cursor, tables.dialect)


def test_a_database_without_tables_has_version_0() -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        assert schema.version(db.cursor(), Dialect.SQLITE) == 0


def test_several_upgrades_at_once_are_one(database: Database) -> None:
    with contextlib.closing(database.server.connect(database.name)) as db:
        db.execute("DROP TABLE skynet_schema CASCADE")
        for table in schema.TABLES:
            db.execute(f"DROP TABLE {table.name} CASCADE".encode())
    with (
        contextlib.closing(database.server.connect(database.name)) as one,
        contextlib.closing(database.server.connect(database.name)) as other,
    ):
        one.autocommit = other.autocommit = False
        assert schema.upgrade(one.cursor(), Dialect.POSTGRESQL) == 0
        other.execute("SET lock_timeout = '300ms'")
        with pytest.raises(Exception, match="lock timeout"):
            schema.upgrade(other.cursor(), Dialect.POSTGRESQL)
        one.commit()
        other.rollback()
        assert schema.upgrade(other.cursor(), Dialect.POSTGRESQL) == schema.VERSION


def test_the_shipped_script_is_what_the_schema_says() -> None:
    shipped = SCRIPT.read_text("utf-8")
    assert shipped.strip() == schema.script().strip(), (
        "make it anew: python -m skynet_desktop.notifier.schema > resources/monitor/postgresql.sql"
    )
