"""The tokens machines report with: made, shown once, revoked."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from skynet_desktop.notifier import schema
from skynet_desktop.skywatch.access.roles import admins, me
from skynet_desktop.skywatch.models import MachineToken
from skynet_desktop.skywatch.pages.machine import known_machine
from skynet_desktop.skywatch.reading.fleet import fleet

PAGE = 50


@admins
def tokens(request: HttpRequest) -> HttpResponse:
    ended = request.GET.get("show") == "revoked"
    rows = MachineToken.objects.filter(ended_at__isnull=not ended).select_related("made_by")
    page = Paginator(rows.order_by("-made_at"), PAGE).get_page(request.GET.get("page"))
    names = {machine.id: machine.name for machine in fleet().machines}
    context = {
        "page": page,
        "rows": [(token, names.get(token.machine, "")) for token in page],
        "ended": ended,
    }
    return render(request, "skywatch/tokens.html", context)


@admins
@never_cache
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """A new one: for the machine given, else for the first that reports with it."""
    machine = request.POST.get("machine", "")
    known = known_machine(machine) if machine else None
    label = schema.storable(request.POST.get("label", "").strip()) or (
        known.name if known else "unnamed"
    )
    token = MachineToken(label=label[:80], machine=machine, made_by=me(request))
    context = {
        "token": token,
        "machine": known,
        "secret": token.issue(),
        "url": settings.URL.geturl(),
    }
    return render(request, "skywatch/token_made.html", context)


@admins
@require_POST
def end_token(request: HttpRequest, token: int) -> HttpResponse:
    found = get_object_or_404(MachineToken, pk=token)
    found.revoke()
    messages.success(request, f"The token {found.label} is revoked.")
    if request.POST.get("back") == "machine" and found.machine:
        return redirect("machine-settings", machine=found.machine)
    return redirect("tokens")
