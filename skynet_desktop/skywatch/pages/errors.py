"""What goes wrong, in words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_WORDS = {
    400: ("That does not fit", "The request could not be understood."),
    403: ("Not for you", "This page is for admins. Ask one of them."),
    404: ("Not here", "There is no such page, or what it was about has been forgotten."),
    500: ("Something broke", "It is noted in the log. Please try again."),
}


def _page(request: HttpRequest, status: int, title: str = "", words: str = "") -> HttpResponse:
    usual = _WORDS[status]
    context = {"title": title or usual[0], "words": words or usual[1]}
    return render(request, "skywatch/error.html", context, status=status)


def bad(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Something broke. It is noted in the log.\n", "text/plain", 500)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    words = "Please go back, load the page anew, and send the form once more."
    return _page(request, 403, "This form was not sent from here", words)
