"""All machines, worst first, and the first steps while there is none."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from skynet_desktop.skywatch import drawing
from skynet_desktop.skywatch.access.roles import viewers
from skynet_desktop.skywatch.models import MachineToken
from skynet_desktop.skywatch.pages.live import live
from skynet_desktop.skywatch.reading import hours
from skynet_desktop.skywatch.reading.fleet import fleet, with_parts
from skynet_desktop.skywatch.reading.states import look

PAGE = 50


@viewers
def overview(request: HttpRequest) -> HttpResponse:
    all_machines = fleet()
    if not all_machines.machines:
        waiting = MachineToken.objects.filter(ended_at=None, machine="").exists()
        context = {"waiting": waiting, "url": settings.URL.geturl()}
        return live(request, "skywatch/first_steps.html", context)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    page = Paginator(all_machines.only(state, words), PAGE).get_page(request.GET.get("page"))
    context = {
        "fleet": all_machines,
        "page": page,
        "machines": with_parts(page),
        "counts": [(look(word), count) for word, count in all_machines.counts().items()],
        "state": state,
        "q": words,
        "chart": drawing.throughput(hours.by_hour("24h")),
    }
    return live(request, "skywatch/overview.html", context)
