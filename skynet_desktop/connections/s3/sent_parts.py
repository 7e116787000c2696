"""The parts of one upload: those that are there already, and those that are sent.

What is there is proven by the local bytes, read once more; the rest goes by the short way, and
what that cannot do, by boto3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, cast

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.s3.body import Stretch, Valve, digest_body, send_checked
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.orphans import ListedPart
from skynet_desktop.connections.s3.parcel import Parcel
from skynet_desktop.connections.s3.parts import THREADS, cut, run_parts
from skynet_desktop.connections.s3.record import Record
from skynet_desktop.connections.s3.signing import quoted
from skynet_desktop.core.errors import PathError

Part = tuple[int, int, int]
"""Number from 1, offset, length."""


@dataclass(frozen=True, slots=True)
class SentPart:
    number: int
    length: int
    etag: str
    crc32: str


def send_parts(
    bucket: Bucket, upload: Upload, record: Record, there: Mapping[int, ListedPart]
) -> list[SentPart]:
    """All of them, in order. ``there`` are those of a former attempt, by number."""
    parts = list(cut(record.size, record.part_size))
    sent: dict[int, SentPart] = {}
    total = 0

    def done(part: SentPart | None) -> None:
        nonlocal total
        if part is not None:
            sent[part.number] = part
            total += part.length
            upload.progress(total)

    def known(number: int, start: int, length: int, check: Callable[[], None]) -> SentPart | None:
        with _open(upload, start, length, check) as body:
            return _proven(there[number], number, body)

    def send(number: int, start: int, length: int, check: Callable[[], None]) -> SentPart:
        with _open(upload, start, length, check) as body:
            return _sent(bucket, record, number, body)

    run_parts([part for part in parts if part[0] in there], known, done, upload.check)
    _send_directly(bucket, upload, record, [part for part in parts if part[0] not in sent], done)
    run_parts([part for part in parts if part[0] not in sent], send, done, upload.check)
    return sorted(sent.values(), key=lambda part: part.number)


def _open(upload: Upload, start: int, length: int, check: Callable[[], None]) -> Stretch:
    return Stretch(upload.src_path, start, length, Valve(check, upload.pace))


def _send_directly(
    bucket: Bucket,
    upload: Upload,
    record: Record,
    parts: list[Part],
    done: Callable[[SentPart], None],
) -> None:
    """Those for which it works."""
    if bucket.direct is None or bucket.wants_md5:
        return
    parcels: dict[Parcel, Part] = {}
    for number, start, length in parts:
        query = f"partNumber={number}&uploadId={quoted(record.upload_id, but='')}"
        body = partial(_open, upload, start, length, upload.check)
        parcels[Parcel(record.key, body, query=query)] = number, start, length
    at_once = THREADS * record.part_size
    with closing(bucket.direct.put(list(parcels), upload.check, at_once)) as answers:
        for parcel, tag in answers:
            if isinstance(tag, PathError):
                raise tag
            if tag is not None:
                number, _, length = parcels[parcel]
                done(SentPart(number, length, tag, parcel.crc32))


def _proven(listed: ListedPart, number: int, body: Stretch) -> SentPart | None:
    """The part, if it has these bytes. Where an ETag is no MD5 (some encryption) and no CRC32
    is listed it is sent again: that costs time, a wrong guess would cost content."""
    if listed.size != len(body):
        return None
    digest = digest_body(body, with_md5=not listed.crc32)
    if listed.crc32:
        holds = listed.crc32 == digest.crc32
    else:
        holds = digest.md5 is not None and listed.etag == digest.md5.hex()
    return SentPart(number, listed.size, listed.etag, digest.crc32) if holds else None


def _sent(bucket: Bucket, record: Record, number: int, body: Stretch) -> SentPart:
    """By boto3."""

    def put(checksums: dict[str, str]) -> dict[str, Any]:
        body.seek(0)
        with bucket.on_path():
            answer = bucket.client.upload_part(
                Bucket=bucket.name,
                Key=record.key,
                UploadId=record.upload_id,
                PartNumber=number,
                Body=cast("IO[bytes]", body),
                **checksums,  # type: ignore[arg-type]
            )
        return dict(answer)

    answer, digest = send_checked(bucket, partial(digest_body, body), put)
    return SentPart(number, len(body), str(answer["ETag"]).strip('"'), digest.crc32)
