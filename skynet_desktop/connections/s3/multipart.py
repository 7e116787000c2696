"""A large file in parts that survive a crash: at most the parts on their way are lost.

The server's ListParts is the truth about what is there; the ledger only tells which upload
to ask about. A part that is there is not sent again if the local bytes have its checksum.
They are read once more for that, because an unchanged size and time prove nothing after a
power loss or a write through a memory map, and reading is many times faster than sending.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.s3 import orphans
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.errors import upload_is_gone
from skynet_desktop.connections.s3.keeping import keep_replaced
from skynet_desktop.connections.s3.metadata import with_mtime
from skynet_desktop.connections.s3.orphans import ListedPart
from skynet_desktop.connections.s3.parts import part_size, run_parts
from skynet_desktop.connections.s3.reading import look
from skynet_desktop.connections.s3.record import Record
from skynet_desktop.connections.s3.sent_parts import SentPart, send_parts
from skynet_desktop.core.errors import PathError, SourceChanged, SourceVanished

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef


def send_large(bucket: Bucket, upload: Upload, key: str, kept: str) -> None:
    """Continues where a former attempt at this version of the file ended. What is replaced
    goes to the key ``kept``, "" for nowhere.

    On ``Stopped`` and on errors of the service the parts and the record stay; when the file
    changed or vanished both go.
    """
    record = Record.of(upload.ledger.get(upload.remote_path))
    if record is not None and _is_published(bucket, upload, key, record):
        _finish(upload, record.etag)
        return
    record, there = _resumed(bucket, upload, key, record) or (_begin(bucket, upload, key), {})
    try:
        sent = send_parts(bucket, upload, record, there)
        upload.check_unchanged()
    except (SourceChanged, SourceVanished):
        orphans.forget(bucket, upload.ledger, upload.remote_path, record)
        raise
    _finish(upload, _complete(bucket, upload, record, sent, kept))


def _is_published(bucket: Bucket, upload: Upload, key: str, record: Record) -> bool:
    """Whether only the last word of a former attempt was lost."""
    if not record.etag or not record.continues(key, upload.state):
        return False
    return _etag_there(bucket, record) == record.etag


def _finish(upload: Upload, tag: str) -> None:
    upload.tag = tag
    upload.ledger.drop(upload.remote_path)
    upload.progress(upload.state.size)


def _resumed(
    bucket: Bucket, upload: Upload, key: str, record: Record | None
) -> tuple[Record, dict[int, ListedPart]] | None:
    """The upload to continue and its parts; None if a new one must begin."""
    if record is None:
        return None
    if record.continues(key, upload.state):
        there = orphans.parts_there(bucket, key, record.upload_id)
        if there is not None:
            return record, there
    orphans.forget(bucket, upload.ledger, upload.remote_path, record)
    return None


def _begin(bucket: Bucket, upload: Upload, key: str) -> Record:
    state = upload.state
    record = Record(
        key, time.time(), state.size, state.mtime_ns, state.ctime_ns, part_size(state.size)
    )
    upload.ledger.put(upload.remote_path, record.to_ledger())
    try:
        with bucket.on_path():
            answer = bucket.client.create_multipart_upload(
                Bucket=bucket.name,
                Key=key,
                ChecksumAlgorithm="CRC32",
                Metadata=with_mtime(state.mtime_ns),
                **bucket.placing,
            )
    except PathError:
        upload.ledger.drop(upload.remote_path)  # the server said no: nothing was begun
        raise
    if answer["ResponseMetadata"].get("RetryAttempts"):
        orphans.abort_others(bucket, record, answer["UploadId"])  # a first answer was lost
    record = replace(record, upload_id=answer["UploadId"])
    upload.ledger.put(upload.remote_path, record.to_ledger())
    return record


def _complete(
    bucket: Bucket, upload: Upload, record: Record, sent: Sequence[SentPart], kept: str
) -> str:
    """The ETag."""
    record = replace(record, etag=etag_of_parts([part.etag for part in sent]))
    upload.ledger.put(upload.remote_path, record.to_ledger())
    _keep(bucket, upload, record, kept)
    parts: list[CompletedPartTypeDef] = [
        {"PartNumber": part.number, "ETag": part.etag, "ChecksumCRC32": part.crc32} for part in sent
    ]
    with bucket.on_path():
        try:
            answer = bucket.client.complete_multipart_upload(
                Bucket=bucket.name,
                Key=record.key,
                UploadId=record.upload_id,
                MultipartUpload={"Parts": parts},
            )
            etag = answer["ETag"].strip('"')
        except ClientError as error:
            if not upload_is_gone(error):
                raise
            etag = record.etag  # a first answer was lost, and boto3 asked again
    if not etag or _etag_there(bucket, record) != etag:
        raise PathError("The storage did not put the parts together; the file is sent again.")
    return etag


def _keep(bucket: Bucket, upload: Upload, record: Record, kept: str) -> None:
    """In a thread, as everything that may take long: a stop need not wait for it."""

    def work(_number: int, _start: int, _length: int, check: Callable[[], None]) -> None:
        keep_replaced(bucket, record.key, kept, record.etag, check)

    if kept:
        run_parts([(1, 0, 0)], work, lambda _: None, upload.check)


def _etag_there(bucket: Bucket, record: Record) -> str | None:
    """The ETag of the object if it has the file's size."""
    found = look(bucket, record.key)
    return found.tag if found is not None and found.size == record.size else None


def etag_of_parts(etags: Sequence[str]) -> str:
    """The ETag of the whole: MD5 of the parts' MD5s, and their number; "" where the parts'
    ETags are no MD5s."""
    try:
        joined = b"".join(bytes.fromhex(etag) for etag in etags)
    except ValueError:
        return ""
    if len(joined) != 16 * len(etags):
        return ""
    return f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(etags)}"
