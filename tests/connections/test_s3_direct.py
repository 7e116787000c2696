"""The short way for small objects: the same request as boto3's, and boto3 whenever in doubt."""

from __future__ import annotations

import hashlib
import socketserver
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.connections.s3 import S3Connection, direct
from skynet_desktop.connections.s3.direct import Direct
from skynet_desktop.connections.s3.signing import UNSIGNED, Keys, Signer, quoted
from tests.servers.seaweed import Seaweed

CONTENT = b"a small file"
NAMES = [
    "a",
    "a b+c%20",
    "ü/é/日本 🎞️",
    "x'y(z)!*~",
    "a?b#c&d=e;f",
    "'\"<>",
    "-._~",
    "a//b",
    "1" * 200,
]


def crc32(content: bytes) -> str:
    return b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()


@given(
    key=st.text(st.characters(codec="utf-8"), min_size=1, max_size=30),
    token=st.none() | st.just("lent/for+a while="),
    secure=st.booleans(),
    now=st.integers(1_000_000_000, 2_000_000_000),
)
def test_the_signature_is_botocores(key: str, token: str | None, secure: bool, now: int) -> None:
    keys = Keys("AKID", "secret/key+", token)
    payload = UNSIGNED if secure else hashlib.sha256(CONTENT).hexdigest()
    path = "/bucket/" + quoted(key)
    headers = {"content-length": "12", "x-amz-meta-mtime": "1.5"}
    ours = Signer("eu-1").signed("host.test:8333", path, headers, payload, keys, now)

    scheme = "https" if secure else "http"
    theirs = AWSRequest("PUT", f"{scheme}://host.test:8333{path}", dict(headers), CONTENT)
    theirs.context = {
        "timestamp": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now)),
        "client_config": type("Config", (), {"s3": {"payload_signing_enabled": not secure}}),
        "payload_signing_enabled": not secure,
    }
    auth = S3SigV4Auth(Credentials(keys.access, keys.secret, keys.token), "s3", "eu-1")
    theirs.headers["X-Amz-Date"] = theirs.context["timestamp"]
    theirs.headers["X-Amz-Content-SHA256"] = payload
    if token:
        theirs.headers["X-Amz-Security-Token"] = token
    canonical = auth.canonical_request(theirs)
    signature = auth.signature(auth.string_to_sign(theirs, canonical), theirs)
    assert ours["authorization"].endswith(f"Signature={signature}")


def test_what_is_stored_is_what_boto3_would_store(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, tmp_path: Path
) -> None:
    assert s3._bucket.direct is not None
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    s3.send(str(source), "short")
    assert s3._bucket.direct._kept, "it went that way"
    s3._bucket.direct = None
    s3.send(str(source), "long")
    client = s3_server.client()
    short, long = (
        client.head_object(Bucket=s3_bucket, Key=key, ChecksumMode="ENABLED")
        for key in ("short", "long")
    )
    for name in ("ETag", "ChecksumCRC32", "Metadata", "ContentLength", "ContentType"):
        assert short.get(name) == long.get(name), name


@pytest.mark.parametrize("key", NAMES)
def test_any_key(s3: S3Connection, s3_server: Seaweed, s3_bucket: str, key: str) -> None:
    way = s3._bucket.direct
    assert way is not None
    tag = way.put(key, CONTENT, crc32(CONTENT), "1", {})
    assert tag == hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    body = s3_server.client().get_object(Bucket=s3_bucket, Key=key)["Body"]
    assert body.read() == CONTENT


def test_a_wrong_checksum_stores_nothing(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str
) -> None:
    way = s3._bucket.direct
    assert way is not None and way.put("a", CONTENT, crc32(b"other"), "1", {}) is None
    assert "Contents" not in s3_server.client().list_objects_v2(Bucket=s3_bucket)


# --- a server that answers to order ---------------------------------------------------------------


class Answers(BaseHTTPRequestHandler):
    """``answer(number)`` of a request is its status, or None to hang up."""

    protocol_version = "HTTP/1.1"
    answer: ClassVar[Callable[[int], int | None]]
    proof: ClassVar[str]
    seen: ClassVar[list[dict[str, str]]]

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        status = type(self).answer(len(self.seen))
        if status is None:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("ETag", '"tag"')
        self.send_header("x-amz-checksum-crc32", self.proof)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return None


@pytest.fixture
def answers() -> Iterator[tuple[type[Answers], str]]:
    handler = type("Answering", (Answers,), {"seen": [], "proof": crc32(CONTENT)})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield handler, f"http://127.0.0.1:{server.server_address[1]}/bucket/"
        server.shutdown()


def way_to(base: str, counted: list[RequestKind] | None = None) -> Direct:
    counted = [] if counted is None else counted
    return Direct(base, "r", lambda: Keys("a", "s"), counted.append)


def put(way: Direct) -> str | None:
    return way.put("k", CONTENT, crc32(CONTENT), "1", {"StorageClass": "COLD"})


def test_a_connection_that_was_closed_meanwhile_is_made_anew(
    answers: tuple[type[Answers], str],
) -> None:
    handler, base = answers
    handler.answer = lambda number: None if number == 2 else 200
    counted: list[RequestKind] = []
    way = way_to(base, counted)
    assert [put(way), put(way)] == ["tag", "tag"]
    assert counted == [RequestKind.PUT] * 3, "each attempt may cost money"
    assert handler.seen[0]["x-amz-storage-class"] == "COLD"
    way.close()


@pytest.mark.parametrize("status", [None, 200, 301, 403, 500, 503])
def test_whatever_is_no_proof_is_left_to_boto3(
    answers: tuple[type[Answers], str], status: int | None
) -> None:
    handler, base = answers
    handler.answer, handler.proof = lambda _: status, ""
    way = way_to(base)
    assert [put(way) for _ in range(5)] == [None] * 5
    assert len(handler.seen) == direct._MOST_MISSES, "it is not tried for ever"
    way.close()


def test_a_good_answer_makes_up_for_misses(answers: tuple[type[Answers], str]) -> None:
    handler, base = answers
    handler.answer = lambda number: 200 if number % 3 == 0 else 500
    way = way_to(base)
    assert [put(way) for _ in range(9)] == [None, None, "tag"] * 3
    way.close()


def test_nobody_there_is_left_to_boto3() -> None:
    assert put(way_to("http://127.0.0.1:9/bucket/")) is None
