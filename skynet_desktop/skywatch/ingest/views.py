"""``/api/ingest``: a machine's reports in, and its Test button's question."""

from __future__ import annotations

import logging
import math

from django.db import DatabaseError, OperationalError, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from skynet_desktop.notifier import schema
from skynet_desktop.skywatch.access.bearer import bearer
from skynet_desktop.skywatch.access.roles import refused
from skynet_desktop.skywatch.ingest import body, rows
from skynet_desktop.skywatch.ingest.pacing import Pace
from skynet_desktop.skywatch.ingest.storing import Foreign, store
from skynet_desktop.skywatch.models import Machine, MachineToken

log = logging.getLogger(__name__)

HEARTBEAT = 60
"""Seconds between two reports of a machine that has nothing to tell."""
RETRY = 10

pace = Pace()


@csrf_exempt  # a token in a header is nothing that a foreign page could make a browser send
def ingest(request: HttpRequest) -> JsonResponse:
    try:
        return _ingest(request)
    except OperationalError as error:  # away, locked for too long, or full: it will be back
        log.warning("The database does not take a report: %s", error)
        return _answer(503, "The database is busy.", {"Retry-After": str(RETRY)})


def _ingest(request: HttpRequest) -> JsonResponse:
    token = MachineToken.valid(bearer(request) or "")
    if token is None:
        return refused()
    if request.method in ("GET", "HEAD"):
        known = Machine.objects.filter(id=token.machine).first()
        token.used()
        return JsonResponse({"schema": schema.VERSION, "machine": known.name if known else ""})
    if request.method != "POST":
        return _answer(405, "Only GET and POST.", {"Allow": "GET, HEAD, POST"})
    if wait := pace.wait(token.pk):
        return _answer(429, "Too many reports.", {"Retry-After": str(math.ceil(wait))})
    return _take(request, token)


def _take(request: HttpRequest, token: MachineToken) -> JsonResponse:
    try:
        found = body.read(request)
        version = found.get("schema")
        if isinstance(version, bool) or not isinstance(version, int) or version < 1:
            raise body.Malformed("schema: not a version")
        if version > schema.VERSION:
            return JsonResponse({"schema": schema.VERSION}, status=409)
        report = rows.report(found)
    except body.TooBig:
        return _answer(413, "Too much in one report.")
    except body.Malformed as error:
        return _answer(400, str(error))
    try:
        with transaction.atomic():
            store(report, token)
    except Foreign as error:
        return _answer(403, str(error))
    except OperationalError:
        raise
    except DatabaseError:
        log.exception("A report could not be stored")
        return _answer(400, "The database refuses this report.")
    return JsonResponse({"accepted": report.counts(), "heartbeat": HEARTBEAT})


def _answer(status: int, error: str, headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse({"error": error}, status=status, headers=headers or {})
