"""All mappings, and one by itself."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from skynet_desktop.skywatch.access.roles import viewers
from skynet_desktop.skywatch.pages.live import live
from skynet_desktop.skywatch.pages.machine import known_machine
from skynet_desktop.skywatch.reading import files, mappings
from skynet_desktop.skywatch.reading.fleet import fleet
from skynet_desktop.skywatch.reading.states import LOOKS


@viewers
def all_mappings(request: HttpRequest) -> HttpResponse:
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    known = fleet()
    page = mappings.of_all(state, words, request.GET.get("page"))
    context = {
        "page": page,
        "mappings": mappings.with_machines(page, known),
        "states": [look for word, look in LOOKS.items() if word not in ("silent", "stopped")],
        "state": state,
        "q": words,
    }
    return live(request, "skywatch/mappings.html", context)


@viewers
def mapping(request: HttpRequest, machine: str) -> HttpResponse:
    """``?name=``: a mapping's name may be anything, so it is no part of the path."""
    known = known_machine(machine)
    name = request.GET.get("name", "")
    found = mappings.one(known, name)
    if found is None:
        raise Http404
    wanted = files.Wanted(machine=machine, mapping=name)
    try:
        latest = files.files(wanted, size=30).rows
    except files.TooSlow:
        latest = []
    rows = [(file, None) for file in latest]
    context = {"machine": known, "mapping": found, "rows": rows}
    return live(request, "skywatch/mapping.html", context)
