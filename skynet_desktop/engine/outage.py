"""Outage: what is wrong with the service as a whole, and when it is tried again."""

from __future__ import annotations

import logging
import random
import sqlite3
import time

from skynet_desktop.core.errors import (
    ConnectionLost,
    ServiceError,
    ServiceRefused,
    SkynetError,
    StorageFull,
    sorted_error,
)

log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE, _FULL_PAUSE = 1.0, 60.0, 60.0


class Outage:
    """For one mapping. Written by its Mirror's loop (:meth:`start_over` by anybody); attributes
    may be read from any thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._failures = 0
        self.error: ServiceError | None = None
        self.retry_at: float | None = None
        """When the service is tried again, in seconds since 1970; None if nobody waits for
        that. For the person: the clock may be set meanwhile."""
        self._retry = 0.0  # the same on the monotonic clock

    @property
    def refused(self) -> bool:
        """Only a person can help: another try by itself could lock the account."""
        return isinstance(self.error, ServiceRefused)

    def note(self, raised: Exception) -> None:
        """Another failure, by this error; sets when to try again."""
        self.error = self._as_service_error(raised)
        self._failures += 1
        pause = self._pause()
        self.retry_at = None if pause is None else time.time() + pause
        self._retry = time.monotonic() + (pause or 0.0)

    def retry_in(self) -> float | None:
        """Seconds until the service is tried again; None if nobody waits for that."""
        return None if self.retry_at is None else max(0.0, self._retry - time.monotonic())

    def over(self) -> None:
        """The service lets us in. It may fail again at the first file: the pauses go on
        growing until :meth:`start_over`."""
        self.error = self.retry_at = None

    def start_over(self) -> None:
        """A new reason to hope: the next failure is the first one."""
        self._failures = 0

    def rest(self) -> None:
        """Nothing is tried for now: what was lost may be there again; a refusal stays."""
        self.retry_at = None
        if not self.refused:
            self.error = None

    def _pause(self) -> float | None:
        """Seconds until the next try, with jitter so that many clients do not come at once."""
        if self.refused:
            return None
        if isinstance(self.error, StorageFull):
            return _FULL_PAUSE
        pause: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._failures - 1, 10))
        return pause * random.uniform(0.7, 1.0)

    def _as_service_error(self, raised: Exception) -> ServiceError:
        error = sorted_error(raised)
        if isinstance(error, ServiceError):
            log.info("%s: %s", self._name, error)
            return error
        if isinstance(raised, sqlite3.OperationalError) and "full" in str(raised):
            return ConnectionLost(
                "This computer's disk is full, so Skynet cannot keep its notes. Free some space."
            )
        if isinstance(raised, SkynetError):  # no keyring, no permission on the remote folder
            log.info("%s: %s", self._name, raised)
            return ServiceRefused(raised.reason)
        log.error("%s: unexpected trouble", self._name, exc_info=raised)
        return ConnectionLost(f"Unexpected trouble: {type(raised).__name__}: {raised}")
