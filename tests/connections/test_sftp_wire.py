"""Networks that stand still: nobody waits for ever, nothing gets lost or out of order."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

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


def _wire_of(pipe: Pipe) -> Wire:
    return cast(Wire, pipe._channel.get_transport().sock)


def test_a_connection_that_is_closed_while_much_leaves(sftp: SFTPConnection) -> None:
    with sftp._pipe() as pipe:
        _wire_of(pipe)._sock.close()  # as another thread's close at any moment
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
