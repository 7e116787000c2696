"""A storage service in memory with every capability, and faults made to order.

``Remote`` is the service: content, recorded calls, faults. ``Plain`` is a connection with the
three needed methods alone; ``Full`` has all capabilities.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from skynet_desktop.connections.base import Connection, Ledger, RemoteFile, Upload
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    RemoteMissing,
    ServiceError,
    Stopped,
)
from skynet_desktop.core.mapper import fold

_BLOCK = 1 << 20
Hook = Callable[[str, str], None]


@dataclass(frozen=True)
class Call:
    """One request. ``ok`` tells that it took effect and its answer arrived."""

    name: str
    path: str
    dest: str = ""
    ok: bool = True


class Gate:
    """Holds whoever passes until it is opened; tells when somebody has come."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()


@dataclass
class Remote:
    """Safe from any thread. ``folds`` makes names that fold alike one file."""

    kind: type[Plain] | None = None
    folds: bool = False
    parallel: int = 6
    files: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)
    fail: dict[str, Exception] = field(default_factory=dict)
    """Path -> the error of every request for it."""
    gates: dict[str, Gate] = field(default_factory=dict)
    down: ServiceError | None = None
    """While set, every request and sign-in raises it."""
    slow: float = 0.0
    before: list[Hook] = field(default_factory=list)
    after: list[Hook] = field(default_factory=list)
    """Called with (request, path) when the effect is there, before the answer arrives."""
    opened: int = 0
    overlaps: list[str] = field(default_factory=list)
    """Paths that two requests worked on at the same time: must stay empty."""
    _lose_in: int = -1
    _lose_after: bool = False
    _active: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def connect(self) -> Plain:
        return (self.kind or Full)(self)

    def lose_at(self, number: int, *, after: bool = False) -> None:
        """Lose the connection at the n-th request from now (from 1); with ``after`` it takes
        effect and only the answer is lost."""
        with self.lock:
            self._lose_in, self._lose_after = number, after

    def block(self, path: str) -> Gate:
        return self.gates.setdefault(path, Gate())

    def content(self, base: str = "") -> dict[str, bytes]:
        prefix = base + "/" if base else ""
        with self.lock:
            return {
                p[len(prefix) :]: data
                for p, (data, _) in self.files.items()
                if p.startswith(prefix)
            }

    def named(self, *names: str) -> list[Call]:
        with self.lock:
            return [call for call in self.calls if call.name in names]

    def paths(self, *names: str) -> list[str]:
        return [call.path for call in self.named(*names)]

    # --- for connections ----------------------------------------------------------------

    @contextlib.contextmanager
    def request(self, connection: Plain, name: str, *paths: str) -> Iterator[None]:
        with self.lock:
            self.overlaps += [p for p in paths if self._overlaps(p)]
            self._active += paths
        ok = False
        try:
            lost_after = self._before(connection, name, paths)
            yield
            for hook in list(self.after):
                hook(name, paths[-1])
            if lost_after:
                raise ConnectionLost("The answer was lost.")
            ok = True
        finally:
            with self.lock:
                for path in paths:
                    self._active.remove(path)
                self.calls.append(Call(name, paths[0], paths[1] if len(paths) > 1 else "", ok))

    def _overlaps(self, path: str) -> bool:
        return any(
            path == other or path.startswith(other + "/") or other.startswith(path + "/")
            for other in self._active
        )

    def _before(self, connection: Plain, name: str, paths: tuple[str, ...]) -> bool:
        for hook in list(self.before):
            hook(name, paths[-1])
        if self.slow:
            time.sleep(self.slow)
        for path in paths:
            gate = self.gates.get(path)
            if gate is not None:
                gate.reached.set()
                while not gate.opened.wait(0.005):
                    if connection.closed:
                        raise ConnectionLost("Closed.")
        if self.down is not None:
            raise self.down
        for path in paths:
            if path in self.fail:
                raise self.fail[path]
        with self.lock:
            if self._lose_in > 0:
                self._lose_in -= 1
                if self._lose_in == 0:
                    if self._lose_after:
                        return True
                    raise ConnectionLost("Lost to order.")
        return False

    def write(self, path: str, data: bytes, mtime_ns: int) -> None:
        with self.lock:
            path = self._real(path)
            above = [path[:i] for i, c in enumerate(path) if c == "/" and i]
            if any(folder in self.files for folder in above) or self.below(path):
                raise PathBlocked("Of another kind.")
            self.folders.update(above)
            self.files[path] = (data, mtime_ns)

    def read(self, path: str) -> tuple[bytes, int]:
        with self.lock:
            found = self.files.get(self._real(path))
        if found is None:
            raise RemoteMissing("It is not there.")
        return found

    def remove(self, path: str) -> None:
        with self.lock:
            if self.below(path):
                raise PathBlocked("A folder.")
            self.files.pop(self._real(path), None)

    def below(self, folder: str) -> list[str]:
        with self.lock:
            return [p for p in self.files if p.startswith(folder + "/")]

    def _real(self, path: str) -> str:
        if not self.folds or path in self.files:
            return path
        return next((p for p in self.files if fold(p) == fold(path)), path)


class Plain(Connection):
    """The three methods that make a service usable."""

    kind: ClassVar[str] = "memory"

    def __init__(self, remote: Remote) -> None:
        self.remote = remote
        self.parallel = remote.parallel
        self.folds_names = remote.folds
        self.closed = False

    def open(self) -> None:
        self.remote.opened += 1
        if self.remote.down is not None:
            raise self.remote.down

    def close(self) -> None:
        self.closed = True

    def send(self, src_path: str, remote_path: str) -> None:
        with self.remote.request(self, "send", remote_path):
            upload = Upload.of(src_path, remote_path)
            with open(src_path, "rb") as file:
                self.remote.write(remote_path, file.read(), upload.state.mtime_ns)

    def delete(self, remote_path: str) -> None:
        with self.remote.request(self, "delete", remote_path):
            self.remote.remove(remote_path)

    def move(self, remote_src: str, remote_dest: str) -> None:
        with self.remote.request(self, "move", remote_src, remote_dest), self.remote.lock:
            if self.remote.below(remote_src):
                raise PathBlocked("A folder.")
            data, mtime_ns = self.remote.read(remote_src)
            self.remote.write(remote_dest, data, mtime_ns)
            self.remote.remove(remote_src)


class Full(Plain):
    """All capabilities."""

    def send_upload(self, upload: Upload) -> None:
        with self.remote.request(self, "send", upload.remote_path):
            blocks = []
            with open(upload.src_path, "rb") as file:
                while block := file.read(_BLOCK):
                    upload.check()
                    blocks.append(block)
                    upload.progress(sum(map(len, blocks)))
            upload.check_unchanged()
            self.remote.write(upload.remote_path, b"".join(blocks), upload.state.mtime_ns)

    def send_batch(self, uploads: Sequence[Upload]) -> Iterator[tuple[Upload, Exception | None]]:
        with self.remote.lock:
            self.remote.calls.append(Call("batch", str(len(uploads))))
        for upload in uploads:
            yield upload, self._tried(lambda upload=upload: self.send_upload(upload))  # type: ignore[misc]

    @staticmethod
    def _tried(call: Callable[[], None]) -> Exception | None:
        try:
            call()
        except (ServiceError, Stopped):
            raise
        except Exception as error:
            return error
        return None

    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        with self.remote.request(self, "list", remote_dir or "/"):
            prefix = remote_dir + "/" if remote_dir else ""
            with self.remote.lock:
                found = list(self.remote.files.items())
            for path, (data, mtime_ns) in found:
                if path.startswith(prefix):
                    yield RemoteFile(path[len(prefix) :], len(data), mtime_ns)

    def matches(self, src_path: str, remote_dir: str, remote: RemoteFile) -> bool:
        path = f"{remote_dir}/{remote.path}" if remote_dir else remote.path
        with open(src_path, "rb") as file:
            return file.read() == self.remote.read(path)[0]

    def stat(self, remote_path: str) -> RemoteFile | None:
        with self.remote.request(self, "stat", remote_path):
            try:
                data, mtime_ns = self.remote.read(remote_path)
            except RemoteMissing:
                return None
            return RemoteFile(remote_path.rpartition("/")[2], len(data), mtime_ns)

    def delete_batch(self, remote_paths: Sequence[str]) -> Iterable[tuple[str, Exception | None]]:
        with self.remote.lock:
            self.remote.calls.append(Call("delete_batch", str(len(remote_paths))))
        for path in remote_paths:
            yield path, self._tried(lambda path=path: self.delete(path))  # type: ignore[misc]

    def copy(self, remote_src: str, remote_dest: str) -> None:
        with self.remote.request(self, "copy", remote_src, remote_dest):
            self.remote.write(remote_dest, *self.remote.read(remote_src))

    def move_tree(self, remote_src: str, remote_dest: str) -> None:
        with self.remote.request(self, "move_tree", remote_src, remote_dest), self.remote.lock:
            names = self.remote.below(remote_src)
            if not names and remote_src not in self.remote.folders:
                raise RemoteMissing("No such folder.")
            if self.remote.below(remote_dest) or remote_dest in self.remote.files:
                raise PathBlocked("Taken.")
            for name in names:
                self.remote.files[remote_dest + name[len(remote_src) :]] = self.remote.files.pop(
                    name
                )
            self.remote.folders.discard(remote_src)

    def remove_folder(self, remote_dir: str) -> None:
        with self.remote.request(self, "remove_folder", remote_dir):
            if not self.remote.below(remote_dir):
                self.remote.folders.discard(remote_dir)

    def settle(self) -> None:
        with self.remote.lock:
            self.remote.calls.append(Call("settle", ""))
        if "settle" in self.remote.fail:
            raise self.remote.fail["settle"]

    def clean_up(self, remote_dir: str, ledger: Ledger, keep: Callable[[str], bool]) -> None:
        for path, _ in ledger.records():
            if not keep(path):
                ledger.drop(path)
        with self.remote.lock:
            self.remote.calls.append(Call("clean_up", remote_dir))
