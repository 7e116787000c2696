"""Pytest fixtures: one PostgreSQL for the whole run, a database with the monitor's tables for
each test."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.servers.postgres import Postgres

ANNA, BEN = "laptop_anna", "laptop_ben"


@dataclass(frozen=True)
class Database:
    """Two machines may write to it, each by a role of its own."""

    server: Postgres
    name: str

    @property
    def password(self) -> str:
        return self.server.password

    def url(self, role: str = ANNA) -> str:
        return self.server.url(self.name, role)

    def rows(self, sql: str, *values: object, role: str = "owner") -> list[tuple[Any, ...]]:
        with contextlib.closing(self.server.connect(self.name, role)) as db:
            found = db.execute(sql.encode(), values or None)
            return found.fetchall() if found.description else []


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if sys.platform == "win32":
        pytest.skip("PostgreSQL is started by ways of Unix")
    from tests.servers.postgres import Postgres, programs

    if programs() is None:
        pytest.skip("Debian's package postgresql is not installed")
    with Postgres() as server:
        yield server


@pytest.fixture
def database(postgres: Postgres) -> Iterator[Database]:
    name = postgres.make_database(ANNA, BEN)
    yield Database(postgres, name)
    postgres.drop_database(name)
