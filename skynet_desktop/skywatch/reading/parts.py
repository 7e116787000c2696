"""How far the files are that a mapping says are waiting. It says so every few seconds; meanwhile
parts of them arrive, and some are done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, F, OuterRef, Subquery, Sum

from skynet_desktop.skywatch.models import File, Mapping


def parts(machine: str = "") -> Counter[tuple[str, str]]:
    """By machine and mapping, as files: four half sent ones are 2. All machines, or one."""
    only = {"machine": machine} if machine else {}
    sending = File.objects.filter(state="sending", size__gt=0, **only).order_by()
    there = Sum(F("done") * 1.0 / F("size"))
    found: Counter[tuple[str, str]] = Counter()
    for row in sending.values("machine", "mapping").annotate(there=there):
        found[row["machine"], row["mapping"]] += row["there"]
    for its_machine, name, done in _done_since(only):
        found[its_machine, name] += done or 0
    return found


def _done_since(only: dict[str, str]) -> Iterable[tuple[str, str, int | None]]:
    """Of each mapping at work, how many are done since it last said how many wait."""
    done = File.objects.filter(
        machine=OuterRef("machine"),
        mapping=OuterRef("name"),
        updated_at__gt=OuterRef("updated_at"),
        state="done",
        action="send",
    )
    count = done.order_by().values("mapping").annotate(count=Count("*")).values("count")
    at_work = Mapping.objects.filter(waiting_files__gt=0, **only)
    return at_work.annotate(there=Subquery(count)).values_list("machine", "name", "there")
