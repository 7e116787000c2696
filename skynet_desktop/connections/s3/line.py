"""One kept connection to a server: bytes go and answers come without anybody waiting.

Of HTTP/1.1 (RFC 9112) only what the answer to a PUT or a small GET looks like. Anything else is
a :class:`BadAnswer`, after which boto3 asks again in its own way.
"""

from __future__ import annotations

import errno
import os
import re
import selectors
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

READ_SECONDS = 60
"""How long an answer is waited for, here and by boto3."""
_MOST_BYTES = 2 * 1024 * 1024
_RECEIVE = 64 * 1024
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[^\r\n]*)?\r\n")


class BadAnswer(Exception):
    """Not what a server of S3 says, or it said nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``headers`` by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    keeps: bool
    """Whether the connection may be used again."""
    body: bytes = b""


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

    def ask(self, request: bytes, seconds: float) -> Answer:
        """Send it and wait for the answer, at most so long. Raises :class:`BadAnswer`."""
        until = time.monotonic() + seconds
        rest = memoryview(request)
        with selectors.DefaultSelector() as selector:

            def wait(events: int) -> None:
                key = selector.register(self, events)
                try:
                    if not selector.select(max(0.0, until - time.monotonic())):
                        raise TimeoutError
                finally:
                    selector.unregister(key.fileobj)

            while events := self.open():
                wait(events)
            while rest:
                if sent := self.send(rest):
                    rest = rest[sent:]
                else:
                    wait(EVENT_WRITE)
            while (answer := self.receive()) is None:
                wait(EVENT_READ)
            return answer


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
    whole = _in_chunks(body) if "transfer-encoding" in headers else _as_long(body, headers)
    return None if whole is None else Answer(int(first[9:12]), headers, keeps, whole)


def _in_chunks(body: bytes) -> bytes | None:
    """RFC 9112, 7.1; trailers nobody sends unasked."""
    found: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(body, at):
        size, begin = int(chunk[1], 16), chunk.end()
        at = begin + size + 2
        if len(body) < at:
            return None
        if body[at - 2 : at] != b"\r\n" or (not size and len(body) > at):
            raise BadAnswer("An answer in odd pieces.")
        if not size:
            return b"".join(found)
        found.append(body[begin : at - 2])
    if len(body) - at > 1_000 or b"\n" in body[at:]:
        raise BadAnswer("An answer in odd pieces.")
    return None


def _as_long(body: bytes, headers: Mapping[str, str]) -> bytes | None:
    length = headers.get("content-length", "")
    if not length.isdigit():
        raise BadAnswer("An answer of no known length.")
    if len(body) > int(length):
        raise BadAnswer("More than an answer.")
    return body if len(body) == int(length) else None
