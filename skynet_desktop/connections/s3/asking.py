"""What every sign-in asks, by the shortest way: where nothing is to be done, boto3 is not needed,
which takes 0.3 s to load.

None means that no plain answer came: boto3 is to ask, which knows what errors mean.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.connections.s3.line import Answer
from skynet_desktop.connections.s3.signing import quoted

if TYPE_CHECKING:
    from skynet_desktop.connections.s3.bucket import Bucket


def page(bucket: Bucket, prefix: str, behind: str = "", most: int = 0) -> dict[str, Any] | None:
    """Of a list, as ``list_objects_v2`` gives it; ``most`` keys, 0 for as many as a page has."""
    query = {"encoding-type": "url", "list-type": "2", "prefix": prefix}
    if most:
        query["max-keys"] = str(most)
    if behind:
        query["start-after"] = behind
    root = _told(bucket, query, RequestKind.LIST, "ListBucketResult")
    if root is None or _text(root, "Name") != bucket.name:
        return None
    decode = unquote_plus if _text(root, "EncodingType") == "url" else str
    try:
        contents = [
            {"Key": decode(_text(item, "Key")), "Size": int(_text(item, "Size")),
             "ETag": _text(item, "ETag")}
            for item in root.iterfind("{*}Contents")
        ]  # fmt: skip
    except ValueError:
        return None
    truncated = _text(root, "IsTruncated") == "true"
    return {"Name": bucket.name, "IsTruncated": truncated, "Contents": contents}


def versioning(bucket: Bucket) -> str | None:
    """``Enabled``, ``Suspended`` or "" where it never was on."""
    root = _told(bucket, {"versioning": ""}, RequestKind.GET, "VersioningConfiguration")
    return None if root is None else _text(root, "Status")


def has_no_uploads(bucket: Bucket, prefix: str) -> bool | None:
    """Whether no upload below the prefix is unfinished."""
    query = {"prefix": prefix, "uploads": ""}
    root = _told(bucket, query, RequestKind.LIST, "ListMultipartUploadsResult")
    if root is None:
        return None
    return root.find("{*}Upload") is None and _text(root, "IsTruncated") == "false"


def small_object(bucket: Bucket, key: str) -> Answer | None:
    """One of which it is known that it is small. Its status is 200, or 404 if it is not there."""
    answer = bucket.direct.ask("", RequestKind.GET, key) if bucket.direct is not None else None
    if answer is None:
        return None
    if answer.status == 404:
        root = _parsed(answer)
        return answer if root is not None and _text(root, "Code") == "NoSuchKey" else None
    return answer if answer.status == 200 and "etag" in answer.headers else None


def _told(bucket: Bucket, query: dict[str, str], kind: RequestKind, word: str) -> ET.Element | None:
    if bucket.direct is None:
        return None
    text = "&".join(f"{name}={quoted(value, but='')}" for name, value in sorted(query.items()))
    answer = bucket.direct.ask(text, kind)
    if answer is None or answer.status != 200:
        return None
    root = _parsed(answer)
    return root if root is not None and root.tag.rpartition("}")[2] == word else None


def _parsed(answer: Answer) -> ET.Element | None:
    try:
        return ET.fromstring(answer.body)
    except ET.ParseError:
        return None


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{{*}}{name}") or ""
