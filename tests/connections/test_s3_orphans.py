"""Unfinished uploads are aborted, ours alone; and how parts are cut and run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from skynet_desktop.connections.base import MemoryLedger
from skynet_desktop.connections.s3 import S3Connection, orphans
from skynet_desktop.connections.s3.multipart import etag_of_parts
from skynet_desktop.connections.s3.parts import MIB, cut, part_size, run_parts
from skynet_desktop.core.errors import PathError
from tests.connections.test_s3_multipart import uploads
from tests.servers.seaweed import Seaweed


@pytest.mark.parametrize("name", ["film", "a b+c%25", "n\nl"])
def test_a_crash_between_beginning_and_knowing_the_id(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, name: str
) -> None:
    client = s3_server.client()
    others = [f"{name}2", f"{name}/x", "other"]
    for key in (*others, name):
        client.create_multipart_upload(Bucket=s3_bucket, Key=key)
    ledger = MemoryLedger()
    ledger.put(name, {"key": name, "begun": time.time() + 3600.0})
    s3.clean_up("", ledger, lambda _: False)
    assert uploads(s3_server, s3_bucket) == sorted([*others, name]), "it was begun long before"
    ledger.put(name, {"key": name, "begun": time.time()})
    s3.clean_up("", ledger, lambda _: False)
    assert uploads(s3_server, s3_bucket) == sorted(others)
    assert ledger.records() == []


def test_clean_up_knows_whose_and_where(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str
) -> None:
    client = s3_server.client()
    ledger = MemoryLedger()
    for key in ("a/gone", "a/kept", "ab/elsewhere", "a/theirs"):
        answer = client.create_multipart_upload(Bucket=s3_bucket, Key=key)
        client.upload_part(
            Bucket=s3_bucket, Key=key, UploadId=answer["UploadId"], PartNumber=1, Body=b"part"
        )
        if key != "a/theirs":
            ledger.put(f"/{key}", {"key": key, "begun": 1.0, "upload_id": answer["UploadId"]})
    ledger.put("/a/sftp", {"temp": "of another connection"})
    s3.clean_up("/a", ledger, lambda path: path == "/a/kept")
    assert uploads(s3_server, s3_bucket) == ["a/kept", "a/theirs", "ab/elsewhere"]
    assert sorted(path for path, _ in ledger.records()) == ["/a/kept", "/a/sftp", "/ab/elsewhere"]


def test_an_abort_that_leaves_parts_is_repeated_and_the_record_stays(
    s3: S3Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = MemoryLedger()
    ledger.put("film", {"key": "film", "begun": 1.0, "upload_id": "gone"})
    left = {1: orphans.ListedPart(5, "etag")}
    answers = iter([left, left, left, left, None])
    monkeypatch.setattr(orphans, "parts_there", lambda *_: next(answers))
    with pytest.raises(PathError, match="cannot be removed"):
        s3.clean_up("", ledger, lambda _: False)
    assert ledger.get("film")
    s3.clean_up("", ledger, lambda _: False)
    assert ledger.records() == []


@pytest.mark.parametrize(
    ("size", "step"),
    [
        (8 * MIB + 1, 8 * MIB),
        (80_000 * MIB, 8 * MIB),
        (80_000 * MIB + 1, 9 * MIB),
        (5 * 10**12, 477 * MIB),
        (5 << 40, 525 * MIB),
    ],
)
def test_part_sizes(size: int, step: int) -> None:
    assert part_size(size) == step
    assert -(-size // step) <= 10_000
    if size < 1 << 30:
        assert sum(length for _, _, length in cut(size, step)) == size


def test_the_first_failing_part_ends_them_all() -> None:
    done: list[int] = []

    def work(number: int, start: int, length: int, check: Callable[[], None]) -> int:
        if number == 2:
            raise PathError("no")
        return number

    jobs = list(cut(100, 1))
    with pytest.raises(PathError, match="no"):
        run_parts(jobs, work, done.append, lambda: None)
    assert len(done) < 100
    assert not [thread for thread in threading.enumerate() if thread.name == "s3-part"]


def test_etags_that_are_no_md5_foretell_nothing() -> None:
    assert etag_of_parts(["x"]) == ""
    assert etag_of_parts(["abcd"]) == ""
