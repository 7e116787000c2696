"""Large files: parts, kill -9, resumption, orphans. On a real server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from skynet_desktop.connections.base import MemoryLedger, Upload
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.s3.parcel import Body, Parcel
from skynet_desktop.connections.s3.parts import MIB
from skynet_desktop.core.errors import (
    ConnectionLost,
    SourceChanged,
    SourceVanished,
    Stopped,
)
from tests.servers.seaweed import Seaweed

PARTS = 4
SIZE = (PARTS - 1) * 8 * MIB + 5


class FileLedger(MemoryLedger):
    """Durable across kill -9: one JSON file, replaced on each change."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        if path.exists():
            self._records = json.loads(path.read_text())

    def put(self, remote_path: str, record: Mapping[str, Any]) -> None:
        super().put(remote_path, record)
        self._write()

    def drop(self, remote_path: str) -> None:
        super().drop(remote_path)
        self._write()

    def _write(self) -> None:
        temporary = self.path.with_suffix(".new")
        temporary.write_text(json.dumps(self._records))
        temporary.replace(self.path)


@pytest.fixture
def film(tmp_path: Path) -> str:
    path = tmp_path / "film"
    path.write_bytes(os.urandom(SIZE))
    return str(path)


def uploads(server: Seaweed, bucket: str) -> list[str]:
    answer = server.client().list_multipart_uploads(Bucket=bucket)
    return sorted(upload["Key"] for upload in answer.get("Uploads", []))


Parts = dict[int, tuple[str, int, object]]


def parts(server: Seaweed, bucket: str, upload_id: str) -> Parts:
    answer = server.client().list_parts(Bucket=bucket, Key="film", UploadId=upload_id)
    return {
        part["PartNumber"]: (part["ETag"], part["Size"], part["LastModified"])
        for part in answer.get("Parts", [])
    }


def content(server: Seaweed, bucket: str, key: str = "film") -> bytes:
    return server.client().get_object(Bucket=bucket, Key=key)["Body"].read()


def watch_parts(s3: S3Connection, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the parts that leave from now on."""
    sent: list[int] = []
    way = s3._bucket.direct
    assert way is not None
    by_boto3: Callable[..., Any] = s3._bucket.client.upload_part
    directly = way.head

    def upload_part(**arguments: Any) -> Any:
        sent.append(arguments["PartNumber"])
        return by_boto3(**arguments)

    def head(parcel: Parcel, body: Body) -> bytes:
        sent.append(int(parse_qs(parcel.query)["partNumber"][0]))
        return directly(parcel, body)

    monkeypatch.setattr(s3._bucket.client, "upload_part", upload_part)
    monkeypatch.setattr(way, "head", head)
    return sent


def break_off(s3: S3Connection, upload: Upload, after: int) -> None:
    """Stop the upload once ``after`` parts are there."""
    calls = 0

    def progress(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls == after:
            upload.stopping.set()

    upload.progress = progress
    with pytest.raises(Stopped):
        s3.send_upload(upload)


def test_a_large_file_arrives_in_parts(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: str
) -> None:
    upload = Upload.of(film, "film")
    told: list[int] = []
    upload.progress = told.append
    s3.send_upload(upload)
    assert content(s3_server, s3_bucket) == Path(film).read_bytes()
    head = s3_server.client().head_object(Bucket=s3_bucket, Key="film")
    assert head["ETag"].endswith(f'-{PARTS}"')
    assert "mtime" in head["Metadata"]
    assert told == sorted(told)
    assert told[-1] == SIZE
    assert len(told) == PARTS + 1
    assert upload.ledger.records() == []
    assert uploads(s3_server, s3_bucket) == []
    [file] = s3.list("")
    assert s3.matches(film, "", file)


KILLED = """
import sys, os, signal, pathlib
from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.s3 import S3Connection
from tests.connections.test_s3_multipart import FileLedger
options, film, ledger = eval(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
connection = S3Connection(**options)
connection.open()
upload = Upload.of(film, "film")
upload.ledger = FileLedger(ledger)
def progress(done):
    if done >= upload.state.size // 2:
        os.kill(os.getpid(), signal.SIGKILL)
upload.progress = progress
connection.send_upload(upload)
"""


def test_after_kill_9_no_confirmed_part_is_sent_again(
    s3_server: Seaweed,
    s3_bucket: str,
    s3: S3Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    total, size = 10, 9 * 8 * MIB + 5
    film, file = str(tmp_path / "film"), tmp_path / "ledger.json"
    Path(film).write_bytes(os.urandom(size))
    command = [sys.executable, "-c", KILLED, repr(s3_server.options(s3_bucket)), film, str(file)]
    killed = subprocess.run(command, cwd=Path(__file__).parents[2], timeout=60)
    assert killed.returncode == -signal.SIGKILL
    ledger = FileLedger(file)
    [(_, record)] = ledger.records()
    before = landed(lambda: parts(s3_server, s3_bucket, record["upload_id"]))
    assert total // 2 <= len(before) < total
    assert content_is_absent(s3_server, s3_bucket)

    time.sleep(1.1)  # LastModified counts seconds
    sent = watch_parts(s3, monkeypatch)
    seen: list[dict[int, tuple[str, int, object]]] = []
    real = s3._bucket.client.complete_multipart_upload

    def complete(**arguments: Any) -> Any:
        seen.append(parts(s3_server, s3_bucket, record["upload_id"]))
        return real(**arguments)

    monkeypatch.setattr(s3._bucket.client, "complete_multipart_upload", complete)
    upload = Upload.of(film, "film")
    upload.ledger = ledger
    told: list[int] = []
    upload.progress = told.append
    s3.send_upload(upload)
    assert {number: seen[0][number] for number in before} == before
    assert len(seen[0]) == total
    assert sorted(sent) == sorted(set(range(1, total + 1)) - set(before))
    assert content(s3_server, s3_bucket) == Path(film).read_bytes()
    assert told[-1] == size
    assert FileLedger(file).records() == []


def landed(look: Callable[[], Parts]) -> Parts:
    """What is there once all that was on the wire has landed: nothing new for a second."""
    found, since = look(), time.monotonic()
    while time.monotonic() - since < 1.0:
        time.sleep(0.1)
        now = look()
        if now != found:
            found, since = now, time.monotonic()
    return found


def content_is_absent(server: Seaweed, bucket: str) -> bool:
    return "Contents" not in server.client().list_objects_v2(Bucket=bucket)


def test_stopping_takes_effect_within_a_second_and_keeps_the_place(
    s3: S3Connection, film: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = Upload.of(film, "film")
    s3._bucket.direct = None  # test_s3_direct
    real: Callable[..., Any] = s3._bucket.client.upload_part
    slow = threading.Event()

    def upload_part(**arguments: Any) -> Any:
        if arguments["PartNumber"] > 1:
            slow.wait(20)
        return real(**arguments)

    monkeypatch.setattr(s3._bucket.client, "upload_part", upload_part)
    threading.Timer(1.0, upload.stopping.set).start()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        s3.send_upload(upload)
    assert time.monotonic() - begun < 3.0
    slow.set()
    [(_, record)] = upload.ledger.records()
    assert record["upload_id"]
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "s3-part")


def test_another_version_begins_afresh_and_leaves_nothing(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: str
) -> None:
    first = Upload.of(film, "film")
    break_off(s3, first, after=1)
    old = first.ledger.get("film")
    Path(film).write_bytes(os.urandom(SIZE))
    second = Upload(film, "film", Upload.of(film, "film").state, first.ledger)
    break_off(s3, second, after=1)
    assert first.ledger.get("film") != old
    assert len(uploads(s3_server, s3_bucket)) == 1
    Path(film).write_bytes(b"now small")
    s3.send_upload(Upload(film, "film", Upload.of(film, "film").state, first.ledger))
    assert uploads(s3_server, s3_bucket) == []
    assert first.ledger.records() == []
    assert content(s3_server, s3_bucket) == b"now small"


def test_a_part_whose_bytes_changed_unseen_is_sent_again(
    s3: S3Connection,
    s3_server: Seaweed,
    s3_bucket: str,
    film: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = Upload.of(film, "film")
    break_off(s3, upload, after=4)
    with open(film, "r+b") as file:
        file.write(b"power loss")
    upload.state = Upload.of(film, "film").state
    record = upload.ledger.get("film") or {}
    state = {"mtime_ns": upload.state.mtime_ns, "ctime_ns": upload.state.ctime_ns}
    upload.ledger.put("film", {**record, **state})  # as if the times had not betrayed it
    upload.stopping.clear()
    upload.progress = lambda _: None
    sent = watch_parts(s3, monkeypatch)
    s3.send_upload(upload)
    assert 1 in sent
    assert len(sent) <= 2
    assert content(s3_server, s3_bucket) == Path(film).read_bytes()


def test_an_upload_the_server_forgot_begins_afresh(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: str
) -> None:
    upload = Upload.of(film, "film")
    break_off(s3, upload, after=1)
    record = upload.ledger.get("film") or {}
    s3_server.client().abort_multipart_upload(
        Bucket=s3_bucket, Key="film", UploadId=record["upload_id"]
    )
    upload.stopping.clear()
    upload.progress = lambda _: None
    s3.send_upload(upload)
    assert content(s3_server, s3_bucket) == Path(film).read_bytes()


def test_a_crash_right_after_completion_sends_nothing_again(
    s3: S3Connection, film: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = Upload.of(film, "film")
    monkeypatch.setattr(upload.ledger, "drop", lambda _: None)
    s3.send_upload(upload)
    monkeypatch.undo()
    assert upload.ledger.get("film")
    sent = watch_parts(s3, monkeypatch)
    s3.send_upload(upload)
    assert sent == []
    assert upload.ledger.records() == []


@pytest.mark.parametrize("vanish", [False, True])
def test_a_file_that_moves_on_is_not_published(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: str, vanish: bool
) -> None:
    upload = Upload.of(film, "film")

    def progress(_: int) -> None:
        if vanish:
            Path(film).unlink(missing_ok=True)
        else:
            os.truncate(film, SIZE - 1)

    upload.progress = progress
    with pytest.raises(SourceVanished if vanish else SourceChanged):
        s3.send_upload(upload)
    assert content_is_absent(s3_server, s3_bucket)
    assert uploads(s3_server, s3_bucket) == []
    assert upload.ledger.records() == []


def test_a_lost_server_keeps_parts_and_record(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: str
) -> None:
    upload = Upload.of(film, "film")
    upload.progress = lambda _: s3_server.kill()
    try:
        with pytest.raises(ConnectionLost):
            s3.send_upload(upload)
    finally:
        s3_server.start()
    assert upload.ledger.get("film")
    upload.progress = lambda _: None
    fresh = S3Connection(**s3_server.options(s3_bucket))
    fresh.open()
    fresh.send_upload(upload)
    fresh.close()
    assert content(s3_server, s3_bucket) == Path(film).read_bytes()
    assert uploads(s3_server, s3_bucket) == []
