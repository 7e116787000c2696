"""A channel for each thread that needs one, all on one session."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import paramiko

from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.pipeline import nothing, open_channel
from skynet_desktop.connections.sftp.session import Transport
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused

_TURN_SECONDS = 600.0  # somebody else may be sending a big file


class Pool:
    """Lends pipes and takes them back. Safe from any thread.

    A server that allows fewer channels than we have threads (sshd's ``MaxSessions``) makes
    the threads take turns.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._opening = threading.Lock()
        self._changed = threading.Condition()
        self._idle: list[SFTP] = []
        self._lent = 0
        self._most: int | None = None

    @contextmanager
    def pipe(self) -> Iterator[SFTP]:
        """A pipe for one thread. It is kept for the next unless answers are outstanding."""
        sftp = self._take()
        sftp.check = nothing
        try:
            yield sftp
        finally:
            if not sftp.idle:
                sftp.close()
            with self._changed:
                self._lent -= 1
                if sftp.idle:
                    self._idle.append(sftp)
                self._changed.notify()

    def _take(self) -> SFTP:
        with self._changed:
            if not self._changed.wait_for(self._may_take, _TURN_SECONDS):
                raise ConnectionLost("The server allows no further channel.")
            self._lent += 1
            if self._idle:
                return self._idle.pop()
        try:
            with self._opening:
                channel = open_channel(self._transport)
            return SFTP(channel)
        except paramiko.ChannelException as error:
            with self._changed:
                self._lent -= 1
                self._most = max(1, self._lent + len(self._idle))
                if not self._lent and not self._idle:
                    raise ServiceRefused("The server opens no channel for SFTP.") from error
            return self._take()
        except BaseException:
            with self._changed:
                self._lent -= 1
                self._changed.notify()
            raise

    def _may_take(self) -> bool:
        return bool(self._idle) or self._most is None or self._lent < self._most
