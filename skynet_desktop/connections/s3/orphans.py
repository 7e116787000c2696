"""Unfinished uploads of ours are aborted: their parts would be billed for ever.

Nothing else is: an upload is ours if the ledger names its id, or if it is of exactly the
key, and not older than the moment, at which a record says we were about to begin one, or if it
is of a key in our own folder: a large copy to the trash that was cut off.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError

from skynet_desktop.connections.base import Ledger
from skynet_desktop.connections.s3 import asking
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.errors import upload_is_gone
from skynet_desktop.connections.s3.listing import folder_prefix
from skynet_desktop.connections.s3.record import Record
from skynet_desktop.core.errors import PathDenied, PathError
from skynet_desktop.core.reserved import RESERVED

CLOCK_SLACK = 15 * 60
"""Seconds our clock may differ from the server's: beyond that S3 refuses all requests."""
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class ListedPart:
    """A part the server confirms. ``crc32`` is "" where the server does not list it."""

    size: int
    etag: str
    crc32: str = ""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """``begun`` in seconds since 1970, by the server's clock."""

    key: str
    upload_id: str
    begun: float


def parts_there(bucket: Bucket, key: str, upload_id: str) -> dict[int, ListedPart] | None:
    """By number, what the server holds; None if it does not know the upload, or does not let
    our access key look: then it cannot go on, but begin anew."""
    found: dict[int, ListedPart] = {}
    pages = bucket.client.get_paginator("list_parts")
    try:
        with bucket.on_path():
            for page in pages.paginate(Bucket=bucket.name, Key=key, UploadId=upload_id):
                for part in page.get("Parts", []):
                    found[part["PartNumber"]] = ListedPart(
                        part["Size"], part["ETag"].strip('"'), part.get("ChecksumCRC32", "")
                    )
    except PathDenied:
        return None
    except PathError as error:
        if isinstance(error.__cause__, ClientError) and upload_is_gone(error.__cause__):
            return None
        raise
    return found


def abort(bucket: Bucket, key: str, upload_id: str) -> None:
    """Returns when the server holds no part any more. A part that was on its way may
    outlive an abort (Amazon's words), so it is looked for. Idempotent."""
    for _ in range(ATTEMPTS):
        with bucket.on_path():
            try:
                bucket.client.abort_multipart_upload(
                    Bucket=bucket.name, Key=key, UploadId=upload_id
                )
            except ClientError as error:
                if not upload_is_gone(error):
                    raise
        if not parts_there(bucket, key, upload_id):
            return
    raise PathError("The parts of an unfinished upload cannot be removed at the moment.")


def forget(bucket: Bucket, ledger: Ledger, remote_path: str, record: Record) -> None:
    """Abort what the record stands for; then, and only then, drop it."""
    if record.upload_id:
        abort(bucket, record.key, record.upload_id)
    else:
        for upload_id in list(_begun_unrecorded(bucket, record)):
            abort(bucket, record.key, upload_id)
    ledger.drop(remote_path)


def abort_others(bucket: Bucket, record: Record, upload_id: str) -> None:
    """boto3 asked again because an answer was lost: what the first request began is ours too."""
    for other in list(_begun_unrecorded(bucket, record)):
        if other != upload_id:
            abort(bucket, record.key, other)


def clean_up(bucket: Bucket, remote_dir: str, ledger: Ledger, keep: Callable[[str], bool]) -> None:
    """As the contract says. A path that fails keeps its record, the others go on, and the
    first such error is raised at the end."""
    failed: PathError | None = None
    _clean_our_folder(bucket, remote_dir)
    below = f"{remote_dir.strip('/')}/".lstrip("/")
    for remote_path, stored in ledger.records():
        if not remote_path.lstrip("/").startswith(below) or keep(remote_path):
            continue
        record = Record.of(stored)
        if record is None:
            continue  # another connection's
        try:
            forget(bucket, ledger, remote_path, record)
        except PathError as error:
            failed = failed or error
    if failed is not None:
        raise failed


def _clean_our_folder(bucket: Bucket, remote_dir: str) -> None:
    """As far as the access key may look for what is left there, and the service offers it."""
    prefix = folder_prefix(bucket, f"{remote_dir.strip('/')}/{RESERVED}")
    if prefix is None:
        return
    if asking.has_no_uploads(bucket, prefix):
        return
    with contextlib.suppress(PathError):
        for upload in list(_unfinished(bucket, prefix)):
            abort(bucket, upload.key, upload.upload_id)


def _begun_unrecorded(bucket: Bucket, record: Record) -> Iterator[str]:
    """Ids of the uploads that a crash kept us from writing down."""
    for upload in _unfinished(bucket, record.key):
        if upload.key == record.key and upload.begun >= record.begun - CLOCK_SLACK:
            yield upload.upload_id


def _unfinished(bucket: Bucket, prefix: str) -> Iterator[Unfinished]:
    # XML cannot hold control characters, so names with one are asked for in URL encoding.
    # Not always: SeaweedFS says it encodes and does not, which only harms a "%" or "+".
    odd = any(ord(char) < 32 for char in prefix)
    extra = {"EncodingType": "url"} if odd else {}
    pages = bucket.client.get_paginator("list_multipart_uploads")
    with bucket.on_path():
        for page in pages.paginate(Bucket=bucket.name, Prefix=prefix, **extra):  # type: ignore[arg-type]
            encoded = page.get("EncodingType") == "url"
            for upload in page.get("Uploads", []):
                key = unquote_plus(upload["Key"]) if encoded else upload["Key"]
                yield Unfinished(key, upload["UploadId"], upload["Initiated"].timestamp())
