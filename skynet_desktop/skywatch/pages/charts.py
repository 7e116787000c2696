"""Throughput, volume, failures and removals over a day, a week or a month."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from skynet_desktop.skywatch import drawing
from skynet_desktop.skywatch.access.roles import viewers
from skynet_desktop.skywatch.pages.live import live
from skynet_desktop.skywatch.pages.machine import known_machine
from skynet_desktop.skywatch.reading import hours

NAMES = {"24h": "24 hours", "7d": "7 days", "30d": "30 days"}


@viewers
def charts(request: HttpRequest) -> HttpResponse:
    span = request.GET.get("span", "24h")
    span = span if span in hours.SPANS else "24h"
    machine = request.GET.get("machine", "")
    by_hour = hours.by_hour(span, machine)
    buckets = by_hour if span == "24h" else hours.by_day(by_hour)
    context = {
        "machine": known_machine(machine) if machine else None,
        "span": span,
        "spans": NAMES.items(),
        "charts": [
            drawing.throughput(by_hour),
            drawing.volume(buckets),
            drawing.failures(buckets),
            drawing.removals(buckets),
        ],
    }
    return live(request, "skywatch/charts.html", context)
