"""What goes wrong is told in one true sentence, and never with a secret in it."""

from __future__ import annotations

import http.server
import logging
import os
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.s3 import S3Connection, body, client
from skynet_desktop.connections.s3.errors import translated
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathDenied,
    PathError,
    PathImpossible,
    RemoteMissing,
    ServiceRefused,
    SkynetError,
    StorageFull,
)
from tests.servers.seaweed import LIMITED_BUCKET, Seaweed

CANARY = "canary-secret-in-no-text"


@pytest.fixture
def hello(tmp_path: Path) -> str:
    (tmp_path / "hello").write_bytes(b"hello")
    return str(tmp_path / "hello")


def opened(options: dict[str, Any], **changed: str) -> S3Connection:
    connection = S3Connection(**{**options, **changed})
    connection.open()
    return connection


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"bucket": "no-such-bucket"}, "The bucket 'no-such-bucket' does not exist at 127.0.0.1"),
        ({"access_key_id": "nobody"}, "does not know this access key"),
        ({"secret_access_key": CANARY}, "the secret key does not belong to it"),
        ({"secret_access_key": ""}, "is missing"),
        ({"access_key_id": ""}, "is missing"),
        ({"bucket": "not a bucket?"}, "not valid"),
        ({"endpoint_url": "not an address"}, "no address"),
    ],
)
def test_what_a_person_must_mend_is_refused(
    s3_server: Seaweed, s3_bucket: str, changed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ServiceRefused, match=sentence) as caught:
        opened(s3_server.options(s3_bucket), **changed)
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_no_credentials_in_the_environment(
    s3_server: Seaweed, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    options = s3_server.options(s3_bucket)
    access_key, secret_key = options.pop("access_key_id"), options.pop("secret_access_key")
    with pytest.raises(ServiceRefused, match="no usable credentials"):
        opened(options, auth="environment")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret_key)
    opened(options, auth="environment").close()


def test_own_keys_do_not_depend_on_this_computers_aws_settings(
    s3_server: Seaweed, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    opened(s3_server.options(s3_bucket)).close()


def test_a_key_for_a_prefix_suffices(s3_server: Seaweed, hello: str) -> None:
    options = s3_server.options(LIMITED_BUCKET, "prefix")
    with pytest.raises(ServiceRefused, match=f"may not list {LIMITED_BUCKET} at"):
        opened(options)
    connection = opened(options, prefix="mine/")
    connection.send(hello, "a")
    connection.move("a", "b")
    assert [file.path for file in connection.list("")] == ["b"]
    upload = Upload.of(hello, "b")
    upload.keep_as = ".skynet/trash/2026-01-02/03-04-05/b"
    connection.send_upload(upload)
    with connection.read(upload.keep_as) as content:
        assert b"".join(content.blocks) == b"hello"
    assert [file.path for file in connection.list("")] == ["b"]
    connection.delete(upload.keep_as)
    assert list(connection.delete_batch(["b"])) == [("b", None)]
    connection._bucket.prefix = "other/"
    with pytest.raises(PathDenied):  # and the list is refused as well
        connection.send(hello, "a")


def test_a_refused_write_parks_the_path_only(
    s3_server: Seaweed, s3_bucket: str, hello: str
) -> None:
    s3_server.client().put_object(Bucket=s3_bucket, Key="a")
    connection = opened(s3_server.options(s3_bucket, "reader"))
    calls: tuple[Callable[[], None], ...] = (
        lambda: connection.send(hello, "b"),
        lambda: connection.delete("a"),
    )
    for call in calls:
        with pytest.raises(PathDenied, match=r"access key may not do this \((Put|Delete)Object\)"):
            call()
    [(path, error)] = connection.delete_batch(["a"])
    assert path == "a"
    assert isinstance(error, PathDenied)


def test_a_server_that_is_down_is_lost(s3_bucket: str, s3_server: Seaweed) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConnectionLost, match=r"127\.0\.0\.1:\d+ cannot be reached"):
            opened(s3_server.options(s3_bucket), endpoint_url=address)


def test_a_server_that_does_not_answer_is_lost(
    s3_server: Seaweed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "READ_SECONDS", 0.2)
    monkeypatch.setattr(client, "ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(ConnectionLost, match="broke off"):
            opened(s3_server.options("any"), endpoint_url=address)


class Fixed(http.server.BaseHTTPRequestHandler):
    """Answers every request the same, as ``server.answer`` (status, body) says."""

    def do_GET(self) -> None:
        status, text = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def fixed() -> Iterator[http.server.HTTPServer]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Fixed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "text", "kind", "sentence"),
    [
        (200, b"<html><p>Log in</p></html>", ConnectionLost, "does not speak S3"),
        (200, b"<html><p>Log in", ConnectionLost, "cannot serve us"),
        (500, b"oops", ConnectionLost, "cannot serve us"),
        (503, b"<Error><Code>SlowDown</Code></Error>", ConnectionLost, "SlowDown"),
        (403, b"<Error><Code>RequestTimeTooSkewed</Code></Error>", ServiceRefused, "clock"),
        (400, b"<Error><Code>ExpiredToken</Code></Error>", ServiceRefused, "expired"),
        (301, b"<Error><Code>PermanentRedirect</Code></Error>", ServiceRefused, "region"),
    ],
)
def test_answers_on_opening(
    fixed: http.server.HTTPServer,
    s3_server: Seaweed,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    text: bytes,
    kind: type[SkynetError],
    sentence: str,
) -> None:
    monkeypatch.setattr(client, "ATTEMPTS", 1)
    fixed.answer = (status, text)  # type: ignore[attr-defined]
    address = f"http://127.0.0.1:{fixed.server_port}"
    with pytest.raises(kind, match=sentence):
        opened(s3_server.options("any"), endpoint_url=address)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("QuotaExceeded", 403, StorageFull),
        ("XMinioStorageFull", 507, StorageFull),
        ("XMinioAdminBucketQuotaExceeded", 400, StorageFull),
        ("QUOTA_EXCEEDED", 403, StorageFull),
        ("InsufficientStorage", 507, StorageFull),
        ("", 507, StorageFull),
        ("InvalidObjectState", 403, PathDenied),
        ("NoSuchVersion", 404, RemoteMissing),
        ("KeyTooLongError", 400, PathImpossible),
        ("EntityTooLarge", 400, PathImpossible),
        ("XMinioInvalidObjectName", 400, PathImpossible),
        ("XMinioParentIsObject", 400, PathBlocked),
        ("NoSuchKey", 404, RemoteMissing),
        ("RequestTimeout", 400, ConnectionLost),
        ("Teapot", 418, PathError),
        ("NotImplemented", 501, PathError),
        ("", 403, PathDenied),
    ],
)
def test_the_table(code: str, status: int, kind: type[SkynetError]) -> None:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert type(translated(ClientError(answer, "PutObject"), "host", "bucket")) is kind


@pytest.mark.parametrize(
    ("code", "status", "words", "kind"),
    [
        ("AccessDenied", 403, "Cannot upload files, storage cap exceeded.", StorageFull),
        ("AccessDenied", 403, "Forbidden: Bucket size quota is reached", StorageFull),
        ("InternalError", 500, "write /data/x: no space left on device", StorageFull),
        ("AccessDenied", 403, "Access Denied.", PathDenied),
        ("InternalError", 500, "We encountered an internal error.", ConnectionLost),
        ("NoSuchKey", 404, "The key 'my quota' does not exist.", RemoteMissing),
    ],
)
def test_full_storage_told_in_words(
    code: str, status: int, words: str, kind: type[SkynetError]
) -> None:
    answer: Any = {
        "Error": {"Code": code, "Message": words},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    assert type(translated(ClientError(answer, "PutObject"), "host", "bucket")) is kind


def test_a_wrong_checksum_is_refused(
    s3_server: Seaweed, s3_bucket: str, hello: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = opened(s3_server.options(s3_bucket))
    other = body.digest_bytes(b"other", with_md5=False)
    monkeypatch.setattr("skynet_desktop.connections.s3.small.digest_bytes", lambda *_: other)
    monkeypatch.setattr("skynet_desktop.connections.s3.direct.digest_body", lambda *_, **__: other)
    with pytest.raises(PathError, match="arrived damaged"):
        connection.send(hello, "a")
    assert list(connection.list("")) == []


def test_a_server_that_ignores_crc32_gets_md5(
    s3_server: Seaweed, s3_bucket: str, hello: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = opened(s3_server.options(s3_bucket))
    connection._bucket.direct = None  # test_s3_direct: what is not proven is left to boto3
    s3 = connection._bucket.client
    real: Callable[..., Any] = s3.put_object
    sent: list[bool] = []

    def silent(**arguments: Any) -> dict[str, Any]:
        sent.append("ContentMD5" in arguments)
        return {key: value for key, value in real(**arguments).items() if "CRC" not in key}

    monkeypatch.setattr(s3, "put_object", silent)
    connection.send(hello, "a")
    connection.send(hello, "b")
    assert sent == [False, True, True]


def test_an_error_in_the_source_is_not_the_networks(
    s3_server: Seaweed, s3_bucket: str, tmp_path: Path
) -> None:
    connection = opened(s3_server.options(s3_bucket))
    state = Upload.of(__file__, "a").state
    with pytest.raises(PathError, match="cannot be read"):
        connection.send_upload(Upload(str(tmp_path), "a", state))


def test_no_secret_in_descriptions_or_logs(
    s3_server: Seaweed, s3_bucket: str, hello: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    options = s3_server.options(s3_bucket)
    connection = opened(options, prefix="p")
    connection.send(hello, "a")
    connection.close()
    connection.close()
    assert connection.describe() == f"{s3_bucket}/p at {options['endpoint_url'][7:]}"
    hidden = S3Connection(bucket="b", endpoint_url=f"https://me:{CANARY}@s3.example.com:99/x")
    assert hidden.describe() == "b at s3.example.com:99"
    for text in (caplog.text, repr(connection), repr(connection.__class__.options)):
        assert options["secret_access_key"] not in text
        assert options["access_key_id"] not in text
