"""List: all objects below a folder, a thousand a request.

Our own folder (``core.reserved``) is not shown unless it is named, and not paid for: where a
page ends within it, the next one begins behind it, however much lies in the trash.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.s3 import asking
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.names import is_probe
from skynet_desktop.core.errors import ConnectionLost
from skynet_desktop.core.reserved import RESERVED, is_reserved

LAST = "~"
"""Sorts behind every name that we use in our own folder, whichever way a server sorts."""


def list_files(bucket: Bucket, remote_dir: str) -> Iterator[RemoteFile]:
    """``a`` yields what is below ``a/`` and nothing of ``ab/``."""
    prefix = folder_prefix(bucket, remote_dir)
    if prefix is None:
        return
    for page in pages(bucket, "list_objects_v2", prefix):
        for item in page.get("Contents", []):
            path = item["Key"].removeprefix(prefix)
            if is_shown(path):
                yield RemoteFile(path, item["Size"], None, item["ETag"].strip('"'))


def folder_prefix(bucket: Bucket, remote_dir: str) -> str | None:
    """What the keys of the folder's files begin with; None if no key can."""
    folder = remote_dir.strip("/")
    if not folder:
        return bucket.prefix
    key = bucket.key_there(folder)
    return None if key is None else f"{key}/"


def is_shown(path: str) -> bool:
    """Not our own folder and probes; neither the empty keys ending in ``/`` by which some tools
    mark a folder, nor keys that no local path can have been (``..`` among their parts)."""
    no_file = any(part in ("", ".", "..") for part in path.split("/"))
    return not (no_file or is_reserved(path) or is_probe(path))


def pages(
    bucket: Bucket, operation: Literal["list_objects_v2", "list_object_versions"], prefix: str
) -> Iterator[dict[str, Any]]:
    """The answers of the server, one after the other."""
    ours = f"{prefix}{RESERVED}/"
    with bucket.translating():
        if operation == "list_objects_v2":
            yield from _object_pages(bucket, prefix, ours)
        else:
            yield from _version_pages(bucket, prefix, ours)


def _object_pages(bucket: Bucket, prefix: str, ours: str) -> Iterator[dict[str, Any]]:
    """Each page begins behind the last key of the one before. The token that the server gives for
    that is not used: SeaweedFS writes keys with control characters wrongly into it, and the next
    page is empty then, without an error."""
    behind = ""
    while True:
        page = asking.page(bucket, prefix, behind) or _asked_slowly(bucket, prefix, behind)
        yield page
        if not page.get("IsTruncated"):
            return
        if not page.get("Contents"):
            raise ConnectionLost("The server broke off in the middle of its list.")
        last = _last_key(page)
        behind = ours + LAST if last.startswith(ours) else last


def _asked_slowly(bucket: Bucket, prefix: str, behind: str) -> dict[str, Any]:
    client: Any = bucket.client
    more = {"StartAfter": behind} if behind else {}
    page: dict[str, Any] = client.list_objects_v2(Bucket=bucket.name, Prefix=prefix, **more)
    bucket.expect("Name", page)
    return page


def _version_pages(bucket: Bucket, prefix: str, ours: str) -> Iterator[dict[str, Any]]:
    client: Any = bucket.client
    paginate = client.get_paginator("list_object_versions").paginate
    for page in paginate(Bucket=bucket.name, Prefix=prefix):
        bucket.expect("Name", page)
        yield page
        if page.get("IsTruncated") and _last_key(page).startswith(ours):
            break
    else:
        return
    for page in paginate(Bucket=bucket.name, Prefix=prefix, KeyMarker=ours + LAST):
        bucket.expect("Name", page)
        yield page


def _last_key(page: dict[str, Any]) -> str:
    contents = page.get("Contents")
    return str(contents[-1]["Key"] if contents else page.get("NextKeyMarker", ""))
