"""The statements that write rows."""

from __future__ import annotations

from skynet_desktop.notifier.schema.making import TYPES
from skynet_desktop.notifier.schema.tables import MACHINE, STAMPS, Dialect, Table

_NOW = {
    Dialect.SQLITE: "((julianday('now') - 2440587.5) * 86400.0)",
    Dialect.POSTGRESQL: "extract(epoch FROM statement_timestamp())",
}
_MARK = {Dialect.SQLITE: "?", Dialect.POSTGRESQL: "%s"}

# A row from further in the future than this was written by a wrong clock, and yields.
_AHEAD_SECONDS = 300


def upsert(table: Table, dialect: Dialect) -> str:
    """The statement that writes one row, whose values are :func:`values`'s, in their order.

    Writing the same row twice changes nothing; an older row does not replace a newer one.
    Fit for ``executemany``.
    """
    names = [column.name for column in table.columns]
    marks = [_MARK[dialect]] * len(names)
    if table is MACHINE:
        names += STAMPS
        marks += [_NOW[dialect]] * len(STAMPS)
    return _insert(table, dialect, names, f"VALUES ({', '.join(marks)})")


def upsert_all(table: Table) -> str:
    """The statement that writes many rows on PostgreSQL, none of them with the key of another.

    Its one value is JSON, a list of rows, each a list of :func:`values`'s. That takes a quarter
    of the processor's time on this side that a statement for each row takes, even in a
    pipeline, and less than arrays by column.
    """
    types = TYPES[Dialect.POSTGRESQL]
    cells = [f"(r ->> {place})::{types[column.kind]}" for place, column in enumerate(table.columns)]
    rows = f"SELECT {', '.join(cells)} FROM jsonb_array_elements(%s::jsonb) AS r"  # noqa: S608
    return _insert(table, Dialect.POSTGRESQL, [column.name for column in table.columns], rows)


def _insert(table: Table, dialect: Dialect, names: list[str], rows: str) -> str:
    """``rows``: where they come from, in SQL."""
    head = f"INSERT INTO {table.name} ({', '.join(names)}) {rows} "
    keys = f"ON CONFLICT ({', '.join(table.key)}) DO "
    if table.frozen:
        return head + keys + "NOTHING"
    fresh = [name for name in names if name not in table.key and name != "first_seen"]
    sets = ", ".join(f"{name} = excluded.{name}" for name in fresh)
    return head + keys + f"UPDATE SET {sets}" + _unless_older(table, dialect)


def _unless_older(table: Table, dialect: Dialect) -> str:
    if not table.newer:
        return ""
    stored = f"{table.name}.{table.newer}"
    ahead = f"{stored} > {_NOW[dialect]} + {_AHEAD_SECONDS}"
    return f" WHERE excluded.{table.newer} >= {stored} OR {ahead}"
