"""A checked report into the tables, and which machine a token may speak for."""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction

from skynet_desktop.notifier import schema
from skynet_desktop.skywatch.ingest.rows import Report
from skynet_desktop.skywatch.models import Forgotten, Machine, MachineToken, Watched


class Foreign(Exception):
    """The report is about a machine that this token does not speak for."""


def store(report: Report, token: MachineToken) -> None:
    """Within the caller's transaction; idempotent. Raises :class:`Foreign`."""
    if token.machine != report.machine:
        _bind(token, report.machine)
    dialect = schema.Dialect(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(schema.upsert(schema.MACHINE, dialect), report.machine_row)
        for table in schema.ROWS:
            if rows := report.rows[table.word]:
                cursor.executemany(schema.upsert(table, dialect), rows)
    token.used()


def _bind(token: MachineToken, machine: str) -> None:
    """At its first report a token becomes that machine's, for good. A machine that is known
    here already gets a further token from its own page: no stranger can claim it."""
    if token.machine:
        raise Foreign("This token belongs to another machine.")
    known = Machine.objects.filter(id=machine).exists()
    leaving = Forgotten.objects.filter(machine=machine).exists()
    if known or leaving or not _claimed(machine):
        raise Foreign("This machine is known already. Make the token on its own page.")
    bound = MachineToken.objects.filter(pk=token.pk, machine="", ended_at=None)
    if not bound.update(machine=machine):
        raise Foreign("This token belongs to another machine.")
    token.machine = machine


def _claimed(machine: str) -> bool:
    """Of two tokens that claim one machine at once, the database lets one."""
    try:
        with transaction.atomic():
            Watched.objects.create(machine=machine)
    except IntegrityError:
        return False
    return True
