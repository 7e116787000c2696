"""A proxy on loopback that counts HTTP requests."""

from __future__ import annotations

import re
import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

_REQUEST = re.compile(rb"(?m)^(GET|HEAD|PUT|POST|DELETE) \S+ HTTP/1\.1\r\n")


class CountingProxy:
    """Forwards to ``target``; ``counts`` has the requests by method.

    It reads no HTTP: it looks for request lines in what clients send, which is right for
    requests with small bodies.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.counts: Counter[str] = Counter()
        self._sockets: list[socket.socket] = []
        self._start(self._accept)

    def close(self) -> None:
        for sock in [self._listener, *self._sockets]:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=target, args=arguments, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._sockets += [client, server]
                self._start(self._pump, client, server, True)
                self._start(self._pump, server, client, False)

    def _pump(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        line = b""  # the last one, which may go on in the next piece
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if counted:
                    seen = line + data
                    self.counts.update(m[1].decode() for m in _REQUEST.finditer(seen))
                    line = seen[seen.rfind(b"\n") + 1 :]
                target.sendall(data)
        for sock in (source, target):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
