"""A file as one request: read whole, looked at once more, sent with its checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, cast

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.s3.body import CheckedBytes, Valve, digest_bytes, send_checked
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.keeping import keep_replaced
from skynet_desktop.connections.s3.metadata import mtime_text, with_mtime
from skynet_desktop.connections.s3.parcel import Parcel
from skynet_desktop.connections.s3.parts import run_parts
from skynet_desktop.core.errors import (
    PathError,
    ServiceError,
    SourceChanged,
    Stopped,
    source_error,
)

AT_ONCE = 64 * 1024
"""Bytes that boto3 may send as one block. urllib3 gives a block as long as a connect may take,
so larger ones would fail on a slow line; and nothing could stop them."""
_ON_THEIR_WAY = 4 * 1024 * 1024
"""Bytes from one thread: what a broken link costs stays small, and so does memory."""
_PLACING = {
    "StorageClass": "x-amz-storage-class",
    "ServerSideEncryption": "x-amz-server-side-encryption",
}

Result = tuple[Upload, Exception | None]
Letter = tuple[Upload, str, str]
"""An upload, its key, and the key that what it replaces goes to, "" for nowhere."""


def send_small(bucket: Bucket, letters: Sequence[Letter]) -> Iterator[Result]:
    """Each upload once, in any order, with None or its own error. Raises errors of the service
    as a whole, and ``Stopped``. Nothing is published of a file that moved on."""
    check = letters[0][0].check  # a stop concerns all alike
    slow: list[Letter] = []
    quick: dict[Parcel, Letter] = {}
    for letter in letters:
        upload, key, kept = letter
        if kept or bucket.direct is None or bucket.wants_md5:
            slow.append(letter)
        else:
            quick[_parcel(bucket, upload, key)] = letter
    if bucket.direct is not None:
        for parcel, result in bucket.direct.put(list(quick), check, _ON_THEIR_WAY):
            upload = quick[parcel][0]
            if isinstance(result, PathError):
                yield upload, result
            elif result is None:
                slow.append(quick[parcel])
            else:
                _finish(upload, result)
                yield upload, None
    yield from _send_slowly(bucket, slow, check)


def _parcel(bucket: Bucket, upload: Upload, key: str) -> Parcel:
    headers = {"x-amz-meta-mtime": mtime_text(upload.state.mtime_ns)}
    headers |= {_PLACING[name]: value for name, value in bucket.placing.items()}

    def open_body() -> CheckedBytes:
        return CheckedBytes(_settled_content(upload), Valve(upload.check, upload.pace))

    return Parcel(key, open_body, headers)


def _finish(upload: Upload, tag: str) -> None:
    upload.tag = tag
    upload.progress(upload.state.size)


def _send_slowly(
    bucket: Bucket, letters: Sequence[Letter], check: Callable[[], None]
) -> Iterator[Result]:
    """By boto3, in threads of their own, so that a stop need not wait for a server that is slow
    to answer."""

    def work(
        number: int, _start: int, _length: int, check: Callable[[], None]
    ) -> tuple[Upload, str | Exception]:
        upload, key, kept = letters[number - 1]
        try:
            content = _settled_content(upload)
            if kept:
                new_tag = hashlib.md5(content, usedforsecurity=False).hexdigest()
                keep_replaced(bucket, key, kept, new_tag, check)
                check()
            return upload, _put(bucket, upload, key, content, check)
        except (Stopped, ServiceError):
            raise
        except Exception as error:
            return upload, error

    results: list[Result] = []

    def done(result: tuple[Upload, str | Exception]) -> None:
        upload, found = result
        if isinstance(found, str):
            _finish(upload, found)
        results.append((upload, None if isinstance(found, str) else found))

    if letters:
        run_parts([(number, 0, 0) for number in range(1, len(letters) + 1)], work, done, check)
    yield from results


def _put(
    bucket: Bucket, upload: Upload, key: str, content: bytes, check: Callable[[], None]
) -> str:
    """The ETag."""

    def request(checksums: dict[str, str]) -> dict[str, Any]:
        body: bytes | CheckedBytes = content
        if len(content) > AT_ONCE:
            body = CheckedBytes(content, Valve(check, upload.pace))
        else:
            upload.pace(len(content))
        with bucket.on_path():
            answer = bucket.client.put_object(
                Bucket=bucket.name,
                Key=key,
                Body=cast("IO[bytes] | bytes", body),
                Metadata=with_mtime(upload.state.mtime_ns),
                **checksums,  # type: ignore[arg-type]
                **bucket.placing,
            )
        return dict(answer)

    answer, _ = send_checked(bucket, lambda with_md5: digest_bytes(content, with_md5), request)
    return str(answer["ETag"]).strip('"')


def _settled_content(upload: Upload) -> bytes:
    """Raises ``SourceChanged`` before anything is published if the file moved on."""
    upload.check()
    content = _content(upload)
    upload.check_unchanged()
    return content


def _content(upload: Upload) -> bytes:
    try:
        with open(upload.src_path, "rb", buffering=0) as file:
            content = file.read(upload.state.size + 1)
            # One read may stop short of the end, on network file systems for one.
            while len(content) <= upload.state.size and (more := file.read(1 << 20)):
                content += more
    except OSError as error:
        raise source_error(error) from error
    if len(content) != upload.state.size:
        raise SourceChanged("The file changed while it was read.")
    upload.content.add(0, content)
    return content
