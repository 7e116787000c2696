"""Files and their history, newest first: filtered, searched, by pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction

from skynet_desktop.skywatch.models import Event, File
from skynet_desktop.skywatch.reading.paging import PAGE, Page, page

FEWEST_LETTERS = 3
"""A shorter search would read everything: no index knows less than three letters."""
PATIENCE = 2000
"""Milliseconds a search may take."""

NEWEST = ("updated_at", "path_key", "machine", "mapping")


class TooSlow(Exception):
    """The search would take too long; a narrower one will not."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files; empty means any."""

    machine: str = ""
    mapping: str = ""
    state: str = ""
    words: str = ""

    @property
    def too_short(self) -> bool:
        return any(len(word) < FEWEST_LETTERS for word in self.words.split())


def files(wanted: Wanted, after: str = "", size: int = PAGE) -> Page[File]:
    """Raises :class:`TooSlow`."""
    rows = File.objects.all()
    if wanted.machine:
        rows = rows.filter(machine=wanted.machine)
    if wanted.mapping:
        rows = rows.filter(mapping=wanted.mapping)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    for word in wanted.words.split():
        rows = rows.filter(path__icontains=word)
    with patience():
        return page(rows, NEWEST, after, size)


def now_sending(machine: str, most: int = 20) -> list[File]:
    """What a machine has under way; the longest untold last."""
    rows = File.objects.filter(machine=machine, state="sending")
    return list(rows.order_by("-updated_at", "path_key")[:most])


def file(machine: str, mapping: str, path_key: str) -> File | None:
    return File.objects.filter(machine=machine, mapping=mapping, path_key=path_key).first()


def history(machine: str, mapping: str, path_key: str, most: int = 100) -> list[Event]:
    """What happened to one file, newest first."""
    rows = Event.objects.filter(machine=machine, mapping=mapping, path_key=path_key)
    return list(rows.order_by("-at", "-seq")[:most])


def events(machine: str, after: str = "", size: int = PAGE) -> Page[Event]:
    """What happened on a machine, newest first."""
    return page(Event.objects.filter(machine=machine), ("seq",), after, size)


@contextmanager
def patience() -> Iterator[None]:
    """Whatever is asked within ends in time. Raises :class:`TooSlow`.

    SQLite holds what one small office has, and needs no bound.
    """
    if connection.vendor != "postgresql":
        yield
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE)])
            yield
    except OperationalError as error:
        if type(error.__cause__).__name__ == "QueryCanceled":
            raise TooSlow from error
        raise
