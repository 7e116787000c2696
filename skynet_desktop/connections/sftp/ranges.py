"""Reading a stretch of a remote file with many requests in flight."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP

IN_FLIGHT_BYTES = 4 << 20


def read_range(sftp: SFTP, handle: bytes, start: int, end: int) -> Iterator[bytes]:
    """The bytes from ``start`` up to ``end``, in order; ends early where the file ends.

    Nothing else may be in flight on the pipe; after an early end or an error something may
    be (``Pipe.drain``). Raises :class:`StatusError`.
    """
    reader = _Reader(sftp, handle)
    asked: deque[tuple[int, int, int]] = deque()
    position = start
    while position < end or asked:
        while position < end and len(asked) * sftp.limits.read < IN_FLIGHT_BYTES:
            size = min(sftp.limits.read, end - position)
            asked.append((reader.ask(position, size), position, size))
            position += size
        request, offset, size = asked.popleft()
        data = reader.answer(request)
        while data:
            yield data
            offset, size = offset + len(data), size - len(data)
            # A server may give less than was asked for.
            data = reader.answer(reader.ask(offset, size)) if size else b""
        if size:
            return


class _Reader:
    """READ requests and their answers, which may come in any order."""

    def __init__(self, sftp: SFTP, handle: bytes) -> None:
        self._sftp = sftp
        self._handle = handle
        self._answers: dict[int, tuple[int, bytes]] = {}

    def ask(self, offset: int, size: int) -> int:
        return self._sftp.request(p.READ, self._handle + p.u64(offset) + p.u32(size))

    def answer(self, request: int) -> bytes:
        """The data that came for a request; empty at the end of the file."""
        while request not in self._answers:
            number, kind, body = self._sftp.receive()
            self._answers[number] = kind, body
        kind, body = self._answers.pop(request)
        if kind == p.DATA:
            return p.read_string(body)[0]
        error = p.status_of(kind, body)
        if error is not None and error.code != p.EOF:
            raise error
        return b""
