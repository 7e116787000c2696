"""The JSON API, read-only: ``Authorization: Bearer`` with a person's token, or a session.

Times are seconds since 1970, amounts bytes. Long lists come by pages: ``next`` is the value of
``after`` for the next one, empty on the last. ``size`` is the rows of a page, at most 500.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, JsonResponse

from skynet_desktop.skywatch.access.roles import programs
from skynet_desktop.skywatch.models import Event, File, Mapping
from skynet_desktop.skywatch.reading import files, fleet, hours
from skynet_desktop.skywatch.reading.fleet import MachineView
from skynet_desktop.skywatch.reading.paging import MOST_PAGE, Page


@programs
def machines(request: HttpRequest) -> JsonResponse:
    """All machines, worst first; ``state`` and ``q`` choose some."""
    found = fleet.fleet().only(request.GET.get("state", ""), request.GET.get("q", ""))
    return JsonResponse({"machines": [_machine(view) for view in found]})


@programs
def machine(request: HttpRequest, machine: str) -> JsonResponse:
    """One machine with its mappings."""
    found = [view for view in fleet.fleet().machines if view.id == machine]
    if not found:
        return _error(404, "There is no such machine.")
    rows = Mapping.objects.filter(machine=machine).exclude(state="removed").order_by("name")
    return JsonResponse({"machine": _machine(found[0]), "mappings": [_row(row) for row in rows]})


@programs
def all_files(request: HttpRequest) -> JsonResponse:
    """``machine``, ``mapping``, ``state`` and ``q`` choose; newest first."""
    asked = request.GET
    wanted = files.Wanted(
        asked.get("machine", ""),
        asked.get("mapping", ""),
        asked.get("state", ""),
        asked.get("q", "").strip(),
    )
    if wanted.too_short:
        return _error(400, f"q: words of {files.FEWEST_LETTERS} letters or more.")
    try:
        page = files.files(wanted, asked.get("after", ""), _size(request))
    except files.TooSlow:
        return _error(422, "This would take too long. Choose a machine.")
    return _page("files", page)


@programs
def events(request: HttpRequest, machine: str) -> JsonResponse:
    """What happened on a machine, newest first."""
    return _page("events", files.events(machine, request.GET.get("after", ""), _size(request)))


@programs
def by_hour(request: HttpRequest) -> JsonResponse:
    """``span`` is 24h, 7d or 30d; ``machine`` chooses one."""
    span = request.GET.get("span", "24h")
    if span not in hours.SPANS:
        return _error(400, f"span: one of {', '.join(hours.SPANS)}.")
    buckets = hours.by_hour(span, request.GET.get("machine", ""))
    return JsonResponse({"hours": [dataclasses.asdict(bucket) for bucket in buckets]})


def _machine(view: MachineView) -> dict[str, Any]:
    return dataclasses.asdict(view)


def _row(row: Model) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}


def _page(name: str, page: Page[File] | Page[Event]) -> JsonResponse:
    return JsonResponse({name: [_row(row) for row in page.rows], "next": page.next})


def _size(request: HttpRequest) -> int:
    text = request.GET.get("size", "")
    return min(max(1, int(text)), MOST_PAGE) if text.isdecimal() and len(text) < 9 else 100


def _error(status: int, error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=status)
