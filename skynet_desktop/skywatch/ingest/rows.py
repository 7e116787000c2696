"""A report as rows that fit the tables. What a row may hold the notifier's schema says; here
are the bounds that keep one machine's nonsense from spoiling what all see together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from skynet_desktop.notifier import schema
from skynet_desktop.skywatch.ingest.body import Malformed

MOST_ROWS = 5000
"""Of one kind in one report; the Notifier sends 500 in all."""
MOST = 1 << 53
"""Larger numbers are no sizes and no moments; sums of these stay exact and fit 64 bits."""
MACHINE_ID = re.compile(r"[0-9A-Za-z-]{8,64}")

Values = tuple[schema.Value, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """``machine`` is its id; rows are in the order of their table's columns."""

    machine: str
    machine_row: Values
    rows: dict[str, list[Values]]
    """By the table's word."""

    def counts(self) -> dict[str, int]:
        return {word: len(rows) for word, rows in self.rows.items()}


def report(body: dict[str, Any]) -> Report:
    """Raises :class:`Malformed`. Unknown fields are passed over."""
    given = body.get("machine")
    if not isinstance(given, dict):
        raise Malformed("machine is missing")
    machine = given.get("id")
    if not isinstance(machine, str) or not MACHINE_ID.fullmatch(machine):
        raise Malformed("machine: id is not one")
    return Report(
        machine,
        _checked(schema.MACHINE, given, ""),
        {table.word: _rows(table, body.get(table.word, []), machine) for table in schema.ROWS},
    )


def _rows(table: schema.Table, given: object, machine: str) -> list[Values]:
    if not isinstance(given, list):
        raise Malformed(f"{table.word} is not a list")
    if len(given) > MOST_ROWS:
        raise Malformed(f"{table.word} has more than {MOST_ROWS} rows")
    return schema.newest(table, [_checked(table, row, machine) for row in given])


def _checked(table: schema.Table, row: object, machine: str) -> Values:
    if not isinstance(row, dict):
        raise Malformed(f"{table.word}: a row is not an object")
    try:
        values = schema.values(table, row, machine)
    except ValueError as error:
        raise Malformed(str(error)) from None
    for column, value in zip(table.columns, values, strict=True):
        if not isinstance(value, str) and not 0 <= value <= MOST:
            raise Malformed(f"{table.word}: {column.name} is out of bounds")
    return values
