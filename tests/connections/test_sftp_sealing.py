"""What leaves in bursts is what paramiko, and OpenSSH, read; whatever the cipher."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from paramiko.packet import Packetizer

from skynet_desktop.connections.sftp import SFTPConnection, sealing, session
from skynet_desktop.connections.sftp.outgoing import Outgoing
from skynet_desktop.connections.sftp.sealing import Burst, SealingPacketizer
from tests.servers.sshd import Sshd

_KEY = b"k" * 16
_FIXED = b"\0\0\0\x07"
_NONCE = _FIXED + b"\0\0\0\0\xff\xff\xff\xfe"  # the counter needs a further byte soon


class _Counting:
    """A socket that tells how often it was sent through."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.sends = 0

    def send(self, data: Any) -> int:
        self.sends += 1
        return self._sock.send(data)


@pytest.fixture
def ends() -> Iterator[tuple[SealingPacketizer, Packetizer, _Counting]]:
    """Ours, and paramiko's at the other end of a line."""
    near, far = socket.socketpair()
    far.settimeout(5)
    counting = _Counting(near)
    ours, theirs = SealingPacketizer(counting), Packetizer(far)
    _set_keys(ours, _KEY, _NONCE)
    _expect_keys(theirs, _KEY, _NONCE)
    yield ours, theirs, counting
    near.close()
    far.close()


def _set_keys(packetizer: SealingPacketizer, key: bytes, nonce: bytes) -> None:
    packetizer.set_outbound_cipher(
        block_engine=AESGCM(key), block_size=16, mac_engine=None, mac_size=16, mac_key=None,
        sdctr=False, etm=False, aead=True, iv_out=nonce,
    )  # fmt: skip


def _expect_keys(packetizer: Packetizer, key: bytes, nonce: bytes) -> None:
    inner: Any = packetizer  # the stubs know no AEAD
    inner.set_inbound_cipher(
        block_engine=AESGCM(key), block_size=16, mac_engine=None, mac_size=16, mac_key=None,
        etm=False, aead=True, iv_in=nonce,
    )  # fmt: skip


def _waiting(content: bytes) -> Outgoing:
    """In pieces of 1,000 bytes."""
    out = Outgoing()
    for start in range(0, len(content), 1000):
        out.add(content[start : start + 1000])
    return out


def _received(packetizer: Packetizer) -> tuple[int, bytes]:
    """The channel and the data of the next message."""
    kind, message = packetizer.read_message()
    assert kind == 94
    return message.get_int(), message.get_binary()


@pytest.mark.parametrize("most", [1, 15, 16, 17, 999, 4096])
def test_a_burst_is_read_by_paramiko(
    ends: tuple[SealingPacketizer, Packetizer, _Counting], most: int
) -> None:
    ours, theirs, counting = ends
    content = os.urandom(min(30 * most, 50_000) + 7)
    waiting = _waiting(content + b"the rest")
    burst = Burst(3, waiting, len(content), most)
    ours.send_message(burst)
    came = b""
    while len(came) < len(content):
        channel, data = _received(theirs)
        assert channel == 3
        assert 0 < len(data) <= most
        came += data
    assert came == content
    assert b"".join(waiting.take(len(waiting))) == b"the rest"
    assert counting.sends == 1


def test_bursts_and_messages_take_turns(
    ends: tuple[SealingPacketizer, Packetizer, _Counting],
) -> None:
    ours, theirs, _ = ends
    for number in range(20):
        content = bytes([number]) * (100 * number + 1)
        ours.send_message(Burst(number, _waiting(content), len(content), 300))
        plain = paramiko.Message()
        plain.add_byte(b"\x50")
        plain.add_int(number)
        ours.send_message(plain)
        came = b""
        while len(came) < len(content):
            came += _received(theirs)[1]
        assert came == content
        kind, message = theirs.read_message()
        assert (kind, message.get_int()) == (0x50, number)


def test_the_counter_begins_anew_behind_its_last_number() -> None:
    """RFC 5647 has it count in eight bytes; paramiko fails there."""
    near, far = socket.socketpair()
    with near, far:
        ours = SealingPacketizer(near)
        _set_keys(ours, _KEY, _FIXED + b"\xff" * 8)
        ours.send_message(Burst(1, _waiting(bytes(2)), 2, 1))
        packets = far.recv(200)
        half = len(packets) // 2
        for packet, counter in ((packets[:half], b"\xff" * 8), (packets[half:], bytes(8))):
            AESGCM(_KEY).decrypt(_FIXED + counter, packet[4:], packet[:4])


def test_threads_do_not_mix_their_packets(
    ends: tuple[SealingPacketizer, Packetizer, _Counting],
) -> None:
    ours, theirs, _ = ends
    each = 40_000

    def send(channel: int) -> None:
        for _ in range(10):
            ours.send_message(Burst(channel, _waiting(bytes([channel]) * each), each, 700))

    threads = [threading.Thread(target=send, args=(channel,)) for channel in range(4)]
    for thread in threads:
        thread.start()
    came = dict.fromkeys(range(4), 0)
    while sum(came.values()) < 4 * 10 * each:
        channel, data = _received(theirs)
        assert data == bytes([channel]) * len(data)
        came[channel] += len(data)
    assert set(came.values()) == {10 * each}
    for thread in threads:
        thread.join()


def test_a_worn_key_asks_for_a_new_one_once_and_begins_to_count_anew(
    ends: tuple[SealingPacketizer, Packetizer, _Counting], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs, _ = ends
    monkeypatch.setattr(SealingPacketizer, "REKEY_BYTES", 5_000)
    ours.send_message(Burst(1, _waiting(bytes(4_000)), 4_000, 1_000))
    assert not ours.need_rekey()
    ours.send_message(Burst(1, _waiting(bytes(1_500)), 1_500, 1_000))
    assert ours.need_rekey()
    _set_keys(ours, b"n" * 16, bytes(12))
    inner: Any = ours
    inner.set_inbound_cipher(None, 8, None, 0, b"")  # both directions have new keys
    ours.send_message(Burst(2, _waiting(bytes(4_000)), 4_000, 1_000))
    assert not ours.need_rekey()
    for _ in range(6):
        assert _received(theirs)[0] == 1
    _expect_keys(theirs, b"n" * 16, bytes(12))
    assert _received(theirs)[0] == 2


# --- a real server --------------------------------------------------------------------------


def test_a_file_for_which_keys_are_changed(
    sftp_server: Sshd, sftp_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New keys wait for no burst, nor does a burst leave under half of them."""
    changes = _changes_of_keys(monkeypatch)
    monkeypatch.setattr(SealingPacketizer, "REKEY_BYTES", 4_000_000)
    _send_through(sftp_server, sftp_root, tmp_path)
    assert len(changes) >= 4


def test_a_file_as_long_as_three_of_paramikos_keys_is_sent_with_one(
    sftp_server: Sshd, sftp_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = _changes_of_keys(monkeypatch)
    monkeypatch.setattr("paramiko.packet.Packetizer.REKEY_BYTES", 10_000_000)
    _send_through(sftp_server, sftp_root, tmp_path)
    assert len(changes) == 1


@pytest.mark.parametrize("cipher", ["aes256-gcm@openssh.com", "aes128-ctr"])
def test_other_ciphers(
    cipher: str,
    sftp_server: Sshd,
    sftp_root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "_CIPHERS", (cipher,))
    _send_through(sftp_server, sftp_root, tmp_path)


def test_a_window_that_is_closed_is_not_overrun(
    sftp_server: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server would hang up."""
    connection = SFTPConnection(**sftp_server.options())  # type: ignore[arg-type]
    connection.open()
    try:
        with connection._pipe() as pipe:
            channel, sent = pipe._channel, [0]
            real: Callable[..., None] = sealing.Burst.__init__
            windows: list[tuple[int, int]] = []

            def watched(self: Burst, number: int, data: Outgoing, size: int, most: int) -> None:
                windows.append((size, channel.out_window_size))
                sent[0] += size
                real(self, number, data, size, most)

            monkeypatch.setattr(sealing.Burst, "__init__", watched)
            before = channel.out_window_size
            for _ in range(40):  # unknown requests: answered, and nothing is kept
                pipe.request(200, b"\0\0\0\x01x" + bytes(200_000))
            pipe.drain()
            assert sent[0] > before > 0
            assert all(left >= 0 for _, left in windows)
    finally:
        connection.close()


def _changes_of_keys(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    real = SealingPacketizer.set_outbound_cipher

    def watched(self: SealingPacketizer, *positional: Any, **named: Any) -> None:
        found.append(named["aead"])
        real(self, *positional, **named)

    monkeypatch.setattr(SealingPacketizer, "set_outbound_cipher", watched)
    return found


def _send_through(server: Sshd, root: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(content := os.urandom(30_000_000))
    connection = SFTPConnection(**server.options())  # type: ignore[arg-type]
    connection.open()
    try:
        connection.send(str(source), f"{root}/film")
    finally:
        connection.close()
    assert (root / "film").read_bytes() == content
