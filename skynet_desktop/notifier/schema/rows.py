"""Rows as the tables take them, also those from anybody."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence

from skynet_desktop.notifier.schema.tables import Column, Kind, Table

Value = str | int | float

_EMPTY: dict[Kind, Value] = {Kind.TEXT: "", Kind.WHOLE: 0, Kind.NUMBER: 0.0}


def values(table: Table, row: Mapping[str, object], machine: str = "") -> tuple[Value, ...]:
    """A row's values in the order of the table's columns, fit for the database.

    ``row`` may come from anybody: what is missing becomes empty or 0, what is unknown is left
    out, text is made :func:`storable` and cut. ``machine``, if given, stands whatever the row
    says. Raises ``ValueError``, a sentence, for a value of the wrong kind or a key that is
    missing or too long.
    """
    given = {**row, "machine": machine} if machine else row
    return tuple(_value(table, column, given.get(column.name)) for column in table.columns)


def _value(table: Table, column: Column, value: object) -> Value:
    what = f"{table.word}: {column.name}"
    in_key = column.name in table.key
    if value is None and not in_key:
        return _EMPTY[column.kind]
    if column.kind is Kind.TEXT:
        if not isinstance(value, str):
            raise ValueError(f"{what} is not a text")
        text = storable(value)
        if in_key and not 0 < len(text) <= column.longest:
            raise ValueError(f"{what} must have 1 to {column.longest} characters")
        return text if len(text) <= column.longest else text[: column.longest - 1] + "…"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{what} is not a number")  # noqa: TRY004 - rows that are bad, not code
    if column.kind is Kind.NUMBER:
        if not math.isfinite(value):
            raise ValueError(f"{what} is not a finite number")
        return float(value)
    if not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise ValueError(f"{what} is not a whole number of 64 bits")
    return value


def storable(text: str) -> str:
    """Text that any database and JSON take: a NUL and lone surrogates (bytes of a file name
    that are no UTF-8) become ``\\x00`` and the like."""
    if "\0" in text:
        text = text.replace("\0", "\\x00")
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(_spelled(c) if 0xD800 <= ord(c) <= 0xDFFF else c for c in text)
    return text


def _spelled(surrogate: str) -> str:
    code = ord(surrogate)
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def path_key(path: str, salt: bytes) -> str:
    """What stands for a path: the hex SHA-256 of the machine's salt and the path's bytes.

    The salt never leaves the machine, so that a hidden path cannot be found by guessing.
    Readers compare keys and never make any.
    """
    return hashlib.sha256(salt + path.encode("utf-8", "surrogatepass")).hexdigest()


def newest(table: Table, rows: Sequence[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """One row a key, the newest or last, for statements that take many rows at once."""
    places = [i for i, column in enumerate(table.columns) if column.name in table.key]
    order = next((i for i, c in enumerate(table.columns) if c.name == table.newer), None)
    kept: dict[tuple[Value, ...], tuple[Value, ...]] = {}
    for row in rows:
        key = tuple(row[i] for i in places)
        old = kept.get(key)
        if old is None or order is None or row[order] >= old[order]:  # type: ignore[operator]
            kept[key] = row
    return list(kept.values())
