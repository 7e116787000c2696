"""Files of up to two parts: one request that reads from disk, and parts where that fails."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from skynet_desktop.connections.base import MemoryLedger, Upload
from skynet_desktop.connections.s3 import S3Connection, direct
from skynet_desktop.connections.s3.body import Digest
from skynet_desktop.connections.s3.parts import MIB
from skynet_desktop.core.content import hash_of_file
from skynet_desktop.core.errors import PathError, SourceChanged, SourceVanished
from tests.connections.test_s3_keeping import leaving
from tests.connections.test_s3_multipart import break_off, content, uploads, watch_parts
from tests.servers.seaweed import Seaweed


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film"
    path.write_bytes(os.urandom(14 * MIB + 5))
    return path


@pytest.fixture
def wrong_checksums(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server refuses all that goes the short way."""
    wrong = Digest("AAAAAA==", None, "0" * 64)
    monkeypatch.setattr(direct, "digest_body", lambda *_, **__: wrong)


def there(server: Seaweed, bucket: str) -> list[str]:
    answer = server.client().list_objects_v2(Bucket=bucket)
    return [item["Key"] for item in answer.get("Contents", [])]


@pytest.mark.parametrize("size", [8 * MIB + 1, 14 * MIB + 5, 16 * MIB])
def test_it_goes_by_one_request(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: Path, size: int
) -> None:
    film.write_bytes(os.urandom(size))
    told: list[int] = []
    paced: list[int] = []
    upload = Upload.of(str(film), "film")
    upload.progress, upload.pace = told.append, paced.append
    seen = leaving(s3)
    s3.send_upload(upload)
    assert seen == ["PutObject"]
    assert content(s3_server, s3_bucket) == film.read_bytes()
    assert upload.tag == hashlib.md5(film.read_bytes()).hexdigest()
    assert upload.content.of(size) == hash_of_file(str(film), lambda: None)
    assert told == [size] and sum(paced) == size


def test_one_that_is_larger_goes_in_parts(s3: S3Connection, film: Path) -> None:
    film.write_bytes(bytes(16 * MIB + 1))
    seen = leaving(s3)
    s3.send(str(film), "film")
    assert "CompleteMultipartUpload" in seen


@pytest.mark.parametrize("after", [1, 20, 55])
@pytest.mark.parametrize("change", ["touched", "longer", "shorter", "gone"])
def test_nothing_is_published_of_a_file_that_moves_on(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: Path, change: str, after: int
) -> None:
    blocks = 0

    def pace(_: int) -> None:
        nonlocal blocks
        blocks += 1
        if blocks != after:
            return
        if change == "gone":
            film.unlink()
        elif change == "touched":
            os.utime(film, ns=(1, 1))
        else:
            os.truncate(film, 15 * MIB if change == "longer" else 14 * MIB)

    upload = Upload.of(str(film), "film")
    upload.pace = pace
    with pytest.raises(SourceVanished if change == "gone" else SourceChanged):
        s3.send_upload(upload)
    assert blocks >= after
    assert there(s3_server, s3_bucket) == []
    assert uploads(s3_server, s3_bucket) == []


def test_content_that_changes_between_the_two_readings_is_refused(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: Path
) -> None:
    """Such as a write through a memory map, which may leave size and times alone."""
    first = film.read_bytes()
    state = film.stat()

    def pace(_: int) -> None:
        with open(film, "r+b") as file:
            file.seek(13 * MIB)
            file.write(b"other")
        os.utime(film, ns=(state.st_atime_ns, state.st_mtime_ns))
        upload.state = type(upload.state).of(os.stat(film))  # as if nothing showed

    upload = Upload.of(str(film), "film")
    upload.pace = pace
    s3.send_upload(upload)
    assert content(s3_server, s3_bucket) == film.read_bytes() != first


@pytest.mark.usefixtures("wrong_checksums")
def test_what_the_short_way_cannot_do_goes_in_parts(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: Path
) -> None:
    upload = Upload.of(str(film), "film")
    s3.send_upload(upload)
    assert content(s3_server, s3_bucket) == film.read_bytes()
    assert upload.tag.endswith("-2")
    assert isinstance(upload.ledger, MemoryLedger) and not upload.ledger.records()


def test_parts_that_are_there_are_not_sent_again(
    s3: S3Connection,
    s3_server: Seaweed,
    s3_bucket: str,
    film: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Begun in parts because the short way failed, and cut off: it goes on in parts."""
    way = s3._bucket.direct
    assert way is not None
    way._misses = 99
    upload = Upload.of(str(film), "film")
    break_off(s3, upload, after=1)
    way._misses = 0
    sent = watch_parts(s3, monkeypatch)
    again = Upload.of(str(film), "film")
    again.ledger = upload.ledger
    s3.send_upload(again)
    assert len(sent) <= 1
    assert content(s3_server, s3_bucket) == film.read_bytes()
    assert uploads(s3_server, s3_bucket) == []


@pytest.mark.usefixtures("wrong_checksums")
def test_an_error_of_the_parts_is_the_files_own(
    s3: S3Connection, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = film.with_name("small")
    small.write_bytes(b"small")

    def refuse(**_: object) -> None:
        raise PathError("No.")

    monkeypatch.setattr(s3._bucket.client, "create_multipart_upload", refuse)
    both = [Upload.of(str(film), "film"), Upload.of(str(small), "small")]
    found = {upload.remote_path: error for upload, error in s3.send_batch(both)}
    assert found["small"] is None and str(found["film"]) == "No."
