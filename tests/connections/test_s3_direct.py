"""The short way for small objects: the same request as boto3's, and boto3 whenever in doubt."""

from __future__ import annotations

import hashlib
import socketserver
import ssl
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
from skynet_desktop.connections.s3.body import CheckedBytes, Digest, Stretch, Valve
from skynet_desktop.connections.s3.direct import Direct
from skynet_desktop.connections.s3.parcel import Parcel
from skynet_desktop.connections.s3.signing import UNSIGNED, Keys, Signer, quoted
from skynet_desktop.connections.s3.window import FIRST
from skynet_desktop.core.errors import SourceChanged, SourceVanished, Stopped
from tests.servers.seaweed import Seaweed
from tests.servers.tls import Issuer, TlsFront

CONTENT = b"a small file"
PLENTY = 1 << 30  # bytes at once
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


def parcel(key: str = "k", content: bytes = CONTENT) -> Parcel:
    valve = Valve(lambda: None, lambda _: None)
    return Parcel(key, lambda: CheckedBytes(content, valve), {"x-amz-meta-mtime": "1"})


def put(way: Direct, key: str = "k") -> object:
    [(_, tag)] = way.put([parcel(key)], lambda: None, PLENTY)
    return tag


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
    ours = Signer("eu-1").signed("PUT", "host.test:8333", path, headers, payload, keys, now)

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
    sent: list[RequestKind] = []
    s3._bucket.direct._on_request = sent.append
    s3.send(str(source), "short")
    assert sent == [RequestKind.PUT], "it went that way"
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
    assert put(way, key) == hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    body = s3_server.client().get_object(Bucket=s3_bucket, Key=key)["Body"]
    assert body.read() == CONTENT


def test_a_wrong_checksum_stores_nothing(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = s3._bucket.direct
    monkeypatch.setattr(
        direct,
        "digest_body",
        lambda *_, **__: Digest(crc32(b"other"), None, hashlib.sha256(CONTENT).hexdigest()),
    )
    assert way is not None and put(way, "a") is None
    assert "Contents" not in s3_server.client().list_objects_v2(Bucket=s3_bucket)


# --- a server that answers to order ---------------------------------------------------------------


class Answers(BaseHTTPRequestHandler):
    """``answer(number)`` of a request is its status, or None to hang up. May take its time."""

    protocol_version = "HTTP/1.1"
    answer: ClassVar[Callable[[int], int | None]]
    proof: ClassVar[str]
    seen: ClassVar[list[dict[str, str]]]
    came: ClassVar[list[int]]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append(len(body))
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
    handler = type("Answering", (Answers,), {"seen": [], "came": [], "proof": crc32(CONTENT)})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield handler, f"http://127.0.0.1:{server.server_address[1]}/bucket/"
        server.shutdown()


def way_to(base: str, counted: list[RequestKind] | None = None) -> Direct:
    counted = [] if counted is None else counted
    return Direct(base, "r", lambda: Keys("a", "s"), counted.append)


def test_a_connection_that_was_closed_meanwhile_is_made_anew(
    answers: tuple[type[Answers], str],
) -> None:
    handler, base = answers
    handler.answer = lambda number: None if number == 2 else 200
    counted: list[RequestKind] = []
    way = way_to(base, counted)
    assert [put(way), put(way)] == ["tag", "tag"]
    assert counted == [RequestKind.PUT] * 3, "each attempt may cost money"
    assert handler.seen[0]["x-amz-meta-mtime"] == "1"
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


# --- many at a time -------------------------------------------------------------------------------


def places(way: Direct) -> int:
    """How many are free."""
    taken = 0
    while way.window.take():
        taken += 1
    for _ in range(taken):
        way.window.give(answered=False)
    return taken


def test_while_one_waits_others_leave(answers: tuple[type[Answers], str]) -> None:
    handler, base = answers
    together = threading.Barrier(4, timeout=20)

    def answer(_number: int) -> int:
        together.wait()
        return 200

    handler.answer = answer
    way = way_to(base)
    parcels = [parcel(f"k{number}") for number in range(8)]
    assert [tag for _, tag in way.put(parcels, lambda: None, 4 * len(CONTENT))] == ["tag"] * 8
    assert len(way._kept) == 4, "each line went on to the next"
    assert places(way) == FIRST
    way.close()


def test_stopping_does_not_wait_for_a_server(answers: tuple[type[Answers], str]) -> None:
    handler, base = answers
    stopping, ended = threading.Event(), threading.Event()

    def answer(_number: int) -> int:
        ended.wait(20)
        return 200

    def check() -> None:
        if stopping.is_set():
            raise Stopped("Stopped.")

    handler.answer = answer
    way = way_to(base)
    threading.Timer(0.3, stopping.set).start()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        list(way.put([parcel(), parcel()], check, PLENTY))
    assert time.monotonic() - begun < 5
    assert places(way) == FIRST and not way._kept
    ended.set()


def test_what_cannot_be_read_is_its_own_trouble(answers: tuple[type[Answers], str]) -> None:
    handler, base = answers
    handler.answer = lambda _: 200
    gone = parcel("gone")
    gone.open = lambda: Stretch("/nowhere/at/all", 0, 5, Valve(lambda: None, lambda _: None))
    way = way_to(base)
    found = {
        one.key: tag for one, tag in way.put([parcel(), gone, parcel("l")], lambda: None, PLENTY)
    }
    assert isinstance(found.pop("gone"), SourceVanished)
    assert found == {"k": "tag", "l": "tag"}
    assert places(way) == FIRST
    way.close()


def test_a_file_that_shrinks_on_its_way_is_not_there(
    answers: tuple[type[Answers], str], tmp_path: Path
) -> None:
    handler, base = answers
    handler.answer = lambda _: 200
    source, size = tmp_path / "source", 3 << 20
    source.write_bytes(bytes(size))

    def pace(_: int) -> None:
        with open(source, "r+b") as file:
            file.truncate(size // 2)

    shrinking = parcel()
    shrinking.open = lambda: Stretch(str(source), 0, size, Valve(lambda: None, pace))
    way = way_to(base)
    [(_, error)] = way.put([shrinking], lambda: None, PLENTY)
    assert isinstance(error, SourceChanged)
    assert all(came < size for came in handler.came), "nothing whole came"
    assert places(way) == FIRST and not way._kept


def test_a_stretch_is_paced_once(answers: tuple[type[Answers], str], tmp_path: Path) -> None:
    handler, base = answers
    handler.answer = lambda _: 200
    paced: list[int] = []
    source = tmp_path / "source"
    source.write_bytes(content := bytes(range(256)) * 20_000)
    handler.proof = crc32(content[1_000:])
    one = parcel()
    one.open = lambda: Stretch(
        str(source), 1_000, len(content) - 1_000, Valve(lambda: None, paced.append)
    )
    way = way_to(base)
    assert [tag for _, tag in way.put([one], lambda: None, PLENTY)] == ["tag"]
    assert sum(paced) == len(content) - 1_000 == handler.came[0]
    assert handler.seen[0]["x-amz-content-sha256"] == hashlib.sha256(content[1_000:]).hexdigest()
    way.close()


# --- TLS ------------------------------------------------------------------------------------------


def test_by_tls(s3_server: Seaweed, s3_bucket: str, tmp_path: Path) -> None:
    issuer = Issuer(tmp_path / "issuer")
    front = TlsFront(("127.0.0.1", s3_server.ports["s3"]), issuer.certificate())
    content = b"x" * 300_000
    try:
        base = f"https://127.0.0.1:{front.port}/{s3_bucket}/"
        keys = s3_server.options(s3_bucket)
        trust = ssl.create_default_context(cafile=issuer.file)

        def way(context: ssl.SSLContext) -> Direct:
            lent = Keys(keys["access_key_id"], keys["secret_access_key"])
            return Direct(base, "us-east-1", lambda: lent, lambda _: None, context)

        good = way(trust)
        sent = good.put(
            [parcel(f"k{number}", content) for number in range(9)], lambda: None, 900_000
        )
        assert {tag for _, tag in sent} == {hashlib.md5(content).hexdigest()}
        good.close()
        assert put(way(ssl.create_default_context())) is None, "nobody else's word is taken"
    finally:
        front.stop()
    client = s3_server.client()
    assert client.get_object(Bucket=s3_bucket, Key="k8")["Body"].read() == content
    assert "k" not in [item["Key"] for item in client.list_objects_v2(Bucket=s3_bucket)["Contents"]]
