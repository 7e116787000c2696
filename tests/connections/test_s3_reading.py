"""Reading back: what breaks off or is damaged on its way never passes for the content."""

from __future__ import annotations

import base64
import http.server
import os
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.core.errors import ConnectionLost, PathDenied
from tests.servers.seaweed import Seaweed

CONTENT = os.urandom(100_000)
MTIME_NS = 1_700_000_000_123_456_789


class Odd(http.server.BaseHTTPRequestHandler):
    """Answers a GET with what ``server.answer`` holds: headers, and the bytes that come."""

    def do_GET(self) -> None:
        headers, sent = self.server.answer  # type: ignore[attr-defined]
        self.send_response(200)
        for name, value in {"ETag": '"x"', **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def odd(s3_server: Seaweed) -> Iterator[Callable[[dict[str, str], bytes], S3Connection]]:
    """Makes a connection to a server that answers so."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def connection(headers: dict[str, str], sent: bytes) -> S3Connection:
        server.answer = (headers, sent)  # type: ignore[attr-defined]
        address = f"http://127.0.0.1:{server.server_port}"
        made = S3Connection(**{**s3_server.options("any"), "endpoint_url": address})
        made._opened = made._sign_in()
        return made

    yield connection
    server.shutdown()
    server.server_close()


Make = Callable[[dict[str, str], bytes], S3Connection]


def crc_of(content: bytes) -> dict[str, str]:
    checksum = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
    return {"Content-Length": str(len(content)), "x-amz-checksum-crc32": checksum}


def test_content_that_ends_early_is_a_lost_connection(odd: Make, tmp_path: Path) -> None:
    s3 = odd({"Content-Length": str(len(CONTENT))}, CONTENT[:-1])
    with (
        pytest.raises(ConnectionLost, match="broke off"),
        s3.read("a") as content,
    ):
        list(content.blocks)
    with pytest.raises(ConnectionLost):
        s3.fetch("a", str(tmp_path / "a"))
    assert os.listdir(tmp_path) == []


def test_damaged_content_is_a_lost_connection(odd: Make, tmp_path: Path) -> None:
    with odd(crc_of(CONTENT), CONTENT).read("a") as content:
        assert b"".join(content.blocks) == CONTENT
    s3 = odd(crc_of(CONTENT), bytes([CONTENT[0] ^ 1]) + CONTENT[1:])
    with pytest.raises(ConnectionLost, match="damaged"):
        s3.fetch("a", str(tmp_path / "a"))
    assert os.listdir(tmp_path) == []


def test_a_server_that_ignores_the_range_is_not_believed(odd: Make) -> None:
    s3 = odd({"Content-Length": str(len(CONTENT))}, CONTENT)
    with pytest.raises(ConnectionLost, match="does not speak S3"), s3.read("a", offset=10):
        pass


def test_an_error_of_the_reader_is_the_reader_s(s3: S3Connection, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(CONTENT)
    s3.send(str(tmp_path / "a"), "a")
    with pytest.raises(KeyError, match="mine"), s3.read("a") as content:
        next(content.blocks)
        raise KeyError("mine")


def test_read_tells_the_exact_time_and_the_tag(s3: S3Connection, tmp_path: Path) -> None:
    for size in (1000, 9_000_000):
        (tmp_path / "a").write_bytes(bytes(size))
        os.utime(tmp_path / "a", ns=(MTIME_NS, MTIME_NS))
        s3.send(str(tmp_path / "a"), "d/a")
        [listed] = s3.list("d")
        for offset in (0, 999, size):
            with s3.read("d/a", offset=offset) as content:
                assert content.file.mtime_ns == MTIME_NS
                assert (content.file.path, content.file.tag) == ("a", listed.tag)


def test_a_key_that_may_not_read_is_told_so(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(CONTENT)
    s3.send(str(tmp_path / "a"), "a")
    writer = S3Connection(**s3_server.options(s3_bucket, "writer"))
    writer.open()
    with pytest.raises(PathDenied, match="may not do this"), writer.read("a"):
        pass
    writer.close()
