"""Stat, read and fetch: looking at one object, and getting it back."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.recovery import Content
from skynet_desktop.connections.s3 import asking
from skynet_desktop.connections.s3.body import BLOCK
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.errors import is_past_the_end
from skynet_desktop.connections.s3.line import Answer
from skynet_desktop.connections.s3.metadata import mtime_of
from skynet_desktop.core.errors import PathBlocked, PathDenied, RemoteMissing
from skynet_desktop.core.reserved import MARK

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, HeadObjectOutputTypeDef


def stat(bucket: Bucket, remote_path: str) -> RemoteFile | None:
    """One request; tells the time too, which a listing does not."""
    key = bucket.key_there(remote_path)
    return None if key is None else look(bucket, key)


def look(bucket: Bucket, key: str) -> RemoteFile | None:
    """What is there now. A key that may not read gets it from a listing, without the time."""
    try:
        with bucket.translating():
            head = bucket.client.head_object(Bucket=bucket.name, Key=key)
    except RemoteMissing:
        return None
    except PathDenied:
        return _listed(bucket, key)
    return _described(key, head["ContentLength"], head)


def _listed(bucket: Bucket, key: str) -> RemoteFile | None:
    with bucket.on_path():
        page = bucket.client.list_objects_v2(Bucket=bucket.name, Prefix=key, MaxKeys=10)
    for item in page.get("Contents", []):
        if item["Key"] == key:
            return RemoteFile(key.rpartition("/")[2], item["Size"], None, item["ETag"].strip('"'))
    return None


@contextmanager
def read(bucket: Bucket, remote_path: str, offset: int, version: str) -> Iterator[Content]:
    """One request, and one more if there is nothing from ``offset`` on. One answer is of one
    version of the object, whatever happens to it meanwhile; length and, of a whole object that
    was put in one piece, checksum are verified at its end."""
    key = there(bucket, remote_path)
    if remote_path.endswith(MARK) and not version:  # every sign-in reads it
        mark = asking.small_object(bucket, key)
        if mark is not None:
            yield _content(key, mark, offset)
            return
    which: dict[str, Any] = {"VersionId": version} if version else {}
    answer = _answer(bucket, key, offset, which)
    if answer is None:
        with bucket.on_path():
            head = bucket.client.head_object(Bucket=bucket.name, Key=key, **which)
        yield Content(_described(key, head["ContentLength"], head), iter(()))
        return
    size = answer["ContentLength"]
    if offset:
        bucket.expect("ContentRange", answer)
        size = int(answer["ContentRange"].rpartition("/")[2])
    with closing(answer["Body"]) as body:
        yield Content(_described(key, size, answer), _blocks(bucket, body))


def _content(key: str, answer: Answer, offset: int) -> Content:
    if answer.status == 404:
        raise RemoteMissing("It is not in the bucket.")
    start = "x-amz-meta-"
    kept = {name.removeprefix(start): v for name, v in answer.headers.items() if start in name}
    tag = answer.headers["etag"].strip('"')
    file = RemoteFile(key.rpartition("/")[2], len(answer.body), mtime_of(kept), tag)
    rest = answer.body[offset:]
    return Content(file, iter((rest,) if rest else ()))


def _answer(
    bucket: Bucket, key: str, offset: int, which: dict[str, Any]
) -> GetObjectOutputTypeDef | None:
    """None if the object ends before ``offset``."""
    span = {"Range": f"bytes={offset}-"} if offset else {}
    with bucket.on_path():
        try:
            return bucket.client.get_object(Bucket=bucket.name, Key=key, **span, **which)  # type: ignore[arg-type]
        except ClientError as error:
            if is_past_the_end(error):
                return None
            raise


def _blocks(bucket: Bucket, body: StreamingBody) -> Iterator[bytes]:
    with bucket.translating():
        yield from body.iter_chunks(BLOCK)


def _described(
    key: str, size: int, about: HeadObjectOutputTypeDef | GetObjectOutputTypeDef
) -> RemoteFile:
    mtime_ns = mtime_of(about.get("Metadata", {}))
    return RemoteFile(key.rpartition("/")[2], size, mtime_ns, about["ETag"].strip('"'))


def there(bucket: Bucket, remote_path: str) -> str:
    """The key of a path that must be there. Raises ``RemoteMissing`` if no key can carry it."""
    key = bucket.key_there(remote_path)
    if key is None:
        raise RemoteMissing("It is not in the bucket.")
    return key


def fetch(bucket: Bucket, remote_path: str, dest_path: str) -> None:
    """Complete or not at all: it gets its name last. The time comes from the metadata."""
    dest = Path(dest_path)
    temporary = dest.with_name(f".skynet-{secrets.token_hex(8)}.part")
    with read(bucket, remote_path, 0, "") as content:
        dest.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                for block in content.blocks:
                    file.write(block)
            if content.file.mtime_ns is not None:
                os.utime(temporary, ns=(content.file.mtime_ns, content.file.mtime_ns))
            if os.path.lexists(dest):
                raise PathBlocked("Something has this name here already.")
            temporary.rename(dest)
        finally:
            temporary.unlink(missing_ok=True)
