"""The three methods, list, copy, fetch and what they promise, on a real server."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from skynet_desktop.connections.base import RemoteFile, Upload
from skynet_desktop.connections.s3 import S3Connection, copying
from skynet_desktop.core.content import hash_of_file
from skynet_desktop.core.errors import RemoteMissing, SourceChanged, SourceVanished, Stopped
from tests.servers.seaweed import Seaweed

MTIME_NS = 1_700_000_000_123_456_700


@pytest.fixture
def s3(s3_server: Seaweed, s3_bucket: str) -> Iterator[S3Connection]:
    connection = S3Connection(**s3_server.options(s3_bucket), prefix="machine")
    connection.open()
    yield connection
    connection.close()


def local(folder: Path, content: bytes = b"hello", name: str = "local") -> str:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, ns=(MTIME_NS, MTIME_NS))
    return str(path)


def keys(server: Seaweed, bucket: str) -> list[str]:
    pages = server.client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


def listed(connection: S3Connection, folder: str = "") -> list[str]:
    return sorted(file.path for file in connection.list(folder))


def test_an_object_holds_the_content_and_the_mtime(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, tmp_path: Path
) -> None:
    told: list[int] = []
    upload = Upload.of(local(tmp_path), "/docs/a.txt")
    upload.progress = told.append
    s3.send_upload(upload)
    head = s3_server.client().get_object(Bucket=s3_bucket, Key="machine/docs/a.txt")
    assert head["Body"].read() == b"hello"
    assert head["Metadata"] == {"mtime": "1700000000.1234567"}
    assert told == [5]
    assert list(s3.list("docs")) == [RemoteFile("a.txt", 5, None, head["ETag"].strip('"'))]
    assert upload.tag == head["ETag"].strip('"')
    assert upload.content.of(5) == hash_of_file(upload.src_path, lambda: None)


def test_stat_tells_the_time_and_what_is_missing(s3: S3Connection, tmp_path: Path) -> None:
    s3.send(local(tmp_path), "d/a")
    [file] = s3.list("d")
    assert s3.stat("d/a") == RemoteFile("a", 5, MTIME_NS // 100 * 100, file.tag)
    for path in ("d", "d/b", "bad\udcff", "d\\a"):
        assert s3.stat(path) is None


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 3_000_000, 8 * 1024 * 1024])
def test_every_size_arrives(s3: S3Connection, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    s3.send(local(tmp_path, content), "a")
    s3.fetch("a", str(tmp_path / "sub" / "back"))
    assert (tmp_path / "sub" / "back").read_bytes() == content
    assert os.stat(tmp_path / "sub" / "back").st_mtime_ns == MTIME_NS
    assert os.listdir(tmp_path / "sub") == ["back"]


def test_a_replaced_file_is_replaced(s3: S3Connection, tmp_path: Path) -> None:
    s3.send(local(tmp_path, b"one"), "a")
    s3.send(local(tmp_path, b"three"), "a")
    assert [(file.path, file.size) for file in s3.list("")] == [("a", 5)]


def test_delete_takes_exactly_one_and_may_be_repeated(s3: S3Connection, tmp_path: Path) -> None:
    path = local(tmp_path)
    for name in ("IMG_1", "IMG_10", "IMG_1/inside", "IMG_11"):
        s3.send(path, name)
    s3.delete("IMG_1")
    s3.delete("IMG_1")
    s3.delete("never-there")
    assert listed(s3) == ["IMG_1/inside", "IMG_10", "IMG_11"]


def test_batch_delete_of_1500_with_odd_names(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str
) -> None:
    odd = ["a&b<c>", "new\nline", "re\rturn", "bell\x07", "\u00e9\U0001f600", "b\x85", "q\ufffe"]
    paths = [f"d/f{n:04}" for n in range(1500 - len(odd))] + [f"d/{name}" for name in odd]
    client = s3_server.client()
    for path in [*paths, "d/f1", "re\nturn", "d/re\nturn"]:
        client.put_object(Bucket=s3_bucket, Key=f"machine/{path}")
    assert len(listed(s3)) == 1503, "a listing goes on after a thousand"
    answers = dict(s3.delete_batch([*paths, "d/never-there", "/" + paths[0], "bad\udcff"]))
    assert len(answers) == 1503
    assert set(answers.values()) == {None}
    assert listed(s3) == ["d/f1", "d/re\nturn", "re\nturn"]


def test_batch_delete_goes_on_where_batches_are_not_offered(
    s3: S3Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.send(local(tmp_path), "a")

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": "NotImplemented"}}, "DeleteObjects")

    monkeypatch.setattr(s3._bucket.client, "delete_objects", refuse)
    assert list(s3.delete_batch(["a", "b"])) == [("a", None), ("b", None)]
    assert listed(s3) == []


def test_list_knows_folders_from_prefixes(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, tmp_path: Path
) -> None:
    client = s3_server.client()
    for key in ("machine/a/x", "machine/a/b/y", "machine/ab/z", "machine/a/marker/", "else/w"):
        client.put_object(Bucket=s3_bucket, Key=key)
    assert listed(s3, "a") == listed(s3, "/a/") == ["b/y", "x"]
    assert listed(s3) == ["a/b/y", "a/x", "ab/z"]
    assert listed(s3, "nowhere") == []
    assert listed(s3, "bad\udcff") == []


def test_move_keeps_content_and_metadata(s3: S3Connection, tmp_path: Path) -> None:
    s3.send(local(tmp_path), "old name+%")
    s3.move("old name+%", "new/n\nm?")
    assert listed(s3) == ["new/n\nm?"]
    s3.fetch("new/n\nm?", str(tmp_path / "back"))
    assert os.stat(tmp_path / "back").st_mtime_ns == MTIME_NS
    with pytest.raises(RemoteMissing):
        s3.move("old name+%", "new/n\nm?")
    s3.move("new/n\nm?", "/new/n\nm?")
    assert listed(s3) == ["new/n\nm?"]


def test_what_is_not_there_is_said_to_be_missing(s3: S3Connection, tmp_path: Path) -> None:
    calls: tuple[Callable[[], None], ...] = (
        lambda: s3.copy("no", "b"),
        lambda: s3.move("no", "no"),
        lambda: s3.set_time("no", 1),
        lambda: s3.fetch("no", str(tmp_path / "x")),
        lambda: s3.fetch("bad\udcff", str(tmp_path / "x")),
        lambda: s3.move("bad\udcff", "x"),
    )
    for call in calls:
        with pytest.raises(RemoteMissing):
            call()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("whole", [1 << 30, 5_000_000])
def test_copy_and_set_time_above_the_limit(
    s3: S3Connection,
    s3_server: Seaweed,
    s3_bucket: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    whole: int,
) -> None:
    monkeypatch.setattr(copying, "COPY_WHOLE", whole)
    monkeypatch.setattr(copying, "COPY_PART", 5 << 20)
    content = os.urandom(12_000_000)
    client = s3_server.client()
    client.put_object(
        Bucket=s3_bucket,
        Key="machine/big",
        Body=content,
        ContentType="video/mp4",
        Metadata={"mtime": "5", "owner": "anna"},
    )
    s3.copy("big", "copy")
    s3.set_time("copy", MTIME_NS)
    found = client.get_object(Bucket=s3_bucket, Key="machine/copy")
    assert found["Body"].read() == content
    assert found["ContentType"] == "video/mp4"
    assert found["Metadata"] == {"mtime": "1700000000.1234567", "owner": "anna"}
    assert client.list_multipart_uploads(Bucket=s3_bucket).get("Uploads", []) == []
    source = tmp_path / "source"
    source.write_bytes(content)
    [copy] = [file for file in s3.list("") if file.path == "copy"]
    assert s3.matches(str(source), "", copy) or whole < len(content)


def test_a_failed_large_copy_is_aborted(
    s3: S3Connection,
    s3_server: Seaweed,
    s3_bucket: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(copying, "COPY_WHOLE", 1)
    s3.send(local(tmp_path), "a")
    monkeypatch.setattr(copying.Source, "arguments", lambda self, bucket: {"CopySource": "x/y"})
    with pytest.raises(Exception, match=r"."):
        s3.copy("a", "b")
    client = s3_server.client()
    assert client.list_multipart_uploads(Bucket=s3_bucket).get("Uploads", []) == []
    assert listed(s3) == ["a"]


def test_torn_content_is_never_published(s3: S3Connection, tmp_path: Path) -> None:
    path = local(tmp_path)
    upload = Upload.of(path, "a")
    Path(path).write_bytes(b"jello")
    with pytest.raises(SourceChanged):
        s3.send_upload(upload)
    Path(path).write_bytes(b"longer than before")
    with pytest.raises(SourceChanged):
        s3.send_upload(upload)
    Path(path).unlink()
    with pytest.raises(SourceVanished):
        s3.send_upload(upload)
    assert listed(s3) == []


def test_stopping_ends_a_small_upload(s3: S3Connection, tmp_path: Path) -> None:
    upload = Upload.of(local(tmp_path, os.urandom(4_000_000)), "a")
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls > 20:
            raise Stopped("Stopped.")

    upload.check = check  # type: ignore[method-assign]
    begun = time.monotonic()
    with pytest.raises(Stopped):
        s3.send_upload(upload)
    assert time.monotonic() - begun < 1.0, "boto3 tried again"
    assert listed(s3) == []


@pytest.mark.parametrize("size", [5, 4_000_000])
def test_stopping_does_not_wait_for_a_mute_server(
    s3_server: Seaweed, tmp_path: Path, size: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        s3 = S3Connection(**{**s3_server.options("any"), "endpoint_url": address})
        s3._opened = s3._sign_in()
        upload = Upload.of(local(tmp_path, bytes(size)), "a")
        threading.Timer(0.3, upload.stopping.set).start()
        begun = time.monotonic()
        with pytest.raises(Stopped):
            s3.send_upload(upload)
        assert time.monotonic() - begun < 1.0


def test_fetch_does_not_overwrite(s3: S3Connection, tmp_path: Path) -> None:
    path = local(tmp_path)
    s3.send(path, "a")
    with pytest.raises(Exception, match="already"):
        s3.fetch("a", path)
    assert os.listdir(tmp_path) == ["local"]
