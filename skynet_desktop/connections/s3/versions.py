"""Versions: what a bucket with versioning keeps of files that were replaced or removed."""

from __future__ import annotations

from collections.abc import Iterator

from skynet_desktop.connections.recovery import RemoteVersion
from skynet_desktop.connections.s3 import asking
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.listing import folder_prefix, is_shown, pages
from skynet_desktop.core.errors import PathError


def keeps_versions(bucket: Bucket) -> bool:
    """Whether versioning is on. A key may lack the right to ask, and some services do not offer
    it: then nobody may rely on it."""
    known = asking.versioning(bucket)
    if known is not None:
        return known == "Enabled"
    try:
        with bucket.translating():
            answer = bucket.client.get_bucket_versioning(Bucket=bucket.name)
    except PathError:
        return False
    return answer.get("Status") == "Enabled"


def versions(bucket: Bucket, remote_dir: str) -> Iterator[RemoteVersion]:
    """A thousand a request, of the folder's own prefix alone. The time is that at which the
    server took it."""
    prefix = folder_prefix(bucket, remote_dir)
    if prefix is None:
        return
    for page in pages(bucket, "list_object_versions", prefix):
        for gone, items in ((False, "Versions"), (True, "DeleteMarkers")):
            for item in page.get(items, []):
                path = item["Key"].removeprefix(prefix)
                if is_shown(path):
                    yield RemoteVersion(
                        path,
                        item["VersionId"],
                        item["LastModified"].timestamp(),
                        size=item.get("Size", 0),
                        tag=item.get("ETag", "").strip('"'),
                        gone=gone,
                        latest=item["IsLatest"],
                    )
