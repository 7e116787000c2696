"""The connection of a restore: lost and made anew, for several threads at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from skynet_desktop.connections.base import Connection
from skynet_desktop.core.errors import ServiceError, SkynetError, Stopped
from skynet_desktop.engine.outage import Outage

PATIENCE_SECONDS = 180.0
"""For how long a service that is lost is tried again before the restore ends."""
_LOOK_SECONDS = 0.05


class Line:
    """``connection`` is open and stays its owner's: it is closed here only when it was lost or
    must be broken off. Without ``reconnect`` the first loss is the end."""

    def __init__(
        self,
        connection: Connection,
        reconnect: Callable[[], Connection] | None,
        stopping: threading.Event,
    ) -> None:
        self._connection: Connection | None = connection
        self._first = connection
        self._reconnect = reconnect
        self._stopping = stopping
        self._lock = threading.Lock()
        self._outage = Outage("restore")
        self._good_at = time.monotonic()
        self._end: SkynetError | None = None

    def take(self) -> Connection:
        """The present one; waits while it is made anew. Raises :class:`Stopped` and, once no
        more is tried, why."""
        while True:
            with self._lock:
                if self._end is not None:
                    raise self._end
                if self._connection is not None:
                    return self._connection
            if self._stopping.wait(_LOOK_SECONDS):
                raise Stopped("Stopped.")

    def good(self) -> None:
        """Something arrived."""
        self._good_at = time.monotonic()
        self._outage.start_over()

    def lost(self, connection: Connection, error: ServiceError) -> bool:
        """It failed as a whole. Whoever is first to say so makes another one, with growing
        pauses, before this returns; False for all others."""
        with self._lock:
            if connection is not self._connection:
                return False
            self._connection = None
        connection.close()
        self._make_anew(error)
        return True

    def close(self) -> None:
        """Let go of what was made here."""
        with self._lock:
            if self._connection is not None and self._connection is not self._first:
                self._connection.close()

    def break_off(self) -> None:
        """End what is under way, from any thread."""
        with self._lock:
            self._end = self._end or Stopped("Stopped.")
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _make_anew(self, error: Exception) -> None:
        while True:
            self._outage.note(error)
            told = self._outage.error
            assert told is not None
            patient = time.monotonic() - self._good_at < PATIENCE_SECONDS
            seconds = self._outage.retry_in()
            if self._reconnect is None or seconds is None or not patient:
                return self._settle(None, told)
            if self._stopping.wait(seconds):
                return self._settle(None, Stopped("Stopped."))
            try:
                fresh = self._reconnect()
                try:
                    fresh.open()
                except BaseException:
                    fresh.close()
                    raise
            except Exception as raised:
                error = raised
            else:
                return self._settle(fresh, None)

    def _settle(self, connection: Connection | None, end: SkynetError | None) -> None:
        with self._lock:
            if self._end is None:
                self._connection, self._end = connection, end
                return
        if connection is not None:  # broken off meanwhile
            connection.close()
