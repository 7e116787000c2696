"""A TCP proxy on loopback that counts, stalls and cuts: faults of a network, made to order."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress


class TcpProxy:
    """Forwards to ``target``. ``sent`` counts the bytes that went to the server."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.sent = 0
        self.on_sent: Callable[[int], None] = lambda _: None
        self._flowing = threading.Event()
        self._flowing.set()
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def stall(self) -> None:
        """Nothing moves any more, nothing is closed: a cable pulled."""
        self._flowing.clear()

    def cut(self) -> None:
        """All present connections break."""
        for sock in self._sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._sockets = []

    def close(self) -> None:
        self._flowing.set()
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._sockets += [client, server]
                self._start(client, server, counted=True)
                self._start(server, client, counted=False)

    def _start(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        pump = threading.Thread(target=self._pump, args=(source, target, counted), daemon=True)
        pump.start()

    def _pump(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                self._flowing.wait()
                target.sendall(data)
                if counted:
                    self.sent += len(data)
                    self.on_sent(self.sent)
        for sock in (source, target):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
