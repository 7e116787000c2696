"""A file as one request, sent with its checksum, and looked at once more before it is whole there.

Up to a part's size it is read into memory first. One of up to two parts is read from disk while
it leaves: as parts it would need five requests. If that does not go smoothly, it goes in parts.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, cast

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.s3 import multipart
from skynet_desktop.connections.s3.body import (
    CheckedBytes,
    Stretch,
    Valve,
    digest_bytes,
    send_checked,
)
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.keeping import keep_replaced
from skynet_desktop.connections.s3.metadata import mtime_text, with_mtime
from skynet_desktop.connections.s3.parcel import Body, Parcel
from skynet_desktop.connections.s3.parts import PART_SIZE, run_parts
from skynet_desktop.core.errors import (
    PathError,
    ServiceError,
    SourceChanged,
    Stopped,
    source_error,
)
from skynet_desktop.core.files import READ_ONLY

IN_MEMORY = PART_SIZE
MOST = 2 * PART_SIZE
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


def is_small(bucket: Bucket, upload: Upload, kept: str) -> bool:
    """Whether :func:`send_small` is the way for it."""
    if upload.state.size <= IN_MEMORY:
        return True
    return upload.state.size <= MOST and not kept and _has_short_way(bucket)


def _has_short_way(bucket: Bucket) -> bool:
    return bucket.direct is not None and bucket.direct.is_of_use and not bucket.wants_md5


def send_small(bucket: Bucket, letters: Sequence[Letter]) -> Iterator[Result]:
    """Each upload once, in any order, with None or its own error. Raises errors of the service
    as a whole, and ``Stopped``. Nothing is published of a file that moved on."""
    check = letters[0][0].check  # a stop concerns all alike
    slow: list[Letter] = []
    quick: dict[Parcel, Letter] = {}
    for letter in letters:
        upload, key, kept = letter
        if _has_short_way(bucket) and not kept:
            quick[_parcel(bucket, upload, key)] = letter
        else:
            slow.append(letter)
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
    in_memory = [letter for letter in slow if letter[0].state.size <= IN_MEMORY]
    in_parts = [letter for letter in slow if letter[0].state.size > IN_MEMORY]
    yield from _send_slowly(bucket, in_memory, check)
    for upload, key, kept in in_parts:
        try:
            multipart.send_large(bucket, upload, key, kept)
        except PathError as error:
            yield upload, error
        else:
            yield upload, None


class _WholeFile(Stretch):
    """Its last block leaves if the file is still what it was, so nothing else is published."""

    def __init__(self, upload: Upload) -> None:
        valve = Valve(upload.check, upload.pace)
        super().__init__(upload.src_path, 0, upload.state.size, valve)
        self._upload = upload

    def read(self, size: int | None = -1) -> bytes:
        start = self.tell()
        block = super().read(size)
        self._upload.content.add(start, block)
        if self.valve.leaving and self.tell() == len(self):
            self._upload.check_unchanged()
        return block


def _parcel(bucket: Bucket, upload: Upload, key: str) -> Parcel:
    headers = {"x-amz-meta-mtime": mtime_text(upload.state.mtime_ns)}
    headers |= {_PLACING[name]: value for name, value in bucket.placing.items()}

    def open_body() -> Body:
        if upload.state.size > IN_MEMORY:
            return _WholeFile(upload)
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
    size = upload.state.size
    try:
        # Not open(): it asks for the file's kind once more, and each call to the system gives
        # Python's lock to another thread.
        fd = os.open(upload.src_path, READ_ONLY)
        try:
            content = os.read(fd, size + 1)
            # One read may stop short of the end, on network file systems for one.
            while len(content) < size and (more := os.read(fd, size + 1 - len(content))):
                content += more
        finally:
            os.close(fd)
    except OSError as error:
        raise source_error(error) from error
    if len(content) != upload.state.size:
        raise SourceChanged("The file changed while it was read.")
    upload.content.add(0, content)
    return content
