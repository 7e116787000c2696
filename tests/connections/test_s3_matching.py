"""Telling equal content by ETag, whoever uploaded it; and rclone reads our times."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.s3.metadata import mtime_of, mtime_text
from skynet_desktop.core.errors import SourceVanished
from tests.servers.seaweed import Seaweed

MTIME_NS = 1_700_000_000_123_456_789
SIZE = 17_000_000


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film"
    path.write_bytes(os.urandom(SIZE))
    os.utime(path, ns=(MTIME_NS, MTIME_NS))
    return path


def rclone(server: Seaweed, *arguments: str) -> str:
    options = server.options("")
    program = Path(sys.executable).with_name("rclone")
    environment = {
        **os.environ,
        "RCLONE_CONFIG": os.devnull,
        "RCLONE_CONFIG_S_TYPE": "s3",
        "RCLONE_CONFIG_S_PROVIDER": "SeaweedFS",
        "RCLONE_CONFIG_S_ENDPOINT": options["endpoint_url"],
        "RCLONE_CONFIG_S_ACCESS_KEY_ID": options["access_key_id"],
        "RCLONE_CONFIG_S_SECRET_ACCESS_KEY": options["secret_access_key"],
    }
    run = subprocess.run(
        [str(program), *arguments], env=environment, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def put_in_parts(server: Seaweed, bucket: str, content: bytes, step: int, mtime: str) -> None:
    client = server.client()
    begun = client.create_multipart_upload(Bucket=bucket, Key="film", Metadata={"mtime": mtime})
    sent = []
    for number, start in enumerate(range(0, len(content), step), 1):
        part = client.upload_part(
            Bucket=bucket,
            Key="film",
            UploadId=begun["UploadId"],
            PartNumber=number,
            Body=content[start : start + step],
        )
        sent.append({"PartNumber": number, "ETag": part["ETag"]})
    client.complete_multipart_upload(
        Bucket=bucket,
        Key="film",
        UploadId=begun["UploadId"],
        MultipartUpload={"Parts": sent},  # type: ignore[typeddict-item]
    )


@pytest.mark.parametrize("step", [5 << 20, 8 << 20, 15 << 20])
def test_parts_of_other_tools(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: Path, step: int
) -> None:
    put_in_parts(s3_server, s3_bucket, film.read_bytes(), step, "1")
    [remote] = s3.list("")
    assert remote.tag.endswith(f"-{-(-SIZE // step)}")
    assert s3.matches(str(film), "", remote)
    content = bytearray(film.read_bytes())
    content[-1] ^= 1
    film.write_bytes(content)
    assert not s3.matches(str(film), "", remote)


def test_odd_part_sizes_are_told_by_time(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: Path
) -> None:
    put_in_parts(s3_server, s3_bucket, film.read_bytes(), 6_000_001, mtime_text(MTIME_NS))
    [remote] = s3.list("")
    assert s3.matches(str(film), "", remote)
    os.utime(film, ns=(1, 1))
    assert not s3.matches(str(film), "", remote)


@pytest.mark.parametrize("content", [b"", b"hello"])
def test_a_plain_etag_is_proof_both_ways(s3: S3Connection, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    s3.send(str(path), "d/a")
    [remote] = s3.list("d")
    assert s3.matches(str(path), "d", remote)
    assert s3.matches(str(path), "/d/", remote)
    other = RemoteFile("a", len(content), None, "0" * 32)
    assert not s3.matches(str(path), "d", other), "the same time is no excuse"
    assert s3.matches(str(path), "d", RemoteFile("a", len(content), None, "opaque"))
    path.unlink()
    with pytest.raises(SourceVanished):
        s3.matches(str(path), "d", remote)


Answer = dict[str, Any]


@pytest.fixture
def kept(s3: S3Connection, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """What is laid over the server's answers about an object."""
    laid: Answer = {}
    real: Callable[..., Any] = s3._bucket.client.head_object
    monkeypatch.setattr(
        s3._bucket.client, "head_object", lambda **arguments: {**real(**arguments), **laid}
    )
    return laid


def base64_of(*digests: bytes) -> str:
    return base64.b64encode(b"".join(digests)).decode()


def crc32(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(4, "big")


def composite(content: bytes, digest: Callable[[bytes], bytes], step: int = 8 << 20) -> str:
    parts = [digest(content[start : start + step]) for start in range(0, len(content), step)]
    return f"{base64_of(digest(b''.join(parts)))}-{len(parts)}"


NO_CHECKSUMS = dict.fromkeys(("ChecksumCRC32", "ChecksumSHA1", "ChecksumSHA256"), "!")
OPAQUE = {"ETag": f'"{"0" * 32}"', "ServerSideEncryption": "aws:kms"}


@pytest.mark.parametrize(
    "checksum",
    [
        lambda content: {"ChecksumCRC32": base64_of(crc32(content))},
        lambda content: {"ChecksumSHA1": base64_of(hashlib.sha1(content).digest())},
        lambda content: {"ChecksumSHA256": base64_of(hashlib.sha256(content).digest())},
        lambda content: {"ChecksumCRC32": composite(content, crc32)},
        lambda content: {
            "ChecksumSHA256": composite(content, lambda part: hashlib.sha256(part).digest())
        },
    ],
    ids=["crc32", "sha1", "sha256", "crc32 of parts", "sha256 of parts"],
)
def test_encrypted_content_is_compared_by_its_checksum(
    s3: S3Connection, kept: Answer, film: Path, checksum: Callable[[bytes], Answer]
) -> None:
    s3.send(str(film), "film")
    kept.update(OPAQUE | NO_CHECKSUMS | checksum(film.read_bytes()))
    assert s3.same_content(str(film), "film")
    kept.update(checksum(film.read_bytes()[:-1] + b"?"))
    assert not s3.same_content(str(film), "film")


def test_what_proves_nothing_is_not_the_same(s3: S3Connection, kept: Answer, film: Path) -> None:
    """Size and time alone are no proof, nor is an ETag that encryption made meaningless."""
    s3.send(str(film), "film")
    for laid in (OPAQUE, {"ETag": '"opaque"'}, {"ETag": f'"{"0" * 32}-3"'}):
        kept.clear()
        kept.update(NO_CHECKSUMS | laid)
        assert not s3.same_content(str(film), "film")


def test_a_plain_etag_outweighs_a_checksum(s3: S3Connection, kept: Answer, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hello")
    s3.send(str(tmp_path / "a"), "a")
    kept.update({"ETag": f'"{"0" * 32}"', "ChecksumCRC32": base64_of(crc32(b"hello"))})
    assert not s3.same_content(str(tmp_path / "a"), "a")


@pytest.mark.parametrize("step", [5 << 20, 8 << 20, 15 << 20])
def test_same_content_in_parts_of_other_tools(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: Path, step: int
) -> None:
    put_in_parts(s3_server, s3_bucket, film.read_bytes(), step, "1")
    assert s3.same_content(str(film), "film")
    content = bytearray(film.read_bytes())
    content[-1] ^= 1
    film.write_bytes(content)
    assert not s3.same_content(str(film), "film")


def test_rclone_reads_our_mirror_and_we_read_its(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, film: Path, tmp_path: Path
) -> None:
    small = tmp_path / "sm all"
    small.write_bytes(b"hello")
    os.utime(small, ns=(MTIME_NS + 11, MTIME_NS + 11))
    s3.send(str(film), "ours/film")
    s3.send(str(small), "ours/sm all")
    seen = {
        item["Name"]: item
        for item in json.loads(rclone(s3_server, "lsjson", f"s:{s3_bucket}/ours"))
    }
    assert seen["film"]["ModTime"] == "2023-11-14T22:13:20.123456789Z"
    assert seen["sm all"]["ModTime"] == "2023-11-14T22:13:20.123456800Z"
    assert seen["film"]["Size"] == SIZE
    rclone(s3_server, "check", "--download", str(tmp_path), f"s:{s3_bucket}/ours")

    rclone(s3_server, "copy", "--s3-upload-cutoff", "6M", str(tmp_path), f"s:{s3_bucket}/theirs")
    theirs = {remote.path: remote for remote in s3.list("theirs")}
    assert s3.matches(str(film), "theirs", theirs["film"])
    assert s3.matches(str(small), "theirs", theirs["sm all"])
    s3.fetch("theirs/film", str(tmp_path / "back"))
    assert os.stat(tmp_path / "back").st_mtime_ns == MTIME_NS


@pytest.mark.parametrize(
    ("mtime_ns", "text"),
    [
        (1_700_000_000_123_456_789, "1700000000.123456789"),
        (1_700_000_000_500_000_000, "1700000000.5"),
        (1_700_000_000_000_000_000, "1700000000"),
        (10_000_000_000, "10"),
        (1, "0.000000001"),
        (0, "0"),
        (-1_500_000_000, "-1.5"),
    ],
)
def test_times_as_rclone_writes_them(mtime_ns: int, text: str) -> None:
    assert mtime_text(mtime_ns) == text
    assert mtime_of({"mtime": text}) == mtime_ns


@pytest.mark.parametrize("text", ["", "yesterday", "nan", "inf", "0x5"])
def test_no_time_is_read_from_nonsense(text: str) -> None:
    assert mtime_of({"mtime": text}) is None
    assert mtime_of({}) is None
