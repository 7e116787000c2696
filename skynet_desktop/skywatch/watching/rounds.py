"""The watch's rounds, in a thread of each web process. The database lets one process at a time
walk a round, so any number of workers tell a thing once."""

from __future__ import annotations

import logging
import threading
import time

from django.contrib.sessions.backends.db import SessionStore
from django.db import Error, close_old_connections, connection

from skynet_desktop.skywatch.models import Rules
from skynet_desktop.skywatch.watching import delivering, silence, tidying

log = logging.getLogger(__name__)

EVERY = 15.0
LEASE = 300.0
"""Seconds a round may take before others think its process dead. The longest: twenty
deliveries to a server that does not answer."""
TIDY_EVERY = 300.0

_begun = threading.Lock()


def begin() -> None:
    """Walk rounds from now on, in the background; once a process."""
    if _begun.acquire(blocking=False):
        threading.Thread(target=_walk, name="skywatch-rounds", daemon=True).start()


def _walk() -> None:
    tidied = 0.0
    while True:
        time.sleep(EVERY)
        try:
            close_old_connections()
            tidying_is_due = time.monotonic() - tidied > TIDY_EVERY
            if walk_round(time.time(), tidying_is_due) and tidying_is_due:
                tidied = time.monotonic()
        except Error as error:  # the database is away; the next round asks again
            log.warning("The watch could not walk its round: %s", error)
            connection.close()
        except Exception:
            log.exception("The watch stumbled")


def walk_round(now: float, tidy: bool = False) -> bool:
    """One round; False if another process is walking one, or just has."""
    Rules.current()
    mine = Rules.objects.filter(pk=1, round_until__lt=now)
    if not mine.update(round_until=now + LEASE):
        return False
    try:
        silence.look(now)
        delivering.deliver(now)
        if tidy:
            tidying.tidy(now)
            SessionStore.clear_expired()
    finally:
        # A little less than a round, so that the next one is due when somebody wakes for it.
        Rules.objects.filter(pk=1, round_until=now + LEASE).update(round_until=now + EVERY * 0.8)
    return True
