"""Hundreds of rows by one statement.

At each statement, and at each row that it returns, sqlite3 lets go of Python's lock; beside busy
threads getting it back takes longer than the row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

_Row = TypeVar("_Row")
_AT_ONCE = 500  # rows; SQLite takes 32,766 values


def insert(
    db: sqlite3.Connection,
    into: str,
    rows: Sequence[tuple[object, ...]],
    then: str = "",
    *,
    verb: str = "INSERT",
) -> None:
    """All in order, each as ``INSERT INTO into VALUES (...) then`` would."""
    for marks, values in at_once(rows):
        db.execute(f"{verb} INTO {into} VALUES {marks} {then}", values)


def at_once(rows: Sequence[tuple[object, ...]]) -> Iterator[tuple[str, list[object]]]:
    """Marks and values, of hundreds of rows at a time."""
    for some in _slices(rows):
        one = f"({', '.join('?' * len(some[0]))})"
        yield ", ".join([one] * len(some)), list(chain(*some))


def among(
    db: sqlite3.Connection,
    statement: str,
    values: Sequence[object],
    before: Sequence[object] = (),
) -> Iterator[tuple[Any, ...]]:
    """What the statement returns; it ends with the column that is one of the values. ``before``
    are those of its own marks."""
    for some in _slices(values):
        marks = ", ".join("?" * len(some))
        yield from db.execute(f"{statement} IN ({marks})", [*before, *some]).fetchall()


def do_among(
    db: sqlite3.Connection,
    statement: str,
    values: Sequence[object],
    before: Sequence[object] = (),
) -> None:
    """The same for a statement that returns nothing."""
    for _ in among(db, statement, values, before):
        pass


def _slices(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    for begin in range(0, len(rows), _AT_ONCE):
        yield rows[begin : begin + _AT_ONCE]
