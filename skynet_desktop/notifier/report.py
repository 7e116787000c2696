"""A report: a batch of the outbox as the monitor gets it, hidden where the person wants that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skynet_desktop.notifier import schema
from skynet_desktop.notifier.hiding import hidden
from skynet_desktop.notifier.identity import Identity
from skynet_desktop.notifier.outbox import Batch
from skynet_desktop.notifier.schema import Table, Value


@dataclass(frozen=True, slots=True)
class Report:
    """Rows by table, their values in the order of the table's columns."""

    machine: tuple[Value, ...]
    rows: Mapping[Table, list[tuple[Value, ...]]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As the ingest takes it."""
        return {
            "schema": schema.VERSION,
            "machine": _named(schema.MACHINE, self.machine),
            **{
                table.word: [_named(table, row) for row in self.rows.get(table, [])]
                for table in schema.ROWS
            },
        }


def report(who: Identity, machine: Mapping[str, str], batch: Batch, *, hide: bool) -> Report:
    """``machine``: its name, system, version and state."""

    def values(table: Table, row: Mapping[str, Any], cause: str) -> tuple[Value, ...]:
        if path := row.get("path", ""):
            row = {**row, "path_key": schema.path_key(path, who.salt)}
        return schema.values(table, hidden(row, cause) if hide else row, who.machine)

    return Report(
        schema.values(schema.MACHINE, {**machine, "id": who.machine}),
        {
            schema.MAPPING: [values(schema.MAPPING, row, "") for row in batch.mappings],
            schema.FILE: [values(schema.FILE, row, row["cause"]) for row in batch.files],
            schema.EVENT: [values(schema.EVENT, row, row["cause"]) for row in batch.events],
            schema.HOUR: [values(schema.HOUR, row, "") for row in batch.hours],
        },
    )


def _named(table: Table, row: tuple[Value, ...]) -> dict[str, Value]:
    columns = (column.name for column in table.columns)
    return {name: value for name, value in zip(columns, row, strict=True) if name != "machine"}
