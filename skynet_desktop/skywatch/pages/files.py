"""Files: searched and filtered; what fails; one file's history."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from skynet_desktop.skywatch.access.roles import viewers
from skynet_desktop.skywatch.pages.live import live
from skynet_desktop.skywatch.pages.machine import known_machine
from skynet_desktop.skywatch.reading import files
from skynet_desktop.skywatch.reading.fleet import fleet
from skynet_desktop.skywatch.reading.states import FILE_LOOKS

FAILED = "failed"


@viewers
def all_files(request: HttpRequest) -> HttpResponse:
    return _files(request, request.GET.get("state", ""), "skywatch/files.html")


@viewers
def failures(request: HttpRequest) -> HttpResponse:
    return _files(request, FAILED, "skywatch/failures.html")


def _files(request: HttpRequest, state: str, template: str) -> HttpResponse:
    asked = request.GET
    wanted = files.Wanted(
        asked.get("machine", ""), asked.get("mapping", ""), state, asked.get("q", "").strip()
    )
    known = {machine.id: machine for machine in fleet().machines}
    page, too_slow = None, False
    if not wanted.too_short:
        try:
            page = files.files(wanted, asked.get("after", ""))
        except files.TooSlow:
            too_slow = True
    rows = [(row, known.get(row.machine)) for row in page.rows] if page else []
    context = {
        "wanted": wanted,
        "machine": known.get(wanted.machine),
        "rows": rows,
        "next": page.next if page else "",
        "too_slow": too_slow,
        "states": FILE_LOOKS.values(),
        "fleet": fleet(),
        "deeper": "after" in asked,
    }
    return live(request, template, context)


@viewers
def file(request: HttpRequest, machine: str, path_key: str) -> HttpResponse:
    """``?mapping=`` says of which mapping."""
    name = request.GET.get("mapping", "")
    found = files.file(machine, name, path_key)
    if found is None:
        raise Http404
    context = {
        "machine": known_machine(machine),
        "file": found,
        "events": files.history(machine, name, path_key),
    }
    return live(request, "skywatch/file.html", context)
