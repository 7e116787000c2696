"""What counts as an answer, and what is left to boto3."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.connections.s3.line import BadAnswer, parsed

GOOD = (
    b'HTTP/1.1 200 OK\r\nETag: "abc"\r\nContent-Length: 2\r\nX-Amz-Checksum-CRC32:  x==\r\n\r\nok'
)


def test_an_answer() -> None:
    answer = parsed(GOOD)
    assert answer is not None
    assert (answer.status, answer.keeps, answer.body) == (200, True, b"ok")
    assert answer.headers["etag"] == '"abc"'
    assert answer.headers["x-amz-checksum-crc32"] == "x=="


@pytest.mark.parametrize("end", range(len(GOOD)))
def test_a_part_of_an_answer_is_none(end: int) -> None:
    assert parsed(GOOD[:end]) is None


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (b"0\r\n\r\n", b""),
        (b"2\r\nok\r\n0\r\n\r\n", b"ok"),
        (b"A;why=not\r\n0123\r\n\r\n89\r\n1\r\nx\r\n000\r\n\r\n", b"0123\r\n\r\n89x"),
    ],
)
def test_an_answer_in_pieces(pieces: bytes, whole: bytes) -> None:
    answer = parsed(CHUNKED + pieces)
    assert answer is not None and (answer.status, answer.body) == (200, whole)
    for end in range(len(pieces)):
        assert parsed(CHUNKED + pieces[:end]) is None


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5))
def test_pieces_of_any_kind(pieces: list[bytes]) -> None:
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    answer = parsed(CHUNKED + body + b"0\r\n\r\n")
    assert answer is not None and answer.body == b"".join(pieces)


def test_who_wants_to_hang_up() -> None:
    answer = parsed(b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n")
    assert answer is not None and not answer.keeps


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 twenty\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nmore",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 2_000,
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"x" * 3_000_000,
    ],
)
def test_anything_else_is_no_answer(reply: bytes) -> None:
    with pytest.raises(BadAnswer):
        parsed(reply)


@given(st.binary(max_size=200), st.booleans())
def test_bytes_of_any_kind(data: bytes, begins_well: bool) -> None:
    with suppress(BadAnswer):
        parsed((GOOD[:30] if begins_well else b"") + data)
