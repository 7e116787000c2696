"""How far the files are that a mapping says are waiting. It says so every few seconds; meanwhile
parts of them arrive, and some are done."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable

from django.db.models import Count, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Greatest

from skynet_desktop.skywatch.models import File, Mapping

LATELY_SECONDS = 120.0


def parts(machines: Collection[str]) -> Counter[tuple[str, str]]:
    """By machine and mapping, as files: four half sent ones are 2. Asked for the few machines of
    a page: of a thousand at work it would cost more than the rest of the page."""
    sending = File.objects.filter(state="sending", size__gt=0, machine__in=machines).order_by()
    there = Sum(F("done") * 1.0 / F("size"))
    found: Counter[tuple[str, str]] = Counter()
    for row in sending.values("machine", "mapping").annotate(there=there):
        found[row["machine"], row["mapping"]] += row["there"]
    for its_machine, name, done in _done_since(machines):
        found[its_machine, name] += done or 0
    return found


def _done_since(machines: Collection[str]) -> Iterable[tuple[str, str, int | None]]:
    """Of each mapping at work, how many are done since it last said how many wait; lately, as one
    that says nothing any more must not have all its files counted."""
    lately = Value(time.time() - LATELY_SECONDS)
    done = File.objects.filter(
        machine=OuterRef("machine"),
        mapping=OuterRef("name"),
        updated_at__gt=Greatest(OuterRef("updated_at"), lately),
        state="done",
        action="send",
    )
    count = done.order_by().values("mapping").annotate(count=Count("*")).values("count")
    at_work = Mapping.objects.filter(waiting_files__gt=0, machine__in=machines)
    return at_work.annotate(there=Subquery(count)).values_list("machine", "name", "there")
