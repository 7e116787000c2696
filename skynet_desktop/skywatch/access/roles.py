"""Which views are for whom."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from skynet_desktop.skywatch.access.bearer import bearer
from skynet_desktop.skywatch.models import Person, PersonToken

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

viewers = login_required
"""For everybody who is signed in."""


def admins(view: View[P]) -> View[P]:
    """For signed-in admins; 403 for viewers."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not me(request).is_admin:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View[P], login_required(guarded))


def programs(view: View[P]) -> View[P]:
    """For the JSON API, read-only: a person's token, or the session of who is signed in."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return JsonResponse({"error": "read-only"}, status=405, headers={"Allow": "GET, HEAD"})
        secret = bearer(request)
        if secret is None:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            return refused()
        token = PersonToken.valid(secret)
        if token is None or not token.person.is_active:
            return refused()
        token.used()
        request.user = token.person
        return view(request, *args, **kwargs)

    return cast(View[P], guarded)


def refused() -> JsonResponse:
    headers = {"WWW-Authenticate": "Bearer"}
    return JsonResponse({"error": "This token is not valid."}, status=401, headers=headers)


def me(request: HttpRequest) -> Person:
    """Who is signed in; only of guarded views."""
    assert isinstance(request.user, Person)
    return request.user
