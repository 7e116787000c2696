"""A long link on loopback: what goes through takes its time, as much as wanted fits in.

    python -m tests.bench.link PORT SECONDS

A process of its own that forwards to PORT; its first line is the port it listens on. SECONDS are
those of a round trip. A connection takes one, then each way half of one.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

_SEGMENT = 1 << 18


@contextmanager
def long_link(port: int, seconds: float) -> Iterator[int]:
    """The port that leads to ``port`` over it."""
    command = [sys.executable, "-m", "tests.bench.link", str(port), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


async def _forward(
    port: int, seconds: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(OSError):
        await asyncio.gather(
            _carry(reader, there_writer, seconds / 2, first=1.5 * seconds),
            _carry(there_reader, writer, seconds / 2, first=seconds / 2),
        )


async def _carry(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, delay: float, first: float
) -> None:
    """Each piece after the delay, in order; the first also waits for the connection."""
    loop = asyncio.get_running_loop()
    not_before = loop.time() + first
    while data := await source.read(_SEGMENT):
        # No two at the same time: asyncio keeps no order among those.
        not_before = max(math.nextafter(not_before, math.inf), loop.time() + delay)
        loop.call_at(not_before, target.write, data)
    loop.call_at(max(math.nextafter(not_before, math.inf), loop.time() + delay), target.close)


async def _main(port: int, seconds: float) -> None:
    server = await asyncio.start_server(
        partial(_forward, port, seconds), "127.0.0.1", 0, limit=_SEGMENT, backlog=1_000
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), float(sys.argv[2])))
