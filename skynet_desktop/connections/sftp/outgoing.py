"""Requests that wait to leave, put together only as they do.

A block of a file would else be copied into its request, the request behind the others, all into
one piece and that into packets: at gigabytes those copies cost more than their encryption.
"""

from __future__ import annotations

from collections import deque

Piece = bytes | memoryview


class Outgoing:
    """Bytes in order. For one thread at a time; what is added must not change."""

    def __init__(self) -> None:
        self._pieces: deque[Piece] = deque()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, piece: Piece) -> None:
        self._pieces.append(piece)
        self._size += len(piece)

    def take(self, size: int) -> list[Piece]:
        """The first bytes; there must be that many."""
        taken: list[Piece] = []
        self._size -= size
        while size:
            piece = self._pieces.popleft()
            if len(piece) > size:
                piece = memoryview(piece)
                self._pieces.appendleft(piece[size:])
                piece = piece[:size]
            taken.append(piece)
            size -= len(piece)
        return taken
