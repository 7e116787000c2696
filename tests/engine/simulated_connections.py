"""Connections to the service on the stage, put together from capabilities, so that the engine
meets services of every kind.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar

from skynet_desktop.connections.base import Connection, Ledger, RemoteFile, Upload, state_of
from skynet_desktop.connections.recovery import Content, RemoteVersion
from skynet_desktop.core.errors import (
    ConnectionLost,
    ServiceError,
    SourceChanged,
    Stopped,
    source_error,
)
from skynet_desktop.core.reserved import is_reserved
from tests.engine.simulated import Killed
from tests.engine.simulated_service import Service


class Bare(Connection):
    """The three methods that make a service usable."""

    kind: ClassVar[str] = "simulated"
    parallel = 5

    def __init__(self, service: Service) -> None:
        self.service = service
        self.folds_names = service.folds
        self._life = service.life
        self._closed = False

    def check(self) -> None:
        if self._life != self.service.life:
            raise Killed
        if self._closed:
            raise ConnectionLost("Closed.")

    def open(self) -> None:
        with self.service.request(self):
            pass

    def close(self) -> None:
        self._closed = True

    def send(self, src_path: str, remote_path: str) -> None:
        with self.service.request(self, remote_path):
            upload = Upload.of(src_path, remote_path)
            data = self._read(upload)
            if state_of(src_path) != upload.state:
                raise SourceChanged("It changed.")
            self.service.put(remote_path, data, upload.state.mtime_ns)

    def _read(self, upload: Upload) -> bytes:
        """In two blocks: the file may change between them."""
        try:
            with open(upload.src_path, "rb") as file:
                first = file.read(max(1, upload.state.size // 2))
                self.service.stage.pause()
                self.service.at("middle", upload.remote_path)
                upload.check()
                self.check()
                return first + file.read()
        except OSError as error:
            raise source_error(error) from error

    def delete(self, remote_path: str) -> None:
        with self.service.request(self, remote_path):
            self.service.remove(remote_path)

    def move(self, remote_src: str, remote_dest: str) -> None:
        with self.service.request(self, remote_src, remote_dest):
            self.service.rename(remote_src, remote_dest)


class Uploads(Bare):
    def send_upload(self, upload: Upload) -> None:
        with self.service.request(self, upload.remote_path):
            data = self._read(upload)
            upload.content.add(0, data)
            upload.progress(len(data))
            upload.check_unchanged()
            self.service.put(upload.remote_path, data, upload.state.mtime_ns, self._keep_as(upload))

    def _keep_as(self, upload: Upload) -> str:
        return ""


class Keeping(Uploads):
    keeps_replaced = True

    def _keep_as(self, upload: Upload) -> str:
        return upload.keep_as


class Batches(Uploads):
    def send_batch(self, uploads: Sequence[Upload]) -> Iterator[tuple[Upload, Exception | None]]:
        for upload in uploads:
            yield upload, _tried(lambda upload=upload: self.send_upload(upload))  # type: ignore[misc]

    def delete_batch(self, remote_paths: Sequence[str]) -> Iterable[tuple[str, Exception | None]]:
        for path in remote_paths:
            yield path, _tried(lambda path=path: self.delete(path))  # type: ignore[misc]


class Listing(Bare):
    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        with self.service.request(self, remote_dir):
            for path, (data, mtime_ns) in list(self.service.files.items()):
                below = path.removeprefix(remote_dir + "/")
                if below != path and not is_reserved(below):
                    yield RemoteFile(below, len(data), mtime_ns)

    def stat(self, remote_path: str) -> RemoteFile | None:
        with self.service.request(self, remote_path):
            found = self.service.files.get(self.service.real(remote_path))
        return (
            RemoteFile(remote_path.rpartition("/")[2], len(found[0]), found[1]) if found else None
        )

    def matches(self, src_path: str, remote_dir: str, remote: RemoteFile) -> bool:
        if self.service.believes_times:
            return state_of(src_path).mtime_ns == remote.mtime_ns
        with open(src_path, "rb") as file:
            return file.read() == self.service.get(f"{remote_dir}/{remote.path}")[0]

    def same_content(self, src_path: str, remote_path: str) -> bool:
        with self.service.request(self, remote_path), open(src_path, "rb") as file:
            return file.read() == self.service.get(remote_path)[0]


class Reading(Bare):
    @contextlib.contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        with self.service.request(self, remote_path):
            data, mtime_ns = self.service.get(remote_path)
        about = RemoteFile(remote_path.rpartition("/")[2], len(data), mtime_ns)
        yield Content(about, iter([data[offset:]]))

    def fetch(self, remote_path: str, dest_path: str) -> None:
        with self.service.request(self, remote_path), open(dest_path, "xb") as file:
            file.write(self.service.get(remote_path)[0])


class Copying(Bare):
    def copy(self, remote_src: str, remote_dest: str) -> None:
        with self.service.request(self, remote_src, remote_dest):
            self.service.put(remote_dest, *self.service.get(remote_src))


class Trees(Bare):
    def move_tree(self, remote_src: str, remote_dest: str) -> None:
        with self.service.request(self, remote_src, remote_dest):
            self.service.rename_tree(remote_src, remote_dest)


class Folders(Bare):
    def remove_folder(self, remote_dir: str) -> None:
        with self.service.request(self, remote_dir):
            if not self.service.below(remote_dir) and not any(
                f.startswith(remote_dir + "/") for f in self.service.folders
            ):
                self.service.folders.discard(remote_dir)


class Times(Bare):
    def set_time(self, remote_path: str, mtime_ns: int) -> None:
        with self.service.request(self, remote_path):
            data, _ = self.service.get(remote_path)
            self.service.files[self.service.real(remote_path)] = (data, mtime_ns)


class Settling(Bare):
    def settle(self) -> None:
        if self.service.fault is not None and self.service.fault.after:
            fault, self.service.fault = self.service.fault, None
            raise fault.error

    def clean_up(self, remote_dir: str, ledger: Ledger, keep: Callable[[str], bool]) -> None:
        for path, _ in ledger.records():
            if not keep(path):
                ledger.drop(path)


class Versions(Bare):
    def keeps_versions(self) -> bool:
        return self.service.keeps_versions

    def versions(self, remote_dir: str) -> Iterator[RemoteVersion]:
        return iter(())


CAPABILITIES: tuple[type[Bare], ...] = (
    Uploads, Keeping, Batches, Listing, Reading, Copying, Trees, Folders, Times, Settling, Versions,
)  # fmt: skip


def connection_class(capabilities: Iterable[type[Bare]]) -> type[Bare]:
    """A connection that has these."""
    wanted = set(capabilities)
    # A class goes before those it is made from.
    parts = sorted(wanted, key=lambda part: (-len(part.__mro__), part.__name__))
    return type("Simulated", (*parts, Bare), {})


def _tried(call: Callable[[], None]) -> Exception | None:
    try:
        call()
    except (ServiceError, Stopped):
        raise
    except Exception as error:
        return error
    return None
