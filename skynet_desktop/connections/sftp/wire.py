"""The TCP socket below SSH: connecting within a time, and never blocking a sender.

paramiko writes to its socket under a lock that all threads of a session share, and retries
for as long as the kernel believes in the peer, which can be a quarter of an hour. When a
cable is pulled nobody would notice a stop. It also reads each packet by two system calls.
:class:`Wire` is the socket it gets instead: what the kernel does not take soon waits in
memory (no more than the SSH windows allow), the reading thread pushes it on, and a peer
that takes nothing for a minute counts as lost. It reads ahead, too.
"""

from __future__ import annotations

import errno
import socket
import threading
import time

from skynet_desktop.connections.dial import dial
from skynet_desktop.connections.route import Proxy
from skynet_desktop.core.errors import ConnectionLost

CONNECT_SECONDS = 15.0
STALL_SECONDS = 60.0
_READ_AHEAD = 64 << 10
_PUSH_BYTES = 256 << 10
_MOST_BACKLOG = 16 << 20


def connect(host: str, port: int, proxy: Proxy | None = None) -> Wire:
    """Raises :class:`ConnectionLost` with the reason; a name that is not found is one too,
    because without a network no name is found. ``ServiceRefused`` comes from a proxy."""
    try:
        sock = dial(host, port, proxy, CONNECT_SECONDS)
    except socket.gaierror as error:
        raise ConnectionLost(f"The server {host} could not be found.") from error
    except TimeoutError as error:
        raise ConnectionLost(f"The server {host}:{port} did not answer.") from error
    except (OSError, UnicodeError, OverflowError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise ConnectionLost(f"The server {host}:{port} cannot be reached: {detail}.") from error
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return Wire(sock)


class Wire:
    """The part of a socket's interface that ``paramiko.Transport`` uses.

    One thread receives, any may send. The timeout that paramiko sets (0.1 s) bounds every
    call; ``recv`` raises ``TimeoutError`` then, which paramiko takes as "not yet".
    """

    def __init__(self, sock: socket.socket, stall_seconds: float = STALL_SECONDS) -> None:
        self._sock = sock
        self._stall_seconds = stall_seconds
        self._buffer = b""
        self._start = 0
        self._lock = threading.Lock()
        self._backlog = bytearray()
        self._moved = 0.0  # when the backlog last became shorter
        self._closed = False  # paramiko looks at a socket's private mark while it stops

    def recv(self, size: int) -> bytes:
        if self._start == len(self._buffer):
            try:
                self._buffer = self._sock.recv(max(size, _READ_AHEAD))
            finally:
                if self._backlog:
                    self._push()
            self._start = 0
        chunk = self._buffer[self._start : self._start + size]
        self._start += len(chunk)
        return chunk

    def send(self, data: bytes | memoryview) -> int:
        """Takes at least a part, unless the backlog is full (``TimeoutError``)."""
        with self._lock:
            return self._send(data)

    def _send(self, data: bytes | memoryview) -> int:
        if not self._backlog:
            try:
                return self._sock.send(data)
            except TimeoutError:
                self._moved = time.monotonic()
        if len(self._backlog) > _MOST_BACKLOG:
            raise TimeoutError
        self._backlog += data
        return len(data)

    def _push(self) -> None:
        with self._lock:
            try:
                sent = self._sock.send(bytes(self._backlog[:_PUSH_BYTES]))
            except TimeoutError:
                if time.monotonic() - self._moved > self._stall_seconds:
                    raise ConnectionResetError(errno.ECONNRESET, "it takes no data") from None
                return
            del self._backlog[:sent]
            self._moved = time.monotonic()

    def settimeout(self, seconds: float | None) -> None:
        self._sock.settimeout(seconds)

    def getpeername(self) -> tuple[str, int]:
        host, port = self._sock.getpeername()[:2]
        return str(host), int(port)

    def close(self) -> None:
        self._closed = True
        self._sock.close()
