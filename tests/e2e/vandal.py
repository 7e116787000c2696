"""Damages what lies at a destination, by an independent client: boto3 for S3, the server's own
disk for the others. Nothing of Skynet has a part in it.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from tests.places import Place
from tests.servers.seaweed import Seaweed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HOUR_NS = 3_600_000_000_000


class Vandal(ABC):
    """Paths are relative to the mapping's folder there. Content and time are handed as one."""

    @abstractmethod
    def read(self, path: str) -> tuple[bytes, int]: ...

    @abstractmethod
    def write(self, path: str, data: bytes, mtime_ns: int) -> None: ...

    @abstractmethod
    def remove(self, path: str) -> None: ...

    def flip(self, path: str) -> None:
        """One bit of the content; size and time stay."""
        data, mtime_ns = self.read(path)
        middle = len(data) // 2
        self.write(path, data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :], mtime_ns)

    def truncate(self, path: str) -> None:
        """The last byte; the time stays."""
        data, mtime_ns = self.read(path)
        self.write(path, data[:-1], mtime_ns)

    def retime(self, path: str) -> None:
        """An hour older; the content stays."""
        data, mtime_ns = self.read(path)
        self.write(path, data, mtime_ns - HOUR_NS)


def vandal(place: Place, remote: str) -> Vandal:
    if place.kind == "s3":
        assert isinstance(place.server, Seaweed)
        return _Bucket(place.server.client(), place.options["bucket"], remote)
    return _Disk(Path(place.rclone.rpartition(":")[2]) / remote)


class _Disk(Vandal):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> tuple[bytes, int]:
        file = self._folder / path
        return file.read_bytes(), file.stat().st_mtime_ns

    def write(self, path: str, data: bytes, mtime_ns: int) -> None:
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        os.utime(file, ns=(mtime_ns, mtime_ns))

    def remove(self, path: str) -> None:
        (self._folder / path).unlink()


class _Bucket(Vandal):
    """Times are where rclone keeps them."""

    def __init__(self, client: S3Client, bucket: str, remote: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = remote

    def read(self, path: str) -> tuple[bytes, int]:
        answer = self._client.get_object(Bucket=self._bucket, Key=f"{self._prefix}/{path}")
        seconds, _, fraction = answer["Metadata"]["mtime"].partition(".")
        return answer["Body"].read(), int(seconds) * 10**9 + int(fraction.ljust(9, "0"))

    def write(self, path: str, data: bytes, mtime_ns: int) -> None:
        time = f"{mtime_ns // 10**9}.{mtime_ns % 10**9:09d}"
        self._client.put_object(
            Bucket=self._bucket, Key=f"{self._prefix}/{path}", Body=data, Metadata={"mtime": time}
        )

    def remove(self, path: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=f"{self._prefix}/{path}")
