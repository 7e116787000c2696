"""Mappings: of one machine, or of all by pages, worst first."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from skynet_desktop.skywatch.models import Mapping
from skynet_desktop.skywatch.reading.fleet import Fleet, MachineView
from skynet_desktop.skywatch.reading.parts import parts
from skynet_desktop.skywatch.reading.states import RANK

PAGE = 50


@dataclass(frozen=True, slots=True)
class MappingView:
    """A mapping with its machine. Of a machine that is silent or stopped, what the row says is
    how things stood then; ``word`` says how they stand now."""

    row: Mapping
    machine: MachineView | None
    sent: float
    """What :func:`parts` says of it."""

    @property
    def files(self) -> int:
        return self.row.files

    @property
    def waiting_files(self) -> int:
        return self.row.waiting_files

    @property
    def parts(self) -> float:
        return min(self.sent, self.row.waiting_files)

    @property
    def at_work(self) -> bool:
        return self.machine is not None and self.machine.at_work

    @property
    def word(self) -> str:
        return self.row.state if self.at_work or not self.machine else self.machine.state

    @property
    def speed(self) -> float:
        return self.row.speed if self.at_work else 0.0

    @property
    def eta(self) -> float:
        return self.row.eta if self.at_work else 0.0


def of_machine(machine: MachineView) -> list[MappingView]:
    rows = _ranked("name").filter(machine=machine.id)
    sent = parts([machine.id])
    return [MappingView(row, machine, sent[row.machine, row.name]) for row in rows]


def one(machine: MachineView, name: str) -> MappingView | None:
    row = Mapping.objects.filter(machine=machine.id, name=name).first()
    sent = parts([machine.id])
    return MappingView(row, machine, sent[machine.id, name]) if row else None


def of_all(state: str, words: str, number: str | None) -> Page[Mapping]:
    """One page; :func:`with_machines` makes views of it."""
    rows = _ranked("machine", "name")
    if state:
        rows = rows.filter(state=state)
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(place__icontains=word))
    return Paginator(rows, PAGE).get_page(number)


def with_machines(page: Page[Mapping], fleet: Fleet) -> list[MappingView]:
    machines = {machine.id: machine for machine in fleet.machines}
    sent = parts({row.machine for row in page})
    return [
        MappingView(row, machines.get(row.machine), sent[row.machine, row.name]) for row in page
    ]


def _ranked(*order: str) -> QuerySet[Mapping]:
    whens = [When(state=word, then=Value(rank)) for word, rank in RANK.items()]
    rank = Case(*whens, default=Value(len(RANK)), output_field=IntegerField())
    rows = Mapping.objects.exclude(state="removed").annotate(rank=rank)
    return rows.order_by("rank", *order)
