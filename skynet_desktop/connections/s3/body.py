"""Bytes on their way: rewound for each attempt, checked while they leave, checksummed.

Every body goes with its CRC32, which the server verifies before it publishes anything and
repeats in its answer. A server that does not repeat it may never have looked: it gets
Content-MD5 besides from then on, which every S3 server since the first verifies.
"""

from __future__ import annotations

import base64
import hashlib
import io
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from skynet_desktop.core.errors import SourceChanged, source_error

if TYPE_CHECKING:
    from skynet_desktop.connections.s3.bucket import Bucket

BLOCK = 256 * 1024
_FIRST_PIECE, _LEAST_PIECE = 16 * 1024, 1024
_LONG, _SHORT = 1.0, 0.25  # seconds


@dataclass(frozen=True, slots=True)
class Digest:
    """``crc32`` as S3 writes it: base64 of four bytes, the highest first; ``sha256`` in
    hexadecimal digits, "" if it was not asked for."""

    crc32: str
    md5: bytes | None = None
    sha256: str = ""

    @classmethod
    def of(cls, crc: int, md5: bytes | None, sha256: str = "") -> Digest:
        return cls(base64.b64encode(crc.to_bytes(4, "big")).decode(), md5, sha256)

    @property
    def arguments(self) -> dict[str, str]:
        """For ``put_object`` and ``upload_part``."""
        found = {"ChecksumCRC32": self.crc32}
        if self.md5 is not None:
            found["ContentMD5"] = base64.b64encode(self.md5).decode()
        return found


def digest_body(
    body: CheckedBytes | Stretch, with_md5: bool = False, with_sha256: bool = False
) -> Digest:
    """Reads the whole body once, from its beginning, and rewinds."""
    crc, md5, sha256 = 0, hashlib.md5(usedforsecurity=False), hashlib.sha256()
    body.seek(0)
    while block := body.read(BLOCK):
        crc = zlib.crc32(block, crc)
        if with_md5:
            md5.update(block)
        if with_sha256:
            sha256.update(block)
    body.seek(0)
    return Digest.of(
        crc, md5.digest() if with_md5 else None, sha256.hexdigest() if with_sha256 else ""
    )


def digest_bytes(content: bytes, with_md5: bool) -> Digest:
    md5 = hashlib.md5(content, usedforsecurity=False).digest() if with_md5 else None
    return Digest.of(zlib.crc32(content), md5)


def send_checked(
    bucket: Bucket,
    digest: Callable[[bool], Digest],
    request: Callable[[dict[str, str]], Mapping[str, Any]],
) -> tuple[Mapping[str, Any], Digest]:
    """``request`` with the checksum arguments; the answer to the one that was verified.

    ``digest(with_md5)`` reads the content; ``request`` may be called twice.
    """
    first = digest(bucket.wants_md5)
    answer = request(first.arguments)
    bucket.expect("ETag", answer)
    if first.md5 is not None or answer.get("ChecksumCRC32") == first.crc32:
        return answer, first
    bucket.wants_md5 = True
    second = digest(True)
    return request(second.arguments), second


class Valve:
    """What a body asks before each block: ``check`` (which may raise), and ``pace`` while the
    bytes leave; they are also read to be checksummed and signed.

    Pieces adapt to the pace: with a tight limit a server that gets nothing for many seconds
    would hang up.
    """

    def __init__(self, check: Callable[[], None], pace: Callable[[int], None]) -> None:
        self._check, self._pace = check, pace
        self._most = _FIRST_PIECE
        self.leaving = False
        """Set when the body is about to be sent (client.py), reset when it is rewound."""

    def admit(self, wanted: int) -> int:
        """How many bytes may be read now: ``wanted``, or fewer but not none."""
        self._check()
        if not self.leaving or not wanted:
            return wanted
        piece = min(wanted, self._most)
        started = time.monotonic()
        self._pace(piece)
        took = time.monotonic() - started
        if took > _LONG:
            self._most = max(_LEAST_PIECE, piece // 2)
        elif took < _SHORT:
            self._most = min(BLOCK, 2 * self._most)
        self._check()
        return piece


class CheckedBytes(io.BytesIO):
    """Content in memory."""

    def __init__(self, content: bytes, valve: Valve) -> None:
        super().__init__(content)
        self.valve = valve
        self._length = len(content)

    def __len__(self) -> int:
        return self._length

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self.valve.leaving = False
        return super().seek(offset, whence)

    def read(self, size: int | None = -1, /) -> bytes:
        left = self._length - self.tell()
        return super().read(self.valve.admit(_wanted(size, left)))


class Stretch:
    """A stretch of a local file as a body: never in memory as a whole.

    Any error of the file is raised as a ``PathError``; an end that comes too early as
    ``SourceChanged``. One thread at a time.
    """

    def __init__(self, path: str, start: int, length: int, valve: Valve) -> None:
        self._start, self._length, self.valve = start, length, valve
        self._at = 0
        try:
            # The caller closes it: this object is a context manager itself.
            self._file = open(path, "rb", buffering=BLOCK)  # noqa: SIM115
        except OSError as error:
            raise source_error(error) from error

    def __enter__(self) -> Stretch:
        self.seek(0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._length

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.valve.leaving = False
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = base + offset
        try:
            self._file.seek(self._start + self._at)
        except OSError as error:
            raise source_error(error) from error
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        wanted = self.valve.admit(_wanted(size, self._length - self._at))
        try:
            block = self._file.read(wanted)
        except OSError as error:
            raise source_error(error) from error
        if len(block) < wanted:
            raise SourceChanged("The file became shorter while it was read.")
        self._at += len(block)
        return block


def _wanted(size: int | None, left: int) -> int:
    return left if size is None or size < 0 else min(size, left)
