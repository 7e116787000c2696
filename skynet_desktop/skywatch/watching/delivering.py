"""Notices to mail and webhook. What fails is tried again with growing pauses, for a day."""

from __future__ import annotations

import json
import logging
import ssl
import urllib.request
from http.client import HTTPMessage
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from skynet_desktop.skywatch.models import Delivery, Notice, Rules
from skynet_desktop.skywatch.watching import wording
from skynet_desktop.skywatch.watching.silence import MAIL

log = logging.getLogger(__name__)

SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 3600.0
MOST_TRIES = 30
AT_ONCE = 20
"""Deliveries of one round: a dead server must not hold the watch up."""


def deliver(now: float) -> int:
    """Try what is due; how many arrived."""
    due = Delivery.objects.filter(next_try__lte=now).select_related("notice")
    return sum(_try(delivery, now) for delivery in due.order_by("next_try")[:AT_ONCE])


def _try(delivery: Delivery, now: float) -> bool:
    rules = Rules.current()
    delivery.tries += 1
    try:
        if delivery.way == MAIL:
            _mail(delivery.notice, rules)
        else:
            _post(delivery.notice, rules)
    except Exception as error:  # whatever a mail server or a webhook comes up with
        delivery.error = f"{type(error).__name__}: {error}"[:500]
        pause = min(FIRST_PAUSE * 2 ** (delivery.tries - 1), LONGEST_PAUSE)
        delivery.next_try = now + pause if delivery.tries < MOST_TRIES else None
        log.warning("A notice could not be delivered by %s: %s", delivery.way, delivery.error)
    else:
        delivery.error, delivery.next_try, delivery.delivered_at = "", None, now
    delivery.save()
    return delivery.delivered_at is not None


def _mail(notice: Notice, rules: Rules) -> None:
    if rules.recipients:
        text = wording.text(notice, settings.URL.geturl())
        EmailMessage(wording.subject(notice), text, to=rules.recipients).send()


def _post(notice: Notice, rules: Rules) -> None:
    """JSON with ``text``, which Slack, Mattermost and others show as it is."""
    if not rules.webhook:
        return
    url = settings.URL.geturl()
    body = {
        "event": f"machine.{notice.kind}",
        "text": wording.text(notice, url).strip(),
        "machine": {"id": notice.machine, "name": notice.name},
        "last_seen": notice.last_seen,
    }
    request = urllib.request.Request(
        rules.webhook,
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "User-Agent": "Skywatch"},
        method="POST",
    )
    if urlsplit(rules.webhook).scheme not in ("http", "https"):
        raise ValueError("not a web address")
    with _OPENER.open(request, timeout=SECONDS) as answer:
        answer.read(1024)


class _StayHere(urllib.request.HTTPRedirectHandler):
    """What the admin entered is asked, and nothing that it points to."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


_OPENER = urllib.request.build_opener(
    _StayHere, urllib.request.HTTPSHandler(context=ssl.create_default_context())
)
