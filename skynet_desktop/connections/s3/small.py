"""A file as one request: read whole, looked at once more, sent with its checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import IO, Any, cast

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.s3.body import CheckedBytes, Valve, digest_bytes, send_checked
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.keeping import keep_replaced
from skynet_desktop.connections.s3.metadata import mtime_text, with_mtime
from skynet_desktop.connections.s3.parts import run_parts
from skynet_desktop.core.errors import SourceChanged, source_error

AT_ONCE = 64 * 1024
"""Bytes that may leave as one block. urllib3 gives a block as long as a connect may take,
so larger ones would fail on a slow line; and nothing could stop them."""


def send_small(bucket: Bucket, upload: Upload, key: str, kept: str) -> None:
    """Raises ``SourceChanged`` before anything is published if the file moved on. What is
    replaced goes to the key ``kept``, "" for nowhere.

    It leaves in a thread of its own, so that a stop need not wait for a server that is slow
    to answer: the system takes a file of this size at once, long before it is there.
    """
    content = _content(upload)
    upload.check_unchanged()

    def work(_number: int, _start: int, _length: int, check: Callable[[], None]) -> str:
        if kept:
            new_tag = hashlib.md5(content, usedforsecurity=False).hexdigest()
            keep_replaced(bucket, key, kept, new_tag, check)
            check()
        return _put(bucket, upload, key, content, check)

    def done(tag: str) -> None:
        upload.tag = tag
        upload.progress(len(content))

    run_parts([(1, 0, len(content))], work, done, upload.check)


def _put(
    bucket: Bucket, upload: Upload, key: str, content: bytes, check: Callable[[], None]
) -> str:
    """The ETag."""
    if len(content) <= AT_ONCE and bucket.direct is not None and not bucket.wants_md5:
        upload.pace(len(content))
        crc32, mtime = digest_bytes(content, False).crc32, mtime_text(upload.state.mtime_ns)
        if tag := bucket.direct.put(key, content, crc32, mtime, bucket.placing):
            return tag

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
