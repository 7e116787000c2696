"""A destination in memory to restore from, with what was kept there, and faults made to order."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from skynet_desktop.connections.base import Connection, RemoteFile
from skynet_desktop.connections.recovery import Content, RemoteVersion
from skynet_desktop.core.errors import ConnectionLost, RemoteMissing, ServiceError
from skynet_desktop.core.reserved import RESERVED, trash_path
from skynet_desktop.engine.restoring.catalogue import Catalogue
from skynet_desktop.engine.restoring.restore import Restored, restore

BASE = "base/m"
BLOCK = 1 << 16
LONG_AGO = 1_600_000_000


@dataclass(frozen=True)
class Kept:
    data: bytes
    mtime_ns: int = LONG_AGO * 10**9

    @property
    def tag(self) -> str:
        return hashlib.md5(self.data, usedforsecurity=False).hexdigest()


@dataclass
class Attic:
    """The service. ``tells_times`` as SFTP does, ``tells_tags`` as S3 does."""

    files: dict[str, Kept] = field(default_factory=dict)
    versions: list[tuple[RemoteVersion, bytes]] = field(default_factory=list)
    tells_times: bool = True
    tells_tags: bool = True
    parallel: int = 4
    reads: list[tuple[str, int]] = field(default_factory=list)
    """Each read: path below the base, and from where."""
    opened: int = 0
    under_way: int = 0
    most_under_way: int = 0
    fail: dict[str, Exception] = field(default_factory=dict)
    on_block: list[Callable[[str, int], None]] = field(default_factory=list)
    """Called with path and offset before each block is given; may raise."""
    down: ServiceError | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, path: str, data: bytes | str, mtime: float = LONG_AGO) -> None:
        content = data.encode() if isinstance(data, str) else data
        self.files[f"{BASE}/{path}"] = Kept(content, round(mtime * 1e9))

    def remove(self, path: str, at: float) -> None:
        """As a mapping does that keeps what it removes."""
        self.files[f"{BASE}/{trash_path(path, at)}"] = self.files.pop(f"{BASE}/{path}")

    def replace(self, path: str, data: bytes | str, at: float) -> None:
        self.remove(path, at)
        self.put(path, data, at)

    def connect(self, kind: type[Lister] | None = None) -> Lister:
        connection = (kind or Reader)(self)
        connection.open()
        return connection

    def fresh(self) -> Lister:
        """Not opened yet."""
        return Reader(self)

    def lose_after(self, size: int, times: int = 1) -> None:
        """Break off each time that so many bytes more were given."""
        given = 0

        def count(path: str, offset: int) -> None:
            nonlocal given, times
            given += BLOCK
            if given > size and times:
                given, times = 0, times - 1
                raise ConnectionLost("Lost to order.")

        self.on_block.append(count)

    def catalogue(self) -> Catalogue:
        return Catalogue.read(self.connect(), BASE)

    def restore(self, target: Path | str, *paths: str, **options: Any) -> Restored:
        """List and restore, by a fresh connection."""
        connection = options.pop("connection", None) or self.connect()
        with self.catalogue() as catalogue:
            return restore(connection, catalogue, paths or [""], str(target), **options)


class Lister(Connection):
    kind: ClassVar[str] = "attic"

    def __init__(self, attic: Attic) -> None:
        self.attic = attic
        self.parallel = attic.parallel
        self.closed = threading.Event()

    def open(self) -> None:
        self.attic.opened += 1
        if self.attic.down is not None:
            raise self.attic.down

    def close(self) -> None:
        self.closed.set()

    def send(self, src_path: str, remote_path: str) -> None:
        raise NotImplementedError

    def delete(self, remote_path: str) -> None:
        raise NotImplementedError

    def move(self, remote_src: str, remote_dest: str) -> None:
        raise NotImplementedError

    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        prefix = remote_dir + "/"
        for path, kept in list(self.attic.files.items()):
            below = path.removeprefix(prefix)
            if below != path and not below.startswith(RESERVED + "/"):
                yield self._described(below, kept)

    def _described(self, path: str, kept: Kept) -> RemoteFile:
        mtime_ns = kept.mtime_ns if self.attic.tells_times else None
        return RemoteFile(path, len(kept.data), mtime_ns, kept.tag if self.attic.tells_tags else "")

    def find(self, remote_path: str, version: str = "") -> Kept:
        if self.attic.down is not None or self.closed.is_set():
            raise self.attic.down or ConnectionLost("Closed.")
        below = remote_path.removeprefix(BASE + "/")
        if below in self.attic.fail:
            raise self.attic.fail[below]
        if version:
            return next(Kept(data) for told, data in self.attic.versions if told.version == version)
        if remote_path not in self.attic.files:
            raise RemoteMissing("It is not there.")
        return self.attic.files[remote_path]


class Reader(Lister):
    @contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        kept = self.find(remote_path, version)
        below = remote_path.removeprefix(BASE + "/")
        with self.attic.lock:
            self.attic.reads.append((below, offset))
            self.attic.under_way += 1
            self.attic.most_under_way = max(self.attic.under_way, self.attic.most_under_way)
        try:
            name = below.rpartition("/")[2]
            file = RemoteFile(name, len(kept.data), kept.mtime_ns, kept.tag)
            yield Content(file, self._blocks(below, kept.data, offset))
        finally:
            with self.attic.lock:
                self.attic.under_way -= 1

    def _blocks(self, path: str, data: bytes, offset: int) -> Iterator[bytes]:
        for begin in range(offset, len(data), BLOCK):
            for hook in list(self.attic.on_block):
                hook(path, begin)
            if self.closed.is_set():
                raise ConnectionLost("Closed.")
            yield data[begin : begin + BLOCK]


class Fetcher(Lister):
    """Gives whole files to a path only, as somebody's own connection may."""

    def fetch(self, remote_path: str, dest_path: str) -> None:
        kept = self.find(remote_path)
        with open(dest_path, "xb") as file:
            file.write(kept.data)
        os.utime(dest_path, ns=(kept.mtime_ns, kept.mtime_ns))


class Versioned(Reader):
    def keeps_versions(self) -> bool:
        return True

    def versions(self, remote_dir: str) -> Iterator[RemoteVersion]:
        for told, _ in self.attic.versions:
            yield told


def version(path: str, id_: str, at: float, **more: bool) -> tuple[RemoteVersion, bytes]:
    """A state that the service kept; its content is its name."""
    data = b"" if more.get("gone") else id_.encode()
    return RemoteVersion(path, id_, at, len(data), Kept(data).tag, **more), data


def here(folder: Path) -> dict[str, bytes]:
    """All files below the folder, ours too."""
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}  # fmt: skip
