"""The token in a request's Authorization header."""

from __future__ import annotations

from django.http import HttpRequest


def bearer(request: HttpRequest) -> str | None:
    """None if there is no such header; an empty string if it is of another kind."""
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is None:
        return None
    kind, _, secret = header.partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""
