"""Pages that follow what happens. Their script asks for the same address again every few
seconds, with a header, and gets the part that changes, or 304 if it did not (the tag is made
of the content, by Django's ConditionalGetMiddleware)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

HEADER = "X-Skywatch-Live"
KIND = "X-Skywatch-Kind"


def live(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or only its living part."""
    only_part = HEADER in request.headers
    frame = "skywatch/part.html" if only_part else "skywatch/page.html"
    response = render(request, template, {**context, "frame": frame, "kind": template})
    # Where the page has become another one (the first machine came), it is loaded anew.
    response.headers[KIND] = template
    patch_vary_headers(response, [HEADER])
    return response
