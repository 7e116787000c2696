"""Whether an object holds a local file's content, told by its ETag where that can be.

An ETag is the MD5 of the content, or, for an object made of N parts, the MD5 of the parts'
MD5s and "-N" (Amazon's rule for all but KMS-encrypted objects; kept by all the others). The
size of the parts is not told, so the sizes that the usual tools cut by are tried.
"""

from __future__ import annotations

import hashlib
import re

from skynet_desktop.connections.base import RemoteFile, state_of
from skynet_desktop.connections.s3.body import BLOCK
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.copying import COPY_PART
from skynet_desktop.connections.s3.metadata import mtime_of
from skynet_desktop.connections.s3.parts import MIB, part_size
from skynet_desktop.core.errors import RemoteMissing, source_error

# rclone 5, ours and aws 8, s3cmd 15, MinIO 16 and 64, s5cmd 50, other tools and settings
USUAL_PARTS = (5, 8, 10, 15, 16, 20, 25, 32, 50, 64, 100, 128, 256, 512, 1024)
_ETAG = re.compile(r"([0-9a-f]{32})(?:-(\d+))?")


def matches(bucket: Bucket, src_path: str, remote_path: str, remote: RemoteFile) -> bool:
    """Sizes are equal already. Reads the local file once; asks the server only where the
    ETag proves nothing."""
    etag = _ETAG.fullmatch(remote.tag)
    if etag is not None:
        whole = etag[2] is None
        steps = [max(remote.size, 1)] if whole else _steps(remote.size, int(etag[2]))
        if steps and etag[1] in _digests(src_path, steps, whole):
            return True
    return _same_time(bucket, src_path, remote_path, known=etag is not None and etag[2] is None)


def _steps(size: int, parts: int) -> list[int]:
    """The part sizes that cut ``size`` bytes into so many parts."""
    usual = {part_size(size), part_size(size, COPY_PART), *(n * MIB for n in USUAL_PARTS)}
    return sorted(step for step in usual if max(1, -(-size // step)) == parts)


def _digests(src_path: str, steps: list[int], whole: bool) -> set[str]:
    cutters = [_Cutter(step) for step in steps]
    try:
        with open(src_path, "rb", buffering=0) as file:
            while block := file.read(BLOCK):
                for cutter in cutters:
                    cutter.update(block)
    except OSError as error:
        raise source_error(error) from error
    return {cutter.part.hexdigest() if whole else cutter.etag() for cutter in cutters}


class _Cutter:
    """MD5s of the parts of a stream, each ``step`` bytes long."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.part = hashlib.md5(usedforsecurity=False)
        self.done = b""
        self._room = step

    def update(self, block: bytes) -> None:
        view = memoryview(block)
        while view:
            if not self._room:
                self.done += self.part.digest()
                self.part = hashlib.md5(usedforsecurity=False)
                self._room = self.step
            piece = view[: self._room]
            self.part.update(piece)
            self._room -= len(piece)
            view = view[len(piece) :]

    def etag(self) -> str:
        return hashlib.md5(self.done + self.part.digest(), usedforsecurity=False).hexdigest()


def _same_time(bucket: Bucket, src_path: str, remote_path: str, known: bool) -> bool:
    """Whether size and mtime speak for it. ``known``: its ETag reads like a plain MD5, and
    then only encryption excuses that it is another one."""
    key = bucket.key_there(remote_path)
    if key is None:
        raise RemoteMissing("It is not in the bucket.")
    with bucket.on_path():
        head = bucket.client.head_object(Bucket=bucket.name, Key=key)
    state = state_of(src_path)
    opaque = (
        head.get("ServerSideEncryption", "AES256") != "AES256" or "SSECustomerAlgorithm" in head
    )
    if known and not opaque:
        return False
    return head["ContentLength"] == state.size and mtime_of(head["Metadata"]) == state.mtime_ns
