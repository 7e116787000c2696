"""Removes what is old, and what belongs to forgotten machines: a little at a time."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from skynet_desktop.skywatch.models import (
    Event,
    File,
    Forgotten,
    Hour,
    Machine,
    MachineToken,
    Mapping,
    Notice,
    Watched,
)

DAY = 86_400.0
BATCH = 5_000
BATCHES = 20
"""A round's: it ends within seconds, and the next one goes on."""
HOURS_KEPT_DAYS = 800


def tidy(now: float) -> None:
    old = now - settings.KEEP_DAYS * DAY
    for _ in range(BATCHES):
        if not _some_events(old):
            break
    Notice.objects.filter(made_at__lt=old).delete()
    Hour.objects.filter(hour__lt=int(now - HOURS_KEPT_DAYS * DAY)).delete()
    for forgotten in Forgotten.objects.all():
        _remove(forgotten)


def forget(machine: str) -> None:
    """The machine and its tokens are gone at once, the rest of its rows soon."""
    with transaction.atomic():
        Forgotten.objects.get_or_create(machine=machine)
        for token in MachineToken.objects.filter(machine=machine, ended_at=None):
            token.revoke()
        Mapping.objects.filter(machine=machine).delete()
        Machine.objects.filter(id=machine).delete()


def _remove(forgotten: Forgotten) -> None:
    machine = forgotten.machine
    for _ in range(BATCHES):
        if not (_some_of(File._meta.db_table, machine) + _some_of(Event._meta.db_table, machine)):
            Hour.objects.filter(machine=machine).delete()
            Mapping.objects.filter(machine=machine).delete()
            Machine.objects.filter(id=machine).delete()
            Watched.objects.filter(machine=machine).delete()
            forgotten.delete()
            return


def _some_events(before: float) -> int:
    return _delete("skynet_event", "at < %s", before)


def _some_of(table: str, machine: str) -> int:
    return _delete(table, "machine = %s", machine)


def _delete(table: str, where: str, value: str | float) -> int:
    """A batch by the rows' physical places, which needs no sorting; how many went."""
    place = "ctid" if connection.vendor == "postgresql" else "rowid"
    some = f"SELECT {place} FROM {table} WHERE {where} LIMIT {BATCH}"  # noqa: S608 - our own words
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE {place} = ANY(ARRAY({some}))"  # noqa: S608
            if place == "ctid"
            else f"DELETE FROM {table} WHERE {place} IN ({some})",  # noqa: S608
            [value],
        )
        return int(cursor.rowcount)
