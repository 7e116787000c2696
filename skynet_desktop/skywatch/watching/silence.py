"""Who fell silent, who is back. Each is noted in the same transaction that remembers it, so it
is told once, whatever dies in between."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from skynet_desktop.skywatch.models import (
    Delivery,
    Forgotten,
    Kind,
    Machine,
    Notice,
    Rules,
    Watched,
)

MAIL, WEBHOOK = "mail", "webhook"


def look(now: float) -> list[Notice]:
    """Compare what was heard with what is known; the new notices, already on their way.

    A machine whose app ended in order is not silent: it said so. A muted one is watched too,
    and nothing is told of it.
    """
    rules = Rules.current()
    known = {watched.machine: watched for watched in Watched.objects.all()}
    leaving = set(Forgotten.objects.values_list("machine", flat=True))
    notices = []
    for machine in Machine.objects.all():
        if machine.id in leaving:
            continue
        watched = known.get(machine.id)
        if watched is None:
            watched, _ = Watched.objects.get_or_create(machine=machine.id)
        overdue = machine.last_seen < now - rules.silent_seconds
        if watched.silent_since is None and overdue and machine.state != "stopped":
            notices += _note(Kind.SILENT, machine, watched, rules)
        elif watched.silent_since is not None and not overdue:
            notices += _note(Kind.BACK, machine, watched, rules)
    return notices


def _note(kind: Kind, machine: Machine, watched: Watched, rules: Rules) -> list[Notice]:
    silent = kind is Kind.SILENT
    since = machine.last_seen if silent else watched.silent_since or 0.0
    with transaction.atomic():
        changed = Watched.objects.filter(
            machine=machine.id, silent_since__isnull=silent, muted=watched.muted
        ).update(silent_since=machine.last_seen if silent else None)
        if not changed or watched.muted:
            return []
        notice = Notice.objects.create(
            kind=kind, machine=machine.id, name=machine.name, last_seen=since
        )
        send(notice, rules)
    return [notice]


def send(notice: Notice, rules: Rules) -> None:
    """Put it on its way to everywhere it should go."""
    if rules.recipients and settings.MAIL_IS_SET:
        Delivery.objects.create(notice=notice, way=MAIL)
    if rules.webhook:
        Delivery.objects.create(notice=notice, way=WEBHOOK)
