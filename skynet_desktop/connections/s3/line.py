"""One kept connection to a server: bytes go and answers come without anybody waiting.

Of HTTP/1.1 (RFC 9112) only what the answer to a PUT looks like. Anything else is a
:class:`BadAnswer`, after which boto3 asks again in its own way.
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

_MOST_BYTES = 64 * 1024
_RECEIVE = 16 * 1024


class BadAnswer(Exception):
    """Not what a server of S3 says to a PUT, or it said nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``headers`` by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    keeps: bool
    """Whether the connection may be used again."""


class Line:
    """For one thread at a time. ``OSError`` from any method: it is of no use any more."""

    def __init__(self, info: tuple[Any, ...], host: str, trust: ssl.SSLContext | None) -> None:
        """``info`` is one of ``socket.getaddrinfo``; connecting begins, nobody waits for it."""
        self.is_new = True
        family, kind, protocol, _, address = info
        self.socket = socket.socket(family, kind, protocol)
        self._reply = b""
        try:
            self.socket.setblocking(False)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            with suppress(BlockingIOError):
                self.socket.connect(address)
        except BaseException:
            self.socket.close()
            raise
        self._host, self._trust = host, trust
        self._is_open = False

    def close(self) -> None:
        self.socket.close()

    def fileno(self) -> int:
        return self.socket.fileno()

    def open(self) -> int:
        """Go on with connecting: what to wait for (``selectors``), 0 once it is open."""
        if self._is_open:
            return 0
        try:
            if not isinstance(self.socket, ssl.SSLSocket):
                self._connected()
            if isinstance(self.socket, ssl.SSLSocket):
                self.socket.do_handshake()
        except ssl.SSLWantReadError:
            return EVENT_READ
        except (ssl.SSLWantWriteError, BlockingIOError):
            return EVENT_WRITE
        self._is_open = True
        return 0

    def _connected(self) -> None:
        """Raises ``BlockingIOError`` while it is not."""
        if code := self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(code, os.strerror(code))
        try:
            self.socket.getpeername()
        except OSError as error:
            if error.errno != errno.ENOTCONN:
                raise
            raise BlockingIOError from error
        if self._trust is not None:
            self.socket = self._trust.wrap_socket(
                self.socket, server_hostname=self._host, do_handshake_on_connect=False
            )

    def send(self, data: bytes | memoryview) -> int:
        """How much of it left; 0 if none can now."""
        try:
            return self.socket.send(data)
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return 0

    def receive(self) -> Answer | None:
        """The answer, None while it is not whole. Raises :class:`BadAnswer`."""
        answer = None
        while answer is None:
            try:
                data = self.socket.recv(_RECEIVE)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return None
            if not data:
                raise BadAnswer("The server hung up.")
            self._reply += data
            answer = parsed(self._reply)
        self._reply = b""
        self.is_new = False
        return answer

    @property
    def has_heard(self) -> bool:
        """Whether part of an answer is here."""
        return bool(self._reply)


def parsed(reply: bytes) -> Answer | None:
    """The one answer that these bytes are, None while more is to come. Raises
    :class:`BadAnswer`."""
    head, ended, body = reply.partition(b"\r\n\r\n")
    if not ended or len(reply) > _MOST_BYTES:
        if len(reply) > _MOST_BYTES:
            raise BadAnswer("An answer without end.")
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    if not first.startswith("HTTP/1.1 ") or not first[9:12].isdigit() or first[9] == "1":
        raise BadAnswer(first[:100])
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    keeps = headers.get("connection", "").lower() != "close"
    answer = Answer(int(first[9:12]), headers, keeps)
    if "transfer-encoding" in headers:
        if body == b"0\r\n\r\n":
            return answer
        raise BadAnswer("An answer in pieces.")
    length = headers.get("content-length", "")
    if not length.isdigit():
        raise BadAnswer("An answer of no known length.")
    if len(body) > int(length):
        raise BadAnswer("More than an answer.")
    return answer if len(body) == int(length) else None
