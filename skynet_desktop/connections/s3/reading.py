"""List, stat and fetch: what is there, and getting it back."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from botocore.exceptions import ClientError

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.s3.body import BLOCK
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.errors import is_missing
from skynet_desktop.connections.s3.metadata import mtime_of
from skynet_desktop.connections.s3.names import is_probe
from skynet_desktop.core.errors import PathBlocked, RemoteMissing


def list_files(bucket: Bucket, remote_dir: str) -> Iterator[RemoteFile]:
    """A thousand a request. ``a`` yields what is below ``a/`` and nothing of ``ab/``.

    Left out: the empty keys ending in ``/`` by which some tools mark a folder, and keys
    that no local path can have been (``..`` among their parts).
    """
    folder = remote_dir.strip("/")
    prefix = bucket.prefix
    if folder:
        key = bucket.key_there(folder)
        if key is None:
            return
        prefix = f"{key}/"
    pages = bucket.client.get_paginator("list_objects_v2")
    with bucket.translating():
        for page in pages.paginate(Bucket=bucket.name, Prefix=prefix):
            bucket.expect("Name", page)
            for item in page.get("Contents", []):
                path = item["Key"].removeprefix(prefix)
                if _is_file(path) and not is_probe(path):
                    yield RemoteFile(path, item["Size"], None, item["ETag"].strip('"'))


def stat(bucket: Bucket, remote_path: str) -> RemoteFile | None:
    """One HEAD request; tells the time too, which a listing does not."""
    key = bucket.key_there(remote_path)
    if key is None:
        return None
    with bucket.on_path():
        try:
            head = bucket.client.head_object(Bucket=bucket.name, Key=key)
        except ClientError as error:
            if is_missing(error):
                return None
            raise
    name = key.rpartition("/")[2]
    mtime_ns = mtime_of(head["Metadata"])
    return RemoteFile(name, head["ContentLength"], mtime_ns, head["ETag"].strip('"'))


def fetch(bucket: Bucket, remote_path: str, dest_path: str) -> None:
    """Complete or not at all: it gets its name last. The time comes from the metadata."""
    key = bucket.key_there(remote_path)
    if key is None:
        raise RemoteMissing("It is not in the bucket.")
    dest = Path(dest_path)
    dest.parent.mkdir(parents=True, exist_ok=True)
    temporary = dest.with_name(f".skynet-{secrets.token_hex(8)}.part")
    try:
        mtime_ns = _download(bucket, key, temporary)
        if mtime_ns is not None:
            os.utime(temporary, ns=(mtime_ns, mtime_ns))
        if os.path.lexists(dest):
            raise PathBlocked("Something has this name here already.")
        temporary.rename(dest)
    finally:
        temporary.unlink(missing_ok=True)


def _download(bucket: Bucket, key: str, temporary: Path) -> int | None:
    with bucket.on_path():
        answer = bucket.client.get_object(Bucket=bucket.name, Key=key)
        with temporary.open("xb") as file, closing(answer["Body"]) as body:
            for block in body.iter_chunks(BLOCK):
                file.write(block)
    return mtime_of(answer.get("Metadata", {}))


def _is_file(path: str) -> bool:
    return not any(part in ("", ".", "..") for part in path.split("/"))
