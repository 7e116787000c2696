"""What an upload replaces is kept: copied at the server right before the new content comes."""

from __future__ import annotations

from collections.abc import Callable

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.s3 import copying
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.reading import look
from skynet_desktop.core.errors import PathDenied, PathImpossible, RemoteMissing


def kept_key(bucket: Bucket, upload: Upload) -> str:
    """The key of ``upload.keep_as``, "" for none. Ask before anything is sent: raises
    ``PathImpossible`` if no key can carry the name."""
    if not upload.keep_as:
        return ""
    try:
        return bucket.key(upload.keep_as)
    except PathImpossible as error:
        raise PathImpossible(f"What this file replaces cannot be kept. {error}") from error


def keep_replaced(
    bucket: Bucket, key: str, kept: str, new_tag: str, check: Callable[[], None]
) -> None:
    """Copy what is at ``key`` to ``kept``, "" for nowhere; nothing there is no error. The new
    content may be published only if this returns.

    ``new_tag`` is the ETag that the new content will have, "" if that is not known. If it is
    there already, and something was kept already, only the answer of a former attempt was
    lost: another copy would push the older content out of its place.
    """
    if not kept:
        return
    try:
        former = _former(bucket, key)
        if former is None:
            return
        arrived = bool(new_tag) and former.etag.strip('"') == new_tag
        if not (arrived and look(bucket, kept) is not None):
            copying.copy_to(bucket, former, kept, check)
    except PathDenied as error:
        raise PathDenied(
            "The access key may not copy what this file replaces, to keep it: "
            "let the key read as well, or do not keep what is replaced."
        ) from error


def _former(bucket: Bucket, key: str) -> copying.Source | None:
    """Only here a missing object means that there is nothing to keep: after a copy it would
    mean that the copy is not there."""
    try:
        return copying.source_at(bucket, key)
    except RemoteMissing:
        return None
