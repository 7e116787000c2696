"""What goes out is what was put in, whatever leaves at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.connections.sftp.outgoing import Outgoing


@given(
    pieces=st.lists(st.binary(max_size=50), max_size=20),
    steps=st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), max_size=60),
)
def test_all_leaves_in_order(pieces: list[bytes], steps: list[tuple[int, int]]) -> None:
    out = Outgoing()
    left = b""
    todo = list(pieces)
    for most, leaves in steps:
        if todo:
            out.add(todo.pop(0))
        taken = out.take(most)
        assert len(taken) <= most
        left += taken[:leaves]
        out.put_back(memoryview(taken)[leaves:])
    for piece in todo:
        out.add(piece)
    assert len(left) + len(out) == len(b"".join(pieces))
    left += out.take(10_000)
    assert left == b"".join(pieces)
    assert not out


def test_it_gives_as_much_as_is_asked_for() -> None:
    out = Outgoing()
    for _ in range(10):
        out.add(bytes(30))
    assert [len(out.take(32)) for _ in range(10)] == [32] * 9 + [12]
