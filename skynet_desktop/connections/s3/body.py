"""Bytes on their way: rewound for each attempt, checked while they leave, checksummed.

Every body goes with its CRC32, which the server verifies before it publishes anything and
repeats in its answer. A server that does not repeat it may never have looked: it gets
Content-MD5 besides from then on, which every S3 server since the first verifies.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from skynet_desktop.core.errors import SourceChanged, source_error

if TYPE_CHECKING:
    from skynet_desktop.connections.s3.bucket import Bucket

BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Digest:
    """``crc32`` as S3 writes it: base64 of four bytes, the highest first."""

    crc32: str
    md5: bytes | None = None

    @classmethod
    def of(cls, crc: int, md5: bytes | None) -> Digest:
        return cls(base64.b64encode(crc.to_bytes(4, "big")).decode(), md5)

    @property
    def arguments(self) -> dict[str, str]:
        """For ``put_object`` and ``upload_part``."""
        found = {"ChecksumCRC32": self.crc32}
        if self.md5 is not None:
            found["ContentMD5"] = base64.b64encode(self.md5).decode()
        return found


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


class CheckedBytes(io.BytesIO):
    """Content in memory that asks ``check`` (which may raise) before each block leaves."""

    def __init__(self, content: bytes, check: Callable[[], None]) -> None:
        super().__init__(content)
        self._check = check

    def read(self, size: int | None = -1) -> bytes:
        self._check()
        return super().read(size)


class Stretch:
    """A stretch of a local file as a body: never in memory as a whole.

    Any error of the file is raised as a ``PathError``; an end that comes too early as
    ``SourceChanged``. One thread at a time.
    """

    def __init__(self, path: str, start: int, length: int, check: Callable[[], None]) -> None:
        self._start, self._length, self._check = start, length, check
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
        self._file.close()

    def __len__(self) -> int:
        return self._length

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = base + offset
        try:
            self._file.seek(self._start + self._at)
        except OSError as error:
            raise source_error(error) from error
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        self._check()
        left = self._length - self._at
        wanted = left if size is None or size < 0 else min(size, left)
        try:
            block = self._file.read(wanted)
        except OSError as error:
            raise source_error(error) from error
        if len(block) < wanted:
            raise SourceChanged("The file became shorter while it was read.")
        self._at += len(block)
        return block

    def digest(self, with_md5: bool) -> Digest:
        """Reads the whole stretch and rewinds."""
        crc, md5 = 0, hashlib.md5(usedforsecurity=False)
        while block := self.read(BLOCK):
            crc = zlib.crc32(block, crc)
            if with_md5:
                md5.update(block)
        self.seek(0)
        return Digest.of(crc, md5.digest() if with_md5 else None)
