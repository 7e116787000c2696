"""A database of each kind with the monitor's tables, and what tests ask of it."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.route import Route
from skynet_desktop.notifier import schema
from skynet_desktop.notifier.schema import Dialect
from skynet_desktop.notifier.targets import Target, target
from tests.servers.fixtures_postgres import Database
from tests.servers.skywatch_stub import TOKEN, Stub


@dataclass(frozen=True)
class Place:
    """Where reports may go. ``rows`` asks what arrived, ``url`` and ``secret`` lead there."""

    url: str
    secret: str
    rows: Callable[[str], list[tuple[Any, ...]]]

    def target(self) -> Target:
        return target(self.url, self.secret, Route("none"), "1.0")

    def files(self) -> dict[str, tuple[str, int, int]]:
        """By path: state, size, done."""
        found = self.rows("SELECT path, state, size, done FROM skynet_file")
        return {path: (state, size, done) for path, state, size, done in found}

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM skynet_{table}")[0][0])


@pytest.fixture(params=["sqlite", "postgresql", "https"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """One after the other: each kind of target."""
    if request.param == "sqlite":
        yield sqlite_place(tmp_path)
    elif request.param == "postgresql":
        database: Database = request.getfixturevalue("database")
        yield Place(database.url(), database.password, database.rows)
    else:
        with Stub() as stub:
            yield Place(stub.url, TOKEN, stub.rows)


def sqlite_place(folder: Path) -> Place:
    path = folder / "monitor.db"

    def rows(sql: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(path)) as db:
            made = db.execute("SELECT 1 FROM sqlite_master WHERE name='skynet_schema'").fetchone()
            return db.execute(sql).fetchall() if made else []

    return Place(f"sqlite:///{path}", "", rows)


@dataclass(frozen=True)
class Tables:
    """The monitor's tables in a database of a kind, for the owner. Rows are written each by a
    statement, or by the one for many."""

    cursor: Any
    dialect: Dialect
    by_many: bool = False

    def put(self, table: schema.Table, *rows: dict[str, Any], machine: str = "m1") -> None:
        values = [schema.values(table, row, machine) for row in rows]
        if self.by_many and table is not schema.MACHINE:
            for row in values:
                self.cursor.execute(schema.upsert_all(table), (json.dumps([row]),))
        else:
            self.cursor.executemany(schema.upsert(table, self.dialect), values)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        self.cursor.execute(sql)
        return [tuple(row) for row in self.cursor.fetchall()]


@pytest.fixture(params=[*Dialect, "many"])
def tables(request: pytest.FixtureRequest) -> Iterator[Tables]:
    if request.param is Dialect.SQLITE:
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
            cursor = db.cursor()
            schema.upgrade(cursor, Dialect.SQLITE)
            yield Tables(cursor, Dialect.SQLITE)
    else:
        database: Database = request.getfixturevalue("database")
        with contextlib.closing(database.server.connect(database.name)) as db:
            yield Tables(db.cursor(), Dialect.POSTGRESQL, by_many=request.param == "many")
