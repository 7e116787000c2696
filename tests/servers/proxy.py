"""A real proxy on loopback: HTTP (CONNECT and plain forwarding) and SOCKS5, on one port.

Every name leads to this computer, so that tests can use names that exist nowhere: what
arrives under one of them came through the proxy.
"""

from __future__ import annotations

import base64
import socket
import struct
import threading
from contextlib import suppress
from urllib.parse import urlsplit

HERE = "127.0.0.1"


class Proxy:
    """``seen`` tells the targets asked for, as ``CONNECT host:port``, ``GET http://...`` or
    ``SOCKS host:port``. With ``signature`` only this ``user:password`` is let through."""

    def __init__(self, signature: str = "") -> None:
        self.seen: list[str] = []
        self._signature = signature
        self._listener = socket.create_server((HERE, 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"{HERE}:{self.port}"

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # or the thread goes on accepting
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if client.recv(1, socket.MSG_PEEK) == b"\x05":
                self._serve_socks(client)
            else:
                self._serve_http(client)

    # --- HTTP -----------------------------------------------------------------------------

    def _serve_http(self, client: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(1)
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        self.seen.append(f"{method} {target}")
        token = base64.b64encode(self._signature.encode())
        if self._signature and b"Proxy-Authorization: Basic " + token not in head:
            client.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
        elif method == "CONNECT":
            with _dialled(int(target.rpartition(":")[2])) as server:
                # As proxies may: the answer and what the server says first in one piece.
                server.settimeout(0.2)
                greeting = b""
                with suppress(TimeoutError):
                    greeting = server.recv(1 << 16)
                server.settimeout(None)
                client.sendall(b"HTTP/1.1 200 Go on\r\nVia: test\r\n\r\n" + greeting)
                _join(client, server)
        else:
            parts = urlsplit(target)
            path = target[target.index(parts.netloc) + len(parts.netloc) :]
            with _dialled(parts.port or 80) as server:
                server.sendall(head.replace(target.encode(), path.encode(), 1))
                _join(client, server)

    # --- SOCKS 5 (RFC 1928, RFC 1929) -----------------------------------------------------

    def _serve_socks(self, client: socket.socket) -> None:
        _, count = _exactly(client, 2)
        methods = _exactly(client, count)
        wanted = 2 if self._signature else 0
        if wanted not in methods:
            client.sendall(b"\x05\xff")
            return
        client.sendall(bytes((5, wanted)))
        if self._signature and not self._knows(client):
            return
        _, _, _, kind = _exactly(client, 4)
        length = {1: 4, 4: 16}.get(kind) or _exactly(client, 1)[0]
        raw = _exactly(client, length)
        host = raw.decode() if kind == 3 else socket.inet_ntop(
            socket.AF_INET if kind == 1 else socket.AF_INET6, raw
        )  # fmt: skip
        (port,) = struct.unpack(">H", _exactly(client, 2))
        self.seen.append(f"SOCKS {host}:{port}")
        with _dialled(port) as server:
            client.sendall(b"\x05\x00\x00\x01" + bytes(6))
            _join(client, server)

    def _knows(self, client: socket.socket) -> bool:
        user = _exactly(client, _exactly(client, 2)[1])
        password = _exactly(client, _exactly(client, 1)[0])
        known = b":".join((user, password)).decode() == self._signature
        client.sendall(b"\x01\x00" if known else b"\x01\x01")
        return known


def _dialled(port: int) -> socket.socket:
    return socket.create_connection((HERE, port))


def _exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise OSError("hung up")
        data += more
    return data


def _join(client: socket.socket, server: socket.socket) -> None:
    """Until one of the two has hung up."""
    back = threading.Thread(target=_pump, args=(server, client), daemon=True)
    back.start()
    _pump(client, server)
    back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    for sock in (source, target):
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
