"""On PostgreSQL a machine's role reaches its own rows and no other's."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

import psycopg
import pytest
from psycopg import errors

from skynet_desktop.notifier import schema
from skynet_desktop.notifier.schema import Dialect
from tests.servers.fixtures_postgres import ANNA, BEN, Database

ROWS: dict[schema.Table, dict[str, Any]] = {
    schema.MAPPING: {"name": "p", "state": "offline", "updated_at": 1.0},
    schema.FILE: {"mapping": "p", "path_key": "k", "path": "anna's diary", "updated_at": 1.0},
    schema.EVENT: {"seq": 1, "kind": "done", "path": "anna's diary"},
    schema.HOUR: {"mapping": "p", "hour": 0, "files": 1},
}


def put(db: psycopg.Connection, table: schema.Table, row: dict[str, Any], machine: str) -> None:
    """As the desktop writes it."""
    values = schema.values(table, row, machine)
    if table is schema.MACHINE:
        db.execute(schema.upsert(table, Dialect.POSTGRESQL).encode(), values)
    else:
        db.execute(schema.upsert_all(table).encode(), (json.dumps([values]),))


@pytest.fixture
def annas(database: Database) -> Database:
    """Her machine has told something."""
    with contextlib.closing(database.server.connect(database.name, ANNA)) as db:
        put(db, schema.MACHINE, {"id": "a", "name": "anna"}, "")
        for table, row in ROWS.items():
            put(db, table, row, "a")
    return database


def test_a_role_sees_and_changes_nothing_of_anothers(annas: Database) -> None:
    for table in schema.TABLES:
        assert annas.rows(f"SELECT * FROM {table.name}", role=BEN) == [], table.name
        assert len(annas.rows(f"SELECT * FROM {table.name}", role=ANNA)) == 1, table.name
        column = table.columns[-1].name
        changed = f"UPDATE {table.name} SET {column} = {column} RETURNING 1"
        assert annas.rows(changed, role=BEN) == [], table.name
        with pytest.raises(errors.InsufficientPrivilege):
            annas.rows(f"DELETE FROM {table.name}", role=BEN)
        with pytest.raises(errors.InsufficientPrivilege):
            annas.rows(f"TRUNCATE {table.name}", role=BEN)


@pytest.mark.parametrize("table", [schema.MACHINE, *ROWS], ids=lambda table: table.word)
def test_a_role_cannot_write_over_anothers_rows(annas: Database, table: schema.Table) -> None:
    row = {**ROWS.get(table, {"id": "a", "name": "forged"}), "updated_at": time.time()}
    before = annas.rows(f"SELECT * FROM {table.name}")
    with (
        contextlib.closing(annas.server.connect(annas.name, BEN)) as db,
        contextlib.suppress(errors.InsufficientPrivilege),
    ):
        put(db, table, row, "a")
    assert annas.rows(f"SELECT * FROM {table.name}") == before


@pytest.mark.parametrize("table", list(ROWS), ids=lambda table: table.word)
def test_a_role_cannot_add_to_anothers_machine(annas: Database, table: schema.Table) -> None:
    more: dict[str, Any] = {"name": "p2", "path_key": "k2", "seq": 2, "hour": 3600}
    with contextlib.closing(annas.server.connect(annas.name, BEN)) as db:
        put(db, schema.MACHINE, {"id": "b", "name": "ben"}, "")
        with pytest.raises(errors.InsufficientPrivilege):
            put(db, table, {**ROWS[table], **more}, "a")
        put(db, table, {**ROWS[table], **more}, "b")  # to his own he may


def test_a_role_cannot_give_rows_away_or_take_them(annas: Database) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        annas.rows(f"UPDATE skynet_file SET owner = '{BEN}'", role=ANNA)
    assert annas.rows(f"UPDATE skynet_file SET owner = '{BEN}' RETURNING 1", role=BEN) == []
    with pytest.raises(errors.InsufficientPrivilege):
        sql = f"INSERT INTO skynet_machine VALUES ('x', '', '', '', '', 0, 0, '{ANNA}')"
        annas.rows(sql, role=BEN)


def test_the_watching_role_reads_all_and_trims(annas: Database) -> None:
    with contextlib.closing(annas.server.connect(annas.name)) as db:
        annas.server.make_role(db, "skywatch", schema.WATCH_ROLE)
    assert annas.rows("SELECT path FROM skynet_file", role="skywatch") == [("anna's diary",)]
    annas.rows("DELETE FROM skynet_event", role="skywatch")
    assert annas.rows("SELECT * FROM skynet_event") == []


def test_a_role_without_a_group_has_nothing(annas: Database) -> None:
    with contextlib.closing(annas.server.connect(annas.name)) as db:
        made = f"CREATE ROLE stranger LOGIN PASSWORD '{annas.password}'"
        if not db.execute("SELECT 1 FROM pg_roles WHERE rolname='stranger'").fetchone():
            db.execute(made.encode())
    with pytest.raises(errors.InsufficientPrivilege):
        annas.rows("SELECT * FROM skynet_file", role="stranger")


def test_the_script_may_run_again(annas: Database) -> None:
    from skynet_desktop.notifier.schema.postgresql import security

    for statement in security():
        annas.rows(statement)
    assert annas.rows("SELECT * FROM skynet_file", role=BEN) == []
