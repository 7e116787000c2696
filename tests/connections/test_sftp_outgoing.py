"""What goes out is what was put in, whatever leaves at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.connections.sftp.outgoing import Outgoing


@given(
    pieces=st.lists(st.binary(max_size=50), max_size=20),
    steps=st.lists(st.integers(1, 60), max_size=60),
)
def test_all_leaves_in_order(pieces: list[bytes], steps: list[int]) -> None:
    out = Outgoing()
    left = b""
    todo = list(pieces)
    for most in steps:
        if todo:
            out.add(todo.pop(0))
        size = min(most, len(out))
        taken = b"".join(out.take(size))
        assert len(taken) == size
        left += taken
    for piece in todo:
        out.add(piece)
    assert len(left) + len(out) == len(b"".join(pieces))
    left += b"".join(out.take(len(out)))
    assert left == b"".join(pieces)
    assert not out
