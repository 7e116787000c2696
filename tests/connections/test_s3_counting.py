"""Every request that leaves is counted, by what it costs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import botocore.session
import pytest

from skynet_desktop.connections.base import MemoryLedger, Upload
from skynet_desktop.connections.recovery import CountsRequests, RequestKind
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.s3.counting import kind_of
from skynet_desktop.core.errors import ConnectionLost
from tests.servers.seaweed import Seaweed

PUT, LIST, GET, DELETE = (
    RequestKind.PUT,
    RequestKind.LIST,
    RequestKind.GET,
    RequestKind.DELETE,
)
Counts = Counter[RequestKind]
Opened = tuple[S3Connection, Counts]


@pytest.fixture
def counted(s3_server: Seaweed, s3_bucket: str) -> Iterator[Opened]:
    connection = S3Connection(**s3_server.options(s3_bucket))
    assert isinstance(connection, CountsRequests)
    found: Counts = Counter()
    connection.on_request = lambda kind: found.update([kind])
    connection.open()
    assert found == {LIST: 1}
    found.clear()
    yield connection, found
    connection.close()


def test_each_act_by_its_kinds(counted: Opened, tmp_path: Path) -> None:
    s3, found = counted
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x")
    large.write_bytes(os.urandom(17_000_000))
    kept = Upload.of(str(small), "small")
    kept.keep_as = "kept"
    acts: list[tuple[Callable[[], object], dict[RequestKind, int]]] = [
        (lambda: s3.send(str(small), "small"), {PUT: 1}),
        (lambda: s3.send(str(large), "large"), {PUT: 5, GET: 1}),  # begin, 3 parts, end, look
        (lambda: list(s3.list("")), {LIST: 1}),
        (lambda: s3.stat("small"), {GET: 1}),
        (lambda: s3.same_content(str(large), "large"), {GET: 1}),
        (lambda: s3.fetch("small", str(tmp_path / "back")), {GET: 1}),
        (lambda: s3.keeps_versions(), {GET: 1}),
        (lambda: list(s3.versions("")), {LIST: 1}),
        (lambda: s3.move("small", "moved"), {GET: 1, PUT: 1, DELETE: 1}),
        (lambda: s3.set_time("moved", 5), {GET: 1, PUT: 1}),
        (lambda: list(s3.delete_batch(["moved", "large"])), {DELETE: 1}),
        (lambda: s3.delete("large"), {DELETE: 1}),
        (lambda: s3.send_upload(kept), {GET: 1, PUT: 1}),
        (lambda: s3.clean_up("", MemoryLedger(), lambda _: True), {LIST: 1}),
    ]
    for number, (act, expected) in enumerate(acts):
        found.clear()
        act()
        assert found == expected, f"act {number}"


def test_attempts_are_counted_too(counted: Opened, s3_server: Seaweed, tmp_path: Path) -> None:
    s3, found = counted
    s3_server.kill()
    try:
        with pytest.raises(ConnectionLost):
            list(s3.list(""))
    finally:
        s3_server.start()
    assert found == {LIST: 2 + 3}, "by the kept line, by a new one, three by boto3"


def test_nobody_need_count(s3: S3Connection, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    s3.send(str(tmp_path / "a"), "a")
    assert [file.path for file in s3.list("")] == ["a"]


def test_every_operation_has_a_kind() -> None:
    names = botocore.session.Session().get_service_model("s3").operation_names
    kinds = {name: kind_of(name) for name in names}
    assert {name for name, kind in kinds.items() if kind is DELETE} == {
        name for name in names if name.startswith(("Delete", "Abort"))
    }
    for name, kind in (
        ("ListParts", LIST),
        ("ListMultipartUploads", LIST),
        ("HeadObject", GET),
        ("GetBucketVersioning", GET),
        ("CompleteMultipartUpload", PUT),
        ("UploadPartCopy", PUT),
        ("CopyObject", PUT),
        ("DeleteObjects", DELETE),
        ("AbortMultipartUpload", DELETE),
    ):
        assert kinds[name] is kind
