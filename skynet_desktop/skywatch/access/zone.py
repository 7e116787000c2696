"""The person's time zone, which their browser tells by a cookie."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

COOKIE = "skywatch-zone"


class Zone:
    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = request.COOKIES.get(COOKIE, "")
        try:
            zone = zoneinfo.ZoneInfo(name) if 0 < len(name) < 64 else None
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            zone = None  # not one we know, or no name at all
        with timezone.override(zone):
            return self._answer(request)
