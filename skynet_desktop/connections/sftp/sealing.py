"""What leaves, in packets and encrypted: many of them at a time under AES-GCM.

paramiko makes an object of each packet, copies its bytes five times and sends it by a system
call of its own; at 32 KB a packet that costs several times its encryption. Here a
:class:`Burst` is put into packets by one loop and leaves by one call. Under other ciphers,
which servers from before 2013 and small ones of today need, paramiko does it all.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import paramiko
from paramiko.packet import Packetizer

from skynet_desktop.connections.sftp.outgoing import Outgoing, Piece

_CHANNEL_DATA = 94  # RFC 4254, section 5.2: byte, uint32 recipient, string data
_HEAD = struct.Struct(">BII")
_HEAD_BYTES = _HEAD.size
_LENGTH = struct.Struct(">I")
_NONCE = struct.Struct(">IQ")  # RFC 5647, section 7.1: four fixed bytes, a counter of eight
_BLOCK_BYTES = 16
_LEAST_PADDING = 4  # RFC 4253, section 6
_MOST_PADDING = _LEAST_PADDING + _BLOCK_BYTES - 1
_TAG_BYTES = 16
_RESERVED_BYTES = 64  # paramiko leaves as much of a packet free
_AROUND = _LENGTH.size + 1 + _MOST_PADDING + _TAG_BYTES


class Burst:
    """The first bytes that wait for a channel, as messages of at most ``most`` bytes each.
    Iterating takes them away; for one time."""

    def __init__(self, channel: int, data: Outgoing, size: int, most: int) -> None:
        self._channel = channel
        self._data = data
        self._size = size
        self._most = most

    @property
    def sealed_bytes(self) -> int:
        """No more than that as packets."""
        packets = -(-self._size // self._most)
        return self._size + packets * (_HEAD_BYTES + _AROUND)

    def __iter__(self) -> Iterator[tuple[int, list[Piece]]]:
        """The length of each message, and what it consists of."""
        left = self._size
        while left:
            size = min(left, self._most)
            head = _HEAD.pack(_CHANNEL_DATA, self._channel, size)
            yield _HEAD_BYTES + size, [head, *self._data.take(size)]
            left -= size


class _Key(Protocol):
    """``AESGCM`` of the cryptography library."""

    def encrypt_into(
        self, nonce: bytes, data: bytes, associated_data: bytes, buf: memoryview
    ) -> int: ...


class _Sealer:
    """AES-GCM as OpenSSH has it (PROTOCOL, section 1.6): the length stays readable and is
    authenticated. For one thread at a time."""

    def __init__(self, key: _Key, nonce: bytes) -> None:
        self._key = key
        self._fixed, self._counter = _NONCE.unpack(nonce)
        self._buffer = bytearray()
        self.packets = 0
        self.bytes = 0

    def seal(self, messages: Iterable[tuple[int, list[Piece]]], most: int) -> memoryview:
        """The packets, together no longer than ``most``; valid until the next call."""
        if len(self._buffer) < most:
            self._buffer = bytearray(most)
        out, end = memoryview(self._buffer), 0
        noise = os.urandom(_MOST_PADDING)
        for size, pieces in messages:
            padding = _MOST_PADDING - (size + _LEAST_PADDING) % _BLOCK_BYTES
            length = _LENGTH.pack(1 + size + padding)
            start = end + _LENGTH.size
            out[end:start] = length
            end = start + 1 + size + padding + _TAG_BYTES
            plain = b"".join((bytes((padding,)), *pieces, noise[:padding]))
            nonce = _NONCE.pack(self._fixed, self._counter)
            self._key.encrypt_into(nonce, plain, length, out[start:end])
            self._counter = (self._counter + 1) & 0xFFFFFFFFFFFFFFFF
            self.packets += 1
        self.bytes += end
        return out[:end]


class SealingPacketizer(Packetizer):
    """paramiko's, which also takes a :class:`Burst`. Safe from any thread."""

    # RFC 4344, section 3.2: a key serves for 2^32 blocks of 16 bytes; so it does at OpenSSH.
    # paramiko would change it each 512 MiB, and nothing else moves meanwhile.
    REKEY_BYTES = _BLOCK_BYTES << 32

    def __init__(self, socket: Any) -> None:
        super().__init__(socket)
        self._order = threading.RLock()  # packets are numbered: none may overtake another
        self._sealer: _Sealer | None = None

    def set_outbound_cipher(self, block_engine: Any, *rest: Any, **named: Any) -> None:
        """New keys: paramiko's arguments."""
        with self._order:
            super().set_outbound_cipher(block_engine, *rest, **named)
            self._sealer = _Sealer(block_engine, named["iv_out"]) if named["aead"] else None

    def send_message(self, data: Any) -> None:
        """A message, or a burst of them. Raises ``EOFError`` if the socket is closed."""
        with self._order:
            sealer = self._sealer
            if sealer is None:
                self._send_plainly(data)
            elif isinstance(data, Burst):
                self.write_all(sealer.seal(data, data.sealed_bytes))
            else:
                content = data.asbytes()
                messages = [(len(content), [content])]
                self.write_all(sealer.seal(messages, len(content) + _AROUND))
            if sealer is not None and self._worn(sealer) and not self.need_rekey():
                self._trigger_rekey()  # type: ignore[attr-defined]  # not in the stubs

    def _send_plainly(self, data: Any) -> None:
        if not isinstance(data, Burst):
            super().send_message(data)
            return
        for _, pieces in data:
            super().send_message(paramiko.Message(b"".join(pieces)))

    def _worn(self, sealer: _Sealer) -> bool:
        return sealer.bytes >= self.REKEY_BYTES or sealer.packets >= self.REKEY_PACKETS


def send(channel: paramiko.Channel, data: Outgoing) -> int:
    """As much as the server's window takes, at least a byte; tells how much went.

    For one thread at a time. Raises ``TimeoutError`` if the window stays closed for the
    channel's timeout; ``EOFError`` or ``SSHException`` if the connection broke off.
    """
    inner: Any = channel  # what its own ``send`` calls
    with channel.lock:
        size: int = inner._wait_for_send_window(len(data))
        if not size:
            raise EOFError
        more = min(len(data) - size, channel.out_window_size)
        channel.out_window_size -= more
        size += more
    left = len(data) - size
    most = channel.out_max_packet_size - _RESERVED_BYTES
    inner.get_transport()._send_user_message(Burst(channel.remote_chanid, data, size, most))
    if len(data) != left:
        raise EOFError  # after the end paramiko drops what it is given
    return size
