"""A sign-in without boto3, and boto3 wherever an answer is not plain."""

from __future__ import annotations

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from botocore.exceptions import BotoCoreError

from skynet_desktop.connections.base import MemoryLedger
from skynet_desktop.connections.s3 import S3Connection, asking, places
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.client import make_client
from skynet_desktop.connections.s3.direct import Direct
from skynet_desktop.connections.s3.signing import DEFAULT_REGION, Keys
from skynet_desktop.core.errors import RemoteMissing
from skynet_desktop.core.reserved import MARK
from tests.servers.seaweed import Seaweed

NAMES = ["a", "a b", "a+b", "a%20b", "d/\u00e9\U0001f600", "a&b<c>", "tilde~", "-_.!*'()"]


def test_signing_in_needs_no_boto3(s3_server: Seaweed, s3_bucket: str, tmp_path: Path) -> None:
    connection = S3Connection(**s3_server.options(s3_bucket), prefix="machine")
    connection.open()
    assert connection.keeps_versions() is False
    with pytest.raises(RemoteMissing), connection.read(f"base/{MARK}"):
        pass
    (tmp_path / "mark").write_bytes(b"the mark")
    os.utime(tmp_path / "mark", ns=(5_000_000_000, 5_000_000_000))
    connection.send(str(tmp_path / "mark"), f"base/{MARK}")
    with connection.read(f"base/{MARK}") as content:
        assert b"".join(content.blocks) == b"the mark"
        assert (content.file.path, content.file.size) == ("mapping.json", 8)
        assert content.file.mtime_ns == 5_000_000_000
    with connection.read(f"base/{MARK}", offset=4) as content:
        assert (b"".join(content.blocks), content.file.size) == (b"mark", 8)
    with connection.read(f"base/{MARK}", offset=8) as content:
        assert b"".join(content.blocks) == b""
    assert list(connection.list("base")) == []
    connection.clean_up("base", MemoryLedger(), lambda _: True)
    assert connection._bucket._client is None
    connection.close()


def test_a_page_is_boto3s(s3: S3Connection, s3_server: Seaweed, s3_bucket: str) -> None:
    client = s3_server.client()
    for name in NAMES:
        client.put_object(Bucket=s3_bucket, Key=f"base/{name}", Body=name.encode())
    directly = list(s3.list("base"))
    assert sorted(file.path for file in directly) == sorted(NAMES)
    s3._bucket.direct = None
    assert list(s3.list("base")) == directly


@pytest.mark.parametrize(
    ("address", "region", "bucket", "style"),
    [
        ("http://127.0.0.1:8333", "", "photos", "auto"),
        ("http://127.0.0.1:8333/", "eu-1", "my.photos", "auto"),
        ("https://s3.example.com", "", "photos", "path"),
        ("https://s3.example.com:9000", "", "photos", "virtual"),
        ("http://127.0.0.1:8333", "", "photos", "virtual"),
        ("https://[::1]:9000", "", "photos", "auto"),
        ("https://s3.example.com/deeper", "", "photos", "auto"),
        ("", "eu-central-1", "photos", "auto"),
        ("", "us-east-1", "photos", "auto"),
        ("", "", "photos", "auto"),
        ("", "ap-southeast-2", "my.photos", "auto"),
        ("", "cn-north-1", "photos", "auto"),
        ("", "us-gov-west-1", "photos", "auto"),
        ("", "eu-central-1", "photos", "path"),
        ("https://s3.eu-central-1.amazonaws.com", "eu-central-1", "photos", "auto"),
    ],
)
def test_the_address_is_boto3s(address: str, region: str, bucket: str, style: Any) -> None:
    base = places.base_of(address, region or DEFAULT_REGION, bucket, style)
    client = make_client(("id", "secret"), address, region, style, 1, None, lambda _: None)
    theirs = Direct.as_by(client, bucket, lambda _: None)
    if base is not None:
        ours = Direct.by(base, region or DEFAULT_REGION, Keys("id", "secret"), lambda _: None)
        for name in ("_host", "_path", "_name", "_port"):
            assert getattr(ours, name) == getattr(theirs, name), name
        assert ours._signer._region == theirs._signer._region
        assert (ours._trust is None) == (theirs._trust is None)


def test_ordinary_addresses_are_known() -> None:
    assert places.base_of("", "eu-central-1", "photos", "auto")
    assert places.base_of("https://s3.example.com", "us-east-1", "photos", "auto")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://x",
        "http://",
        "http://h:port",
        "https://me:you@h",
        "https://h/?a=b",
        "https://\u00e9",
    ],
)
def test_odd_addresses_are_left_to_boto3(address: str) -> None:
    assert places.base_of(address, "nowhere", "photos", "auto") is None
    assert places.base_of("https://h", "us-east-1", "Photos_", "auto") is None


# --- a server that answers to order ---------------------------------------------------------------


class Says(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answer: ClassVar[tuple[int, bytes]] = (200, b"")
    chunked: ClassVar[bool] = False

    def do_GET(self) -> None:
        status, body = self.answer
        self.send_response(status)
        self.send_header("ETag", '"x"')
        if self.chunked:
            self.send_header("Transfer-Encoding", "chunked")
            middle = len(body) // 2
            body = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in (body[:middle], body[middle:]))
            body += b"0\r\n\r\n"
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def said() -> Iterator[tuple[type[Says], Bucket]]:
    handler = type("Handler", (Says,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()

    def no_client() -> Any:
        raise BotoCoreError

    bucket = Bucket(no_client, "b", "", "there")
    base = f"http://127.0.0.1:{server.server_port}/b/"
    bucket.direct = Direct.by(base, DEFAULT_REGION, Keys("id", "secret"), lambda _: None)
    yield handler, bucket
    bucket.close()
    server.shutdown()
    server.server_close()


LIST = (
    b'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/'
    b'2006-03-01/"><Name>b</Name><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>'
    b"<Contents><Key>a%2Bb+c</Key><Size>5</Size><ETag>&quot;x&quot;</ETag></Contents>"
    b"</ListBucketResult>"
)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_list_of_any_server(said: tuple[type[Says], Bucket], chunked: bool) -> None:
    handler, bucket = said
    handler.chunked = chunked
    for text in (LIST, LIST.replace(b' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"', b"")):
        handler.answer = (200, text)
        assert asking.page(bucket, "") == {
            "Name": "b",
            "IsTruncated": True,
            "Contents": [{"Key": "a+b c", "Size": 5, "ETag": '"x"'}],
        }


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>Please sign in to our hotel's network</html>"),
        (200, b""),
        (200, LIST[:-9]),
        (200, LIST.replace(b"<Name>b<", b"<Name>other<")),
        (200, LIST.replace(b"<Size>5<", b"<Size>much<")),
        (200, LIST.replace(b"ListBucketResult", b"Error")),
        (403, b"<Error><Code>AccessDenied</Code></Error>"),
        (404, b"<Error><Code>NoSuchBucket</Code></Error>"),
        (301, LIST),
        (503, LIST),
    ],
)
def test_what_is_not_plain_is_left_to_boto3(
    said: tuple[type[Says], Bucket], answer: tuple[int, bytes]
) -> None:
    handler, bucket = said
    handler.answer = answer
    assert asking.page(bucket, "") is None
    assert asking.versioning(bucket) is None
    assert asking.has_no_uploads(bucket, "") is None
    if answer[0] != 200:
        assert asking.small_object(bucket, "k") is None


def test_an_unfinished_upload_is_seen(said: tuple[type[Says], Bucket]) -> None:
    handler, bucket = said
    word = b"ListMultipartUploadsResult"
    text = b"<" + word + b"><IsTruncated>false</IsTruncated>%b</" + word + b">"
    handler.answer = (200, text % b"")
    assert asking.has_no_uploads(bucket, "") is True
    handler.answer = (200, text % b"<Upload><Key>k</Key></Upload>")
    assert asking.has_no_uploads(bucket, "") is False
    handler.answer = (200, (text % b"").replace(b"false", b"true"))
    assert asking.has_no_uploads(bucket, "") is False


def test_a_server_that_is_gone(said: tuple[type[Says], Bucket]) -> None:
    _, bucket = said
    bucket.direct = Direct.by("http://127.0.0.1:9/b/", "r", Keys("id", "s"), lambda _: None)
    assert asking.page(bucket, "") is None


@pytest.mark.parametrize("token", ["", "lent"])
def test_keys_of_the_environment(
    s3_server: Seaweed, s3_bucket: str, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    """As far as a profile has no say."""
    options = s3_server.options(s3_bucket)
    secrets = {
        "AWS_ACCESS_KEY_ID": options.pop("access_key_id"),
        "AWS_SECRET_ACCESS_KEY": options.pop("secret_access_key"),
        "AWS_SESSION_TOKEN": token,
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    keys = Keys.of_environment()
    assert keys is not None and (keys.token or "") == token
    assert direct(options) is not None
    assert direct({**options, "region": ""}) is None
    assert direct({**options, "endpoint_url": ""}) is None
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert direct(options) is None


def direct(options: dict[str, Any]) -> Direct | None:
    connection = S3Connection(**options, auth="environment")
    return connection._account.direct(lambda _: None)
