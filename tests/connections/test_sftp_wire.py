"""Networks that stand still: nobody waits for ever, nothing gets lost or out of order."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.sftp import SFTPConnection, packets
from skynet_desktop.connections.sftp.pipeline import Pipe
from skynet_desktop.connections.sftp.wire import Wire
from skynet_desktop.core.errors import ConnectionLost
from tests.servers.fixtures_sftp import Source
from tests.servers.sshd import Sshd
from tests.servers.tcp_proxy import TcpProxy


@pytest.fixture
def pair() -> Iterator[tuple[Wire, socket.socket]]:
    near, far = socket.socketpair()
    near.settimeout(0.05)
    wire = Wire(near, stall_seconds=0.4)
    yield wire, far
    wire.close()
    far.close()


def test_a_peer_that_takes_nothing(pair: tuple[Wire, socket.socket]) -> None:
    wire, _ = pair
    started = time.monotonic()
    for _ in range(100):  # 10 MB do not fit into any buffer of the kernel
        assert wire.send(b"x" * 100_000) > 0
    assert time.monotonic() - started < 2
    with pytest.raises(ConnectionResetError):
        while time.monotonic() - started < 5:
            with pytest.raises(TimeoutError):
                wire.recv(10)


def test_what_had_to_wait_arrives_in_order(pair: tuple[Wire, socket.socket]) -> None:
    wire, far = pair
    content = os.urandom(5_000_000)
    start = 0
    while start < len(content):
        start += wire.send(content[start : start + 70_000])
    came = bytearray()

    def read() -> None:
        while len(came) < len(content):
            came.extend(far.recv(1 << 16))
        far.sendall(b"done")

    thread = threading.Thread(target=read)
    thread.start()
    answer = b""
    while len(answer) < 4:
        try:
            answer += wire.recv(1)
        except TimeoutError:
            continue
    thread.join()
    assert bytes(came) == content
    assert answer == b"done"


def test_what_is_gathered_leaves_together(pair: tuple[Wire, socket.socket]) -> None:
    wire, far = pair
    far.setblocking(False)
    with wire.gathering():
        assert wire.send(b"one ") == 4
        with pytest.raises(BlockingIOError):
            far.recv(10)
        wire.send(b"two")
    assert far.recv(10) == b"one two"


def test_nobody_overtakes_what_is_gathered(pair: tuple[Wire, socket.socket]) -> None:
    """A packet of another thread (new keys are due, and the gathering one waits for them)."""
    wire, far = pair
    with wire.gathering():
        wire.send(b"one ")
        other = threading.Thread(target=wire.send, args=(b"two ",))
        other.start()
        other.join()
        assert far.recv(20) == b"one two "
        wire.send(b"three")
    assert far.recv(20) == b"three"


def test_what_was_gathered_and_had_to_wait_arrives_in_order(
    pair: tuple[Wire, socket.socket],
) -> None:
    wire, far = pair
    content = os.urandom(3_000_000)
    for start in range(0, len(content), 300_000):
        with wire.gathering():
            wire.send(content[start : start + 100_000])
            wire.send(content[start + 100_000 : start + 300_000])
    came = bytearray()
    far.settimeout(5)
    while len(came) < len(content):
        came += far.recv(1 << 16)
        with contextlib.suppress(TimeoutError):
            wire.recv(1)
    assert bytes(came) == content


def test_a_file_for_which_keys_are_changed(
    sftp: SFTPConnection,
    sftp_root: Path,
    sftp_source: Source,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every 512 MB by default; a sender that gathers must not keep the new keys waiting."""
    monkeypatch.setattr("paramiko.packet.Packetizer.REKEY_BYTES", 4_000_000)
    source = tmp_path / "source"
    source.write_bytes(content := os.urandom(30_000_000))
    started = time.monotonic()
    sftp.send(str(source), f"{sftp_root}/film")
    assert time.monotonic() - started < 20
    assert (sftp_root / "film").read_bytes() == content


def test_a_connection_that_is_closed_while_much_leaves(sftp: SFTPConnection) -> None:
    with sftp._pipe() as pipe:
        pipe._wire._sock.close()  # as another thread's close at any moment
        with pytest.raises(ConnectionLost):
            pipe.request(packets.WRITE, bytes(100_000))


def test_a_server_that_falls_silent(
    sftp_server: Sshd, sftp_root: Path, sftp_source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pipe, "reply_seconds", 0.5)
    proxy = TcpProxy((sftp_server.host, sftp_server.port))
    key = " ".join(sftp_server.host_keys[0].with_suffix(".pub").read_text().split()[:2])
    options = {**sftp_server.options(), "port": proxy.port, "host_key": key}
    connection = SFTPConnection(**options)  # type: ignore[arg-type]
    connection.open()
    uploads = [Upload.of(sftp_source(), f"{sftp_root}/{number}") for number in range(100)]
    started = time.monotonic()
    with pytest.raises(ConnectionLost, match="does not answer"):
        for _ in connection.send_batch(uploads):
            proxy.stall()
    assert time.monotonic() - started < 3
    connection.close()
    proxy.close()
