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

    def take(self, most: int) -> bytes:
        """The first bytes, ``most`` of them unless there are fewer."""
        taken: list[Piece] = []
        left = most
        while left and self._pieces:
            piece = self._pieces.popleft()
            if len(piece) > left:
                piece = memoryview(piece)
                self._pieces.appendleft(piece[left:])
                piece = piece[:left]
            taken.append(piece)
            left -= len(piece)
        self._size -= most - left
        return b"".join(taken)

    def put_back(self, data: Piece) -> None:
        """What was taken and did not leave, in front of the rest."""
        if data:
            self._pieces.appendleft(data)
            self._size += len(data)
