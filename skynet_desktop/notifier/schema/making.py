"""Making the tables, and bringing those of an older version up to date."""

from __future__ import annotations

from typing import Any, Protocol

from skynet_desktop.notifier.schema.tables import MACHINE, STAMPS, TABLES, Dialect, Kind, Table

VERSION = 1
TYPES = {
    Dialect.SQLITE: {Kind.TEXT: "TEXT", Kind.WHOLE: "INTEGER", Kind.NUMBER: "REAL"},
    Dialect.POSTGRESQL: {
        Kind.TEXT: "text", Kind.WHOLE: "bigint", Kind.NUMBER: "double precision",
    },
}  # fmt: skip
_OWNER = {
    Dialect.SQLITE: "owner TEXT NOT NULL DEFAULT ''",
    Dialect.POSTGRESQL: "owner text NOT NULL DEFAULT current_user",
}

_INDEXES = (
    "CREATE INDEX skynet_file_recent ON skynet_file (machine, updated_at)",
    (
        "CREATE INDEX skynet_file_now ON skynet_file (state, updated_at) "
        "WHERE state IN ('queued', 'sending', 'failed')"
    ),
    "CREATE INDEX skynet_event_at ON skynet_event (at)",
    "CREATE INDEX skynet_event_machine_at ON skynet_event (machine, at)",
    "CREATE INDEX skynet_hour_hour ON skynet_hour (hour)",
)


class Cursor(Protocol):
    """What any DB-API cursor offers."""

    def execute(self, sql: str, /) -> Any: ...
    def fetchone(self) -> Any: ...


class NewerSchema(Exception):
    """The database was made for a newer version of this program."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"The monitor's database has version {version} of its tables; "
            f"this program knows up to {VERSION}."
        )
        self.version = version


def version(cursor: Cursor, dialect: Dialect) -> int:
    """Of the tables in this database; 0 where there are none."""
    if dialect is Dialect.SQLITE:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name='skynet_schema'")
    else:
        cursor.execute("SELECT count(*) FROM pg_class WHERE oid = to_regclass('skynet_schema')")
    if not cursor.fetchone()[0]:
        return 0
    cursor.execute("SELECT max(version) FROM skynet_schema")
    return int(cursor.fetchone()[0] or 0)


def upgrade(cursor: Cursor, dialect: Dialect) -> int:
    """Bring the tables to :data:`VERSION`; returns the version they had.

    Call it within a transaction; on SQLite one begun by ``BEGIN IMMEDIATE``. Of several that
    call it at once on PostgreSQL, one does it. Raises :class:`NewerSchema`.
    """
    if dialect is Dialect.POSTGRESQL:
        cursor.execute("SELECT pg_advisory_xact_lock(7310927354)")
    found = version(cursor, dialect)
    if found > VERSION:
        raise NewerSchema(found)
    for statement in statements(dialect, found):
        cursor.execute(statement)
    return found


def statements(dialect: Dialect, since: int = 0) -> list[str]:
    """What leads from the version ``since`` to ours, each a statement of its own."""
    steps = {0: _first}
    return [line for step in range(since, VERSION) for line in steps[step](dialect)]


def _first(dialect: Dialect) -> list[str]:
    return [
        *(_create(table, dialect) for table in TABLES),
        *_INDEXES,
        "CREATE TABLE skynet_schema (version integer NOT NULL)",
        "INSERT INTO skynet_schema (version) VALUES (1)",
    ]


def _create(table: Table, dialect: Dialect) -> str:
    types = TYPES[dialect]
    lines = [f"{c.name} {types[c.kind]} NOT NULL" for c in table.columns]
    if table is MACHINE:
        lines += [f"{name} {types[Kind.NUMBER]} NOT NULL" for name in STAMPS]
    lines += [_OWNER[dialect], f"PRIMARY KEY ({', '.join(table.key)})"]
    return f"CREATE TABLE {table.name} (\n    " + ",\n    ".join(lines) + "\n)"
