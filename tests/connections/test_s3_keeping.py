"""What an upload replaces is copied away first, and nothing is published if that fails."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from skynet_desktop.connections.base import MemoryLedger, Upload
from skynet_desktop.connections.s3 import S3Connection, copying
from skynet_desktop.core.errors import (
    PathDenied,
    PathImpossible,
    RemoteMissing,
    Stopped,
    StorageFull,
)
from tests.connections.test_s3_multipart import uploads
from tests.servers.seaweed import Seaweed

KEPT = ".skynet/trash/2026-01-02/03-04-05/a"
SMALL, LARGE = 1000, 17_000_000
FORMER = b"former " * 1000


@pytest.fixture
def src(tmp_path: Path) -> Path:
    return tmp_path / "new"


@pytest.fixture
def writer(s3_server: Seaweed, s3_bucket: str) -> Iterator[S3Connection]:
    """With a key that may list and write, and not read."""
    connection = S3Connection(**s3_server.options(s3_bucket, "writer"))
    connection.open()
    yield connection
    connection.close()


def replacing(s3: S3Connection, src: Path, size: int) -> Upload:
    """An upload over ``a``, which is there."""
    src.write_bytes(FORMER)
    s3.send(str(src), "a")
    src.write_bytes(os.urandom(size))
    upload = Upload.of(str(src), "a")
    upload.keep_as = KEPT
    return upload


def content(server: Seaweed, bucket: str, key: str) -> bytes:
    return server.client().get_object(Bucket=bucket, Key=key)["Body"].read()


def leaving(s3: S3Connection) -> list[str]:
    """The operations that leave from now on."""
    seen: list[str] = []

    def leaves(event_name: str, **_: Any) -> None:
        seen.append(event_name.rpartition(".")[2])

    s3._bucket.client.meta.events.register("before-send.s3", leaves)
    assert s3._bucket.direct is not None
    s3._bucket.direct._on_request = lambda _: seen.append("PutObject")
    return seen


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_the_copy_comes_right_before_the_new_content(
    s3: S3Connection, src: Path, size: int
) -> None:
    upload = replacing(s3, src, size)
    seen = leaving(s3)
    s3.send_upload(upload)
    last = ["PutObject"] if size == SMALL else ["CompleteMultipartUpload", "HeadObject"]
    assert seen[-len(last) - 2 :] == ["HeadObject", "CopyObject", *last]


def test_a_new_file_costs_one_look(s3: S3Connection, src: Path) -> None:
    src.write_bytes(b"new")
    upload = Upload.of(str(src), "a")
    upload.keep_as = KEPT
    seen = leaving(s3)
    s3.send_upload(upload)
    assert seen == ["HeadObject", "PutObject"]


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize(
    ("code", "kind"),
    [("AccessDenied", PathDenied), ("QuotaExceeded", StorageFull), ("NoSuchKey", RemoteMissing)],
)
def test_what_cannot_be_copied_is_not_replaced(
    s3: S3Connection,
    s3_server: Seaweed,
    s3_bucket: str,
    src: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    code: str,
    kind: type[Exception],
) -> None:
    upload = replacing(s3, src, size)

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": code}}, "CopyObject")

    monkeypatch.setattr(s3._bucket.client, "copy_object", refuse)
    with pytest.raises(kind):
        s3.send_upload(upload)
    assert content(s3_server, s3_bucket, "a") == FORMER
    assert upload.tag == ""


def test_a_name_that_cannot_be_kept_is_told_before_anything_is_sent(
    s3: S3Connection, src: Path
) -> None:
    upload = replacing(s3, src, LARGE)
    upload.keep_as = ".skynet/trash/" + "n" * 1100
    seen = leaving(s3)
    with pytest.raises(PathImpossible, match=r"replaces cannot be kept\. The whole path is"):
        s3.send_upload(upload)
    assert seen == []


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_an_answer_that_was_lost_does_not_push_out_what_is_kept(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, src: Path, size: int
) -> None:
    """The same upload again, by somebody who does not know that it arrived."""
    upload = replacing(s3, src, size)
    s3.send_upload(upload)
    upload.ledger = MemoryLedger()
    s3.send_upload(upload)
    assert content(s3_server, s3_bucket, "a") == src.read_bytes()
    assert content(s3_server, s3_bucket, KEPT) == FORMER


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_large_one_is_kept_in_parts(
    s3: S3Connection,
    s3_server: Seaweed,
    s3_bucket: str,
    src: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    former = os.urandom(12_000_000)
    src.write_bytes(former)
    os.utime(src, ns=(5_000_000_000, 5_000_000_000))
    s3.send(str(src), "a")
    src.write_bytes(os.urandom(size))
    upload = Upload.of(str(src), "a")
    upload.keep_as = KEPT
    monkeypatch.setattr(copying, "COPY_WHOLE", 5_000_000)
    monkeypatch.setattr(copying, "COPY_PART", 5 << 20)
    s3.send_upload(upload)
    kept = s3_server.client().get_object(Bucket=s3_bucket, Key=KEPT)
    assert kept["Body"].read() == former
    assert kept["Metadata"] == {"mtime": "5"}
    assert content(s3_server, s3_bucket, "a") == src.read_bytes()


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_stop_does_not_wait_for_the_copy_and_nothing_is_published(
    s3: S3Connection,
    s3_server: Seaweed,
    s3_bucket: str,
    src: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    upload = replacing(s3, src, size)
    real: Callable[..., Any] = s3._bucket.client.copy_object
    slow, copied = threading.Event(), threading.Event()

    def copy_object(**arguments: Any) -> Any:
        upload.stopping.set()
        slow.wait(20)
        real(**arguments)
        copied.set()

    monkeypatch.setattr(s3._bucket.client, "copy_object", copy_object)
    begun = time.monotonic()
    with pytest.raises(Stopped):
        s3.send_upload(upload)
    assert time.monotonic() - begun < 10
    slow.set()
    assert copied.wait(20)
    for thread in [thread for thread in threading.enumerate() if thread.name == "s3-part"]:
        thread.join(20)
    assert content(s3_server, s3_bucket, "a") == FORMER


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_key_that_may_not_read_mirrors_and_keeps_nothing(
    writer: S3Connection, s3: S3Connection, s3_server: Seaweed, s3_bucket: str,
    src: Path, size: int,
) -> None:  # fmt: skip
    upload = replacing(writer, src, size)
    with pytest.raises(PathDenied, match="let the key read as well"):
        writer.send_upload(upload)
    assert content(s3_server, s3_bucket, "a") == FORMER
    upload.keep_as = ""
    writer.send_upload(upload)
    assert content(s3_server, s3_bucket, "a") == src.read_bytes()
    [listed] = writer.list("")
    assert upload.tag == listed.tag
    assert writer.stat("a") == listed
    assert writer.stat("b") is None
    assert writer.same_content(str(src), "a")
    assert writer.matches(str(src), "", listed)
    src.write_bytes(os.urandom(size))
    assert not writer.same_content(str(src), "a")
    assert not writer.matches(str(src), "", listed)
    assert writer.keeps_versions() is False
    writer.clean_up("", MemoryLedger(), lambda _: True)
    writer.delete("a")
    assert list(s3.list("")) == []


def test_a_copy_to_the_trash_that_was_cut_off_is_aborted(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str
) -> None:
    client = s3_server.client()
    theirs = ["base/.skynet2/a", "base/a", "other/.skynet/trash/a"]
    for key in (*theirs, "base/.skynet/trash/2026-01-02/03-04-05/a", "base/.skynet/b"):
        client.create_multipart_upload(Bucket=s3_bucket, Key=key)
    s3.clean_up("base", MemoryLedger(), lambda _: True)
    assert uploads(s3_server, s3_bucket) == theirs
