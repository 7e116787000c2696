"""Whether an object holds a local file's content, told by what the server keeps of it.

An ETag is the MD5 of the content, or, for an object made of N parts, the MD5 of the parts'
MD5s and "-N" (Amazon's rule for all but KMS-encrypted objects; kept by all the others). The
checksums that were given with the content are made the same ways, and kept under encryption
too. The size of the parts is not told, so the sizes that the usual tools cut by are tried.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from skynet_desktop.connections.base import RemoteFile, state_of
from skynet_desktop.connections.s3.body import BLOCK
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.copying import COPY_PART
from skynet_desktop.connections.s3.metadata import mtime_of
from skynet_desktop.connections.s3.parts import MIB, part_size
from skynet_desktop.connections.s3.reading import look, there
from skynet_desktop.core.errors import PathDenied, RemoteMissing, source_error

# rclone 5, ours and aws 8, s3cmd 15, MinIO 16 and 64, s5cmd 50, other tools and settings
USUAL_PARTS = (5, 8, 10, 15, 16, 20, 25, 32, 50, 64, 100, 128, 256, 512, 1024)
_ETAG = re.compile(r"([0-9a-f]{32})(?:-(\d+))?")


class _Digest(Protocol):
    def update(self, data: Any, /) -> None: ...
    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._crc = 0

    def update(self, data: Any, /) -> None:
        self._crc = zlib.crc32(data, self._crc)

    def digest(self) -> bytes:
        return self._crc.to_bytes(4, "big")


def _md5() -> _Digest:
    return hashlib.md5(usedforsecurity=False)


_CHECKSUMS: Mapping[str, Callable[[], _Digest]] = {
    "ChecksumSHA256": hashlib.sha256,
    "ChecksumSHA1": lambda: hashlib.sha1(usedforsecurity=False),
    "ChecksumCRC32": _Crc32,
}


@dataclass(frozen=True)
class _Proof:
    """A digest that the server keeps: of the whole content, or of its so many parts' digests."""

    new: Callable[[], _Digest]
    value: bytes
    parts: int | None

    def steps(self, size: int) -> list[int]:
        """The part sizes that it can have been made with."""
        if self.parts is None:
            return [max(size, 1)]
        usual = {part_size(size), part_size(size, COPY_PART), *(n * MIB for n in USUAL_PARTS)}
        return sorted(step for step in usual if max(1, -(-size // step)) == self.parts)


def matches(bucket: Bucket, src_path: str, remote_path: str, remote: RemoteFile) -> bool:
    """Sizes are equal already. Reads the local file once; asks the server only where the
    ETag proves nothing."""
    proof = _of_etag(remote.tag)
    if proof is not None and _any_holds([proof], src_path, remote.size):
        return True
    plain = proof is not None and proof.parts is None
    return _same_time(bucket, src_path, remote_path, plain)


def same_content(bucket: Bucket, src_path: str, remote_path: str) -> bool:
    """By size and digests alone. Raises ``RemoteMissing``."""
    key = there(bucket, remote_path)
    size, etag, checksums, opaque = _kept(bucket, key)
    if state_of(src_path).size != size:
        return False
    proof = _of_etag(etag)
    if proof is not None and proof.parts is None and not opaque:
        return _any_holds([proof], src_path, size)  # it decides
    proofs = [proof, *(_of_checksum(name, text) for name, text in checksums.items())]
    return _any_holds([proof for proof in proofs if proof is not None], src_path, size)


def _kept(bucket: Bucket, key: str) -> tuple[int, str, dict[str, str], bool]:
    """Size, ETag, other checksums, and whether encryption makes the ETag mean nothing."""
    try:
        with bucket.translating():
            head = bucket.client.head_object(Bucket=bucket.name, Key=key, ChecksumMode="ENABLED")
    except PathDenied:
        found = look(bucket, key)
        if found is None:
            raise RemoteMissing("It is not in the bucket.") from None
        return found.size, found.tag, {}, False
    kept: Mapping[str, Any] = head
    checksums = {name: str(kept[name]) for name in _CHECKSUMS if name in kept}
    return head["ContentLength"], head["ETag"].strip('"'), checksums, _is_opaque(kept)


def _of_etag(etag: str) -> _Proof | None:
    found = _ETAG.fullmatch(etag)
    if found is None:
        return None
    return _Proof(_md5, bytes.fromhex(found[1]), int(found[2]) if found[2] else None)


def _of_checksum(name: str, text: str) -> _Proof | None:
    value, _, parts = text.partition("-")
    try:
        return _Proof(_CHECKSUMS[name], base64.b64decode(value), int(parts) if parts else None)
    except (binascii.Error, ValueError):
        return None


def _any_holds(proofs: Sequence[_Proof], src_path: str, size: int) -> bool:
    """Whether one of them is of the file's content. Reads it once, if at all."""
    cutters = [_Cutter(proof, step) for proof in proofs for step in proof.steps(size)]
    if not cutters:
        return False
    try:
        with open(src_path, "rb", buffering=0) as file:
            while block := file.read(BLOCK):
                for cutter in cutters:
                    cutter.update(block)
    except OSError as error:
        raise source_error(error) from error
    return any(cutter.holds() for cutter in cutters)


class _Cutter:
    """Digests of the parts of a stream, each ``step`` bytes long."""

    def __init__(self, proof: _Proof, step: int) -> None:
        self._proof, self._step, self._room = proof, step, step
        self._part = proof.new()
        self._done = b""

    def update(self, block: bytes) -> None:
        view = memoryview(block)
        while view:
            if not self._room:
                self._done += self._part.digest()
                self._part = self._proof.new()
                self._room = self._step
            piece = view[: self._room]
            self._part.update(piece)
            self._room -= len(piece)
            view = view[len(piece) :]

    def holds(self) -> bool:
        if self._proof.parts is None:
            return not self._done and self._part.digest() == self._proof.value
        whole = self._proof.new()
        whole.update(self._done + self._part.digest())
        return whole.digest() == self._proof.value


def _same_time(bucket: Bucket, src_path: str, remote_path: str, plain: bool) -> bool:
    """Whether size and mtime speak for it. ``plain``: its ETag reads like the content's MD5,
    and then only encryption excuses that it is another one."""
    key = there(bucket, remote_path)
    try:
        with bucket.translating():
            head = bucket.client.head_object(Bucket=bucket.name, Key=key)
    except PathDenied:
        return False  # the access key may write but not look
    if plain and not _is_opaque(head):
        return False
    state = state_of(src_path)
    return head["ContentLength"] == state.size and mtime_of(head["Metadata"]) == state.mtime_ns


def _is_opaque(head: Mapping[str, Any]) -> bool:
    encryption = head.get("ServerSideEncryption", "AES256")
    return encryption != "AES256" or "SSECustomerAlgorithm" in head
