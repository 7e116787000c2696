"""A TCP proxy on loopback with the faults of a network, made to order.

Unlike tests.servers.tcp_proxy it runs on one event loop, so that a connection can be reset
(RST), slowed to a trickle, or lose the answers to requests that went through.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
Tap = Callable[[bytes], None]
_READ = 1 << 16
_PIECE = 2048
_LINGER_NOT = struct.pack("ii", 1, 0)  # close() then sends RST


class _Link:
    """One connection: the app's side and the server's."""

    def __init__(self, *writers: asyncio.StreamWriter) -> None:
        self.writers = writers
        self.lost_answers = False

    def end(self, *, reset: bool) -> None:
        for writer in self.writers:
            sock = writer.get_extra_info("socket")
            if reset and sock is not None:
                with suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
            writer.transport.abort()


class FaultyProxy:
    """Forwards to ``target``. ``tap()`` makes a listener for what one connection sends.

    Faults last until :meth:`heal`. Methods are for one thread at a time. Up to :data:`_READ`
    bytes each way may lie here.
    """

    def __init__(self, target: tuple[str, int], tap: Callable[[], Tap] | None = None) -> None:
        self.sent = 0
        """Bytes that the app sent."""
        self._target = target
        self._tap = tap
        self._links: set[_Link] = set()
        self._losing = False
        self._rate = 0.0
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._flowing = asyncio.Event()
        self.port = 0
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._run(self._listen())
        self._now(self._flowing.set)

    # --- faults ---------------------------------------------------------------------------

    def cut(self) -> None:
        """All present connections end."""
        self._now(self._end_all, False)

    def reset(self) -> None:
        """The same by RST."""
        self._now(self._end_all, True)

    def stall(self) -> None:
        """Nothing moves any more, nothing is closed: a cable pulled."""
        self._now(self._flowing.clear)

    def trickle(self, rate: float) -> None:
        """Bytes a second, for each direction of each connection."""
        self._rate = rate

    def lose_answers(self) -> None:
        """Requests go through, what the server says is lost; when it ends, so do the
        connections that lost something. The classical "did it happen?"."""
        self._losing = True

    def refuse(self) -> None:
        """New connections are refused, present ones end."""
        self._run(self._close_listener())
        self.reset()

    def heal(self) -> None:
        self._rate = 0.0
        self._losing = False
        self._now(self._heal)
        if self._server is None:
            self._run(self._listen())

    def close(self) -> None:
        self.refuse()
        self._run(self._end_tasks())
        self._now(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    # --- on the loop ----------------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _now(self, call: Callable[..., object], *arguments: object) -> None:
        self._loop.call_soon_threadsafe(call, *arguments)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def _close_listener(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    async def _end_tasks(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _end_all(self, reset: bool) -> None:
        for link in list(self._links):
            link.end(reset=reset)

    def _heal(self) -> None:
        self._flowing.set()
        for link in list(self._links):
            if link.lost_answers:
                link.end(reset=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        link = _Link(writer, back)
        self._links.add(link)
        try:
            await asyncio.gather(self._up(reader, back), self._down(there, writer, link))
        except (OSError, asyncio.CancelledError):
            link.end(reset=False)
        finally:
            self._links.discard(link)
            for end in link.writers:
                end.close()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tap = self._tap() if self._tap is not None else None
        while data := await reader.read(_READ):
            self.sent += len(data)
            if tap is not None:
                tap(data)
            await self._pass(data, writer)
        writer.write_eof()

    async def _down(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: _Link
    ) -> None:
        while data := await reader.read(_READ):
            if self._losing or link.lost_answers:
                link.lost_answers = True
            else:
                await self._pass(data, writer)
        writer.write_eof()

    async def _pass(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        await self._flowing.wait()
        while data and self._rate:
            writer.write(data[:_PIECE])
            data = data[_PIECE:]
            await writer.drain()
            await asyncio.sleep(_PIECE / self._rate if self._rate else 0)
        if data:
            writer.write(data)
            await writer.drain()
