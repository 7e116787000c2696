"""Copy, move and set_time: all of them copies at the server, bytes never come here.

CopyObject takes up to 5 GB by Amazon's rule. We stop far below, because a private server
may take a minute for as much and tell nothing meanwhile; above, ranges are copied into a
multipart upload. Every copy names the ETag it means, so that no mixture of two versions
comes out if somebody replaces the source meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skynet_desktop.connections.s3 import orphans
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.metadata import with_mtime
from skynet_desktop.connections.s3.parts import MIB, cut, part_size, run_parts
from skynet_desktop.core.errors import PathError, RemoteMissing

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, HeadObjectOutputTypeDef

COPY_WHOLE = 1024 * MIB
COPY_PART = 128 * MIB
KEPT_HEADERS = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "WebsiteRedirectLocation",
)


@dataclass(frozen=True)
class Source:
    """One version of an object, with all that a copy of it must keep."""

    key: str
    size: int
    etag: str
    about: dict[str, Any]

    def arguments(self, bucket: Bucket) -> dict[str, Any]:
        return {
            "CopySource": {"Bucket": bucket.name, "Key": self.key},
            "CopySourceIfMatch": self.etag,
        }


def copy(bucket: Bucket, remote_src: str, remote_dest: str) -> None:
    """Onto itself: nothing, but ``RemoteMissing`` if it is not there."""
    source = _source(bucket, remote_src)
    dest = bucket.key(remote_dest)
    if dest != source.key:
        copy_to(bucket, source, dest, lambda: None)


def copy_to(bucket: Bucket, source: Source, dest: str, check: Callable[[], None]) -> None:
    """``check`` is called between parts and may raise."""
    check()
    if source.size <= COPY_WHOLE:
        with bucket.on_path():
            bucket.client.copy_object(
                Bucket=bucket.name, Key=dest, **source.arguments(bucket), **bucket.placing
            )
    else:
        _copy_parts(bucket, source, dest, check)


def move(bucket: Bucket, remote_src: str, remote_dest: str) -> None:
    copy(bucket, remote_src, remote_dest)
    src = bucket.key_there(remote_src)
    if src is not None and src != bucket.key(remote_dest):
        with bucket.on_path():
            bucket.client.delete_object(Bucket=bucket.name, Key=src)


def set_time(bucket: Bucket, remote_path: str, mtime_ns: int) -> None:
    source = _source(bucket, remote_path)
    metadata = {**source.about["Metadata"], **with_mtime(mtime_ns)}
    source.about["Metadata"] = metadata
    if source.size > COPY_WHOLE:
        _copy_parts(bucket, source, source.key, lambda: None)
        return
    with bucket.on_path():
        bucket.client.copy_object(
            Bucket=bucket.name,
            Key=source.key,
            MetadataDirective="REPLACE",
            **source.arguments(bucket),
            **source.about,
            **bucket.placing,
        )


def _source(bucket: Bucket, remote_path: str) -> Source:
    key = bucket.key_there(remote_path)
    if key is None:
        raise RemoteMissing("It is not in the bucket.")
    return source_at(bucket, key)


def source_at(bucket: Bucket, key: str) -> Source:
    """The version that is there now. Raises ``RemoteMissing``."""
    head = _head(bucket, key)
    about: dict[str, Any] = {name: head[name] for name in KEPT_HEADERS if name in head}  # type: ignore[literal-required]
    about["Metadata"] = dict(head.get("Metadata", {}))
    return Source(key, head["ContentLength"], head["ETag"], about)


def _head(bucket: Bucket, key: str) -> HeadObjectOutputTypeDef:
    with bucket.on_path():
        return bucket.client.head_object(Bucket=bucket.name, Key=key)


def _copy_parts(bucket: Bucket, source: Source, dest: str, check: Callable[[], None]) -> None:
    """Aborted on any error: a copy that broke off is begun afresh."""
    with bucket.on_path():
        upload_id = bucket.client.create_multipart_upload(
            Bucket=bucket.name, Key=dest, **source.about, **bucket.placing
        )["UploadId"]
    try:
        parts = _copied(bucket, source, dest, upload_id, check)
        with bucket.on_path():
            bucket.client.complete_multipart_upload(
                Bucket=bucket.name, Key=dest, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )
    except BaseException:
        orphans.abort(bucket, dest, upload_id)
        raise
    if _head(bucket, dest)["ContentLength"] != source.size:
        raise PathError("The storage did not copy the whole object.")


def _copied(
    bucket: Bucket, source: Source, dest: str, upload_id: str, check: Callable[[], None]
) -> list[CompletedPartTypeDef]:
    parts: list[CompletedPartTypeDef] = []

    def work(
        number: int, start: int, length: int, look: Callable[[], None]
    ) -> CompletedPartTypeDef:
        look()
        with bucket.on_path():
            answer = bucket.client.upload_part_copy(
                Bucket=bucket.name,
                Key=dest,
                UploadId=upload_id,
                PartNumber=number,
                CopySourceRange=f"bytes={start}-{start + length - 1}",
                **source.arguments(bucket),
            )
        return {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}

    step = part_size(source.size, at_least=COPY_PART)
    run_parts(list(cut(source.size, step)), work, parts.append, check)
    return sorted(parts, key=lambda part: part["PartNumber"])
