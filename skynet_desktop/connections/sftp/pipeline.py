"""Requests in flight: raw SFTP over one channel, many at a time.

paramiko's own SFTP client makes an object, a lock and a round trip of every request; that
costs more than the encryption. Here a request is a few bytes appended to a buffer, the
buffer goes out when somebody waits for an answer, and answers are matched by request id.
"""

from __future__ import annotations

import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar, NamedTuple

import paramiko

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp import sealing
from skynet_desktop.connections.sftp.outgoing import Outgoing
from skynet_desktop.connections.sftp.session import CHANNEL_SECONDS, Transport
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused

_TICK_SECONDS = 0.25
_FLUSH_BYTES = 64 << 10
_RECEIVE_BYTES = 1 << 20
# What every server must take (draft, section 3), and what OpenSSH takes at most.
_SMALL_BLOCK = 32 << 10
_BIG_BLOCK = 255 << 10
_LONGEST_PACKET = 4 << 20

_HEADER = struct.Struct(">IBI")


class Limits(NamedTuple):
    """Bytes of one READ and one WRITE, and open handles at a time."""

    read: int = _SMALL_BLOCK
    write: int = _SMALL_BLOCK
    handles: int = 32


_NO_SFTP = "The server offers no SFTP to this user."


def nothing() -> None:
    return None


def open_channel(transport: Transport) -> paramiko.Channel:
    """A channel with the server's SFTP subsystem at its other end.

    Raises ``ConnectionLost``; ``ServiceRefused`` where the server has no SFTP;
    ``paramiko.ChannelException`` where it allows no further channel. For one thread at a
    time, because paramiko keeps one error for all threads.
    """
    # invoke_subsystem waits without a limit of its own.
    guard = threading.Timer(CHANNEL_SECONDS, transport.close)
    guard.daemon = True
    guard.start()
    channel: paramiko.Channel | None = None
    try:
        channel = transport.open_session()
        channel.invoke_subsystem("sftp")
    except paramiko.ChannelException:
        raise
    except (paramiko.SSHException, EOFError, OSError) as error:
        transport.join(_TICK_SECONDS)  # a transport that dies closes its channels first
        if channel is not None and transport.is_active() and channel.closed:
            raise ServiceRefused(_NO_SFTP) from error
        raise ConnectionLost("The connection broke off.") from error
    finally:
        guard.cancel()
    channel.settimeout(_TICK_SECONDS)
    return channel


class Pipe:
    """One SFTP conversation. For one thread at a time; ``close`` from any.

    Every method that talks raises ``ConnectionLost`` if the connection breaks, is closed by
    another thread, or the server is silent for :attr:`reply_seconds`.
    """

    reply_seconds: ClassVar[float] = 60.0

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel
        self._out = Outgoing()
        self._in = bytearray()
        self._ready: deque[p.Reply] = deque()
        self._next_id = 0
        self._in_flight = 0
        self.check: Callable[[], None] = nothing
        """Called a few times a second while waiting; may raise to end it."""
        self.extensions = self._greet()
        self.limits = self._ask_limits()

    @property
    def idle(self) -> bool:
        """No answer is outstanding, so that somebody else may use the pipe."""
        return not (self._in_flight or self._ready or self._out or self._in)

    @property
    def answered(self) -> bool:
        """An answer, or a part of one, has come and was not received yet."""
        return bool(self._ready) or self._channel.recv_ready()

    def close(self) -> None:
        with suppress(paramiko.SSHException, EOFError, OSError):  # it was broken already
            self._channel.close()

    def request(self, kind: int, body: bytes, content: bytes = b"") -> int:
        """Queue a request and return its id; it goes out at the next wait or when enough
        have gathered. ``content`` is the end of its body."""
        self._next_id = (self._next_id + 1) & 0xFFFFFFFF
        length = len(body) + len(content) + 5
        self._out.add(_HEADER.pack(length, kind, self._next_id) + body)
        if content:
            self._out.add(content)
        self._in_flight += 1
        if len(self._out) >= _FLUSH_BYTES:
            self.flush()
        return self._next_id

    def receive(self, seconds: float | None = None) -> p.Reply:
        """The next answer, whichever request it is for."""
        if not self._ready:
            self.flush()
            deadline = time.monotonic() + (seconds or self.reply_seconds)
            while not self._ready:
                self._read(deadline)
        self._in_flight -= 1
        return self._ready.popleft()

    def call(self, kind: int, body: bytes, seconds: float | None = None) -> tuple[int, bytes]:
        """Ask and wait for this one's answer; others that come meanwhile are kept."""
        wanted = self.request(kind, body)
        others: list[p.Reply] = []
        while True:
            reply = self.receive(seconds)
            if reply[0] == wanted:
                self._ready.extendleft(reversed(others))
                self._in_flight += len(others)
                return reply[1], reply[2]
            others.append(reply)

    def drain(self) -> None:
        """Wait for all that is outstanding and throw it away."""
        while self._in_flight:
            self.receive()

    def flush(self) -> None:
        """Send all that is queued. If :attr:`check` ends it, the rest stays queued."""
        deadline = time.monotonic() + self.reply_seconds
        while self._out:
            if self._send():
                deadline = time.monotonic() + self.reply_seconds
                continue
            self.check()
            if time.monotonic() > deadline:
                raise ConnectionLost("The server takes no data any more.")

    def _send(self) -> int:
        """Bytes sent; 0 if the server's window is closed at present."""
        try:
            return sealing.send(self._channel, self._out)
        except TimeoutError:
            return 0
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise ConnectionLost("The connection broke off.") from error

    def _read(self, deadline: float) -> None:
        try:
            data = self._channel.recv(_RECEIVE_BYTES)
        except TimeoutError:
            self.check()
            if time.monotonic() > deadline:
                raise ConnectionLost("The server does not answer any more.") from None
            return
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise ConnectionLost("The connection broke off.") from error
        if not data:
            raise ConnectionLost("The connection broke off.")
        self._in += data
        self._split()

    def _split(self) -> None:
        """Cut what has come into whole packets."""
        buffer, at = self._in, 0
        while len(buffer) - at >= 9:
            length, kind, request = _HEADER.unpack_from(buffer, at)
            if not 5 <= length <= _LONGEST_PACKET:
                raise ConnectionLost("The server answers something that is not SFTP.")
            end = at + 4 + length
            if end > len(buffer):
                break
            self._ready.append((request, kind, bytes(buffer[at + 9 : end])))
            at = end
        del buffer[:at]

    def _greet(self) -> dict[bytes, bytes]:
        """A server that hangs up here, or says something else (a message from a login
        script, an account without a shell), will do so next time too: it has refused."""
        try:
            return self._hello()
        except ConnectionLost as error:
            channel, transport = self._channel, self._channel.get_transport()
            transport.join(_TICK_SECONDS)
            ended = channel.closed or channel.eof_received or self._in
            if transport.is_active() and ended:
                raise ServiceRefused(_NO_SFTP) from error
            raise

    def _hello(self) -> dict[bytes, bytes]:
        """INIT and VERSION (draft, section 4), which have no request id: the number in its
        place is the version. Returns the server's extensions."""
        self._out.add(struct.pack(">IBI", 5, p.INIT, 3))
        self._in_flight += 1
        _, kind, body = self.receive()
        if kind != p.VERSION:
            raise ConnectionLost("The server answers something that is not SFTP.")
        extensions, at = {}, 0
        while at < len(body):
            name, at = p.read_string(body, at)
            extensions[name], at = p.read_string(body, at)
        return extensions

    def _ask_limits(self) -> Limits:
        """OpenSSH PROTOCOL, section 4.8: four uint64 (packet, read, write, handles); 0 is
        without a limit."""
        if p.LIMITS not in self.extensions:
            return Limits()
        kind, body = self.call(p.EXTENDED, p.string(p.LIMITS))
        if kind != p.EXTENDED_REPLY or len(body) < 32:
            return Limits()
        _, read, write, handles = struct.unpack_from(">QQQQ", body)
        return Limits(
            min(read or _BIG_BLOCK, _BIG_BLOCK),
            min(write or _BIG_BLOCK, _BIG_BLOCK),
            max(1, min(handles or 64, 64)),
        )
