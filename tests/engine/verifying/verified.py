"""What tests of verification share: a service that reads back, and a run that is waited for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import ClassVar

from skynet_desktop.connections.base import RemoteFile, Upload
from skynet_desktop.connections.recovery import Content
from skynet_desktop.core.errors import ConnectionLost
from skynet_desktop.engine.mirror import Mirror
from skynet_desktop.engine.verifying.report import Difference, Verified
from skynet_desktop.engine.workers import spawn_thread
from tests.engine.fakes import Full, Remote
from tests.engine.rig import BASE, Rig, wait_until

BLOCK = 7


def tag_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


class Reading(Full):
    """Keeps times, lists them, and gives contents back, in small blocks. Its ``matches`` knows
    no more than size and time, as with SFTP."""

    broken: ClassVar[set[str]] = set()
    """Whoever reads one of these to its middle loses the connection."""

    @contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        with self.remote.request(self, "read", remote_path):
            data, mtime_ns = self.remote.read(remote_path)
            file = RemoteFile(remote_path.rpartition("/")[2], len(data), mtime_ns)
            yield Content(file, self._blocks(remote_path, data[offset:]))

    def _blocks(self, path: str, data: bytes) -> Iterator[bytes]:
        block = BLOCK if len(data) < 1 << 20 else 1 << 20
        for at in range(0, len(data), block):
            if self.closed or (path in self.broken and at >= len(data) // 2):
                self.closed = True
                raise ConnectionLost("The connection broke off.")
            yield data[at : at + block]

    def set_time(self, remote_path: str, mtime_ns: int) -> None:
        with self.remote.request(self, "set_time", remote_path):
            self.remote.write(remote_path, self.remote.read(remote_path)[0], mtime_ns)

    def matches(self, src_path: str, remote_dir: str, remote: RemoteFile) -> bool:
        return Upload.of(src_path, "").state.mtime_ns == remote.mtime_ns


class Tagging(Reading):
    """As S3: a listing tells a checksum and no time."""

    def send_upload(self, upload: Upload) -> None:
        super().send_upload(upload)
        upload.tag = tag_of(self.remote.read(upload.remote_path)[0])

    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        for file in super().list(remote_dir):
            data = self.remote.read(f"{remote_dir}/{file.path}")[0]
            yield replace(file, mtime_ns=None, tag=tag_of(data))

    def stat(self, remote_path: str) -> RemoteFile | None:
        found = super().stat(remote_path)
        return found and replace(found, tag=tag_of(self.remote.read(remote_path)[0]))

    def same_content(self, src_path: str, remote_path: str) -> bool:
        with self.remote.request(self, "same_content", remote_path), open(src_path, "rb") as file:
            return file.read() == self.remote.read(remote_path)[0]


def verify(rig: Rig, *, deep: bool = False, repair: bool = False, **changes: object) -> Verified:
    """As ``skynet verify`` does without a running app."""
    mirror = Mirror(rig.spec(**changes), rig.bus, spawn_thread)
    try:
        return verify_in(mirror, deep=deep, repair=repair)
    finally:
        mirror.stop()
        assert mirror.join(5)


def verify_in(mirror: Mirror, *, deep: bool = False, repair: bool = False) -> Verified:
    assert mirror.verify(deep, repair)
    return ended(mirror)


def ended(mirror: Mirror) -> Verified:
    wait_until(lambda: mirror.verifying is None, "the end of the verification")
    assert mirror.verified is not None
    return mirror.verified


def found(verified: Verified) -> dict[str, str]:
    return {difference.path: difference.fault.value for difference in verified.shown}


def only(verified: Verified) -> Difference:
    [difference] = verified.shown
    return difference


def plant(
    remote: Remote, path: str, data: bytes | None = None, mtime_ns: int | None = None
) -> None:
    """Another content or time, behind Skynet's back."""
    with remote.lock:
        old, old_ns = remote.files[f"{BASE}/{path}"]
        remote.files[f"{BASE}/{path}"] = (
            old if data is None else data,
            old_ns if mtime_ns is None else mtime_ns,
        )


def flipped(data: bytes) -> bytes:
    """The same size, one bit in the middle another."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
