"""One machine: its mappings, what it sends now, what fails, what happened."""

from __future__ import annotations

import time

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from skynet_desktop.skywatch import drawing
from skynet_desktop.skywatch.access.roles import admins, viewers
from skynet_desktop.skywatch.models import MachineToken, Watched
from skynet_desktop.skywatch.pages.live import live
from skynet_desktop.skywatch.reading import files, fleet, hours
from skynet_desktop.skywatch.reading.fleet import MachineView
from skynet_desktop.skywatch.reading.mappings import of_machine
from skynet_desktop.skywatch.watching.tidying import forget

FAILURES = 10
EVENTS = 15


@viewers
def machine(request: HttpRequest, machine: str) -> HttpResponse:
    known = known_machine(machine)
    failed = files.files(files.Wanted(machine=machine, state="failed"), size=FAILURES)
    context = {
        "machine": known,
        "mappings": of_machine(known),
        "sending": files.now_sending(machine) if not known.silent else [],
        "failed": failed,
        "events": files.events(machine, size=EVENTS),
        "chart": drawing.throughput(hours.by_hour("24h", machine)),
    }
    return live(request, "skywatch/machine.html", context)


@viewers
def happenings(request: HttpRequest, machine: str) -> HttpResponse:
    """All that happened on a machine, by pages."""
    page = files.events(machine, request.GET.get("after", ""))
    context = {"machine": known_machine(machine), "page": page}
    return live(request, "skywatch/happenings.html", context)


@admins
def settings_page(request: HttpRequest, machine: str) -> HttpResponse:
    """Its tokens, its alerts, and forgetting it."""
    context = {
        "machine": known_machine(machine),
        "tokens": MachineToken.objects.filter(machine=machine).order_by("ended_at", "-made_at"),
    }
    return render(request, "skywatch/machine_settings.html", context)


@admins
@require_POST
def mute(request: HttpRequest, machine: str) -> HttpResponse:
    known_machine(machine)
    muted = request.POST.get("muted") == "on"
    Watched.objects.update_or_create(machine=machine, defaults={"muted": muted})
    messages.success(request, "Nothing is told of this machine." if muted else "Alerts are on.")
    fleet.forget_kept()
    return redirect("machine-settings", machine=machine)


@admins
@require_POST
def forget_it(request: HttpRequest, machine: str) -> HttpResponse:
    known = known_machine(machine)
    if request.POST.get("name", "").strip() != known.name.strip():
        messages.error(request, "Please type the machine's name, to be sure.")
        return redirect("machine-settings", machine=machine)
    forget(machine)
    fleet.forget_kept()
    messages.success(request, "The machine is forgotten and its tokens are revoked.")
    return redirect("overview")


def known_machine(machine: str) -> MachineView:
    found = fleet.machine(machine, time.time())
    if found is None:
        raise Http404
    return found
