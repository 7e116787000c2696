"""Many rows by few statements do what many statements would."""

from __future__ import annotations

import sqlite3

import pytest

from skynet_desktop.engine import bulk

COUNTS = [0, 1, 499, 500, 501, 1_234]


@pytest.fixture
def db() -> sqlite3.Connection:
    found = sqlite3.connect(":memory:")
    found.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
    return found


def rows(db: sqlite3.Connection) -> list[tuple[int, str]]:
    return db.execute("SELECT a, b FROM t ORDER BY a").fetchall()


@pytest.mark.parametrize("count", COUNTS)
def test_all_are_there(db: sqlite3.Connection, count: int) -> None:
    wanted = [(number, str(number)) for number in range(count)]
    bulk.insert(db, "t (a, b)", wanted)
    assert rows(db) == wanted
    assert list(bulk.among(db, "SELECT a, b FROM t WHERE a", range(count))) == wanted
    bulk.do_among(db, "DELETE FROM t WHERE a", [number for number, _ in wanted[1:]])
    assert rows(db) == wanted[:1]


def test_the_last_of_one_key_counts(db: sqlite3.Connection) -> None:
    bulk.insert(db, "t", [(1, "a")])
    bulk.insert(
        db, "t", [(1, "b"), (2, "x"), (1, "c")], "ON CONFLICT (a) DO UPDATE SET b=b||excluded.b"
    )
    assert rows(db) == [(1, "abc"), (2, "x")]
    bulk.insert(db, "t", [(1, "d"), (1, "e")], verb="INSERT OR REPLACE")
    assert rows(db) == [(1, "e"), (2, "x")]
