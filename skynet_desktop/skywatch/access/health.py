"""``/healthz``: 200 when the database answers, else 503. For load balancers: it asks for no
host name, no sign-in and no TLS, and tells nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

log = logging.getLogger(__name__)


class HealthCheck:
    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/healthz":
            return self._answer(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM skywatch_rules")
        except DatabaseError as error:
            log.warning("The database does not answer: %s", error)
            connection.close()
            return HttpResponse("database\n", status=503, content_type="text/plain")
        return HttpResponse("ok\n", content_type="text/plain")
