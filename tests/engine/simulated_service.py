"""A storage service on the stage: in memory, with faults made to order, and with an eye on what
must never happen to a remote file.

Connections are put together from capabilities (:func:`connection_class`), so that the engine
meets services of every kind.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from skynet_desktop.connections.base import Connection, Ledger, RemoteFile, Upload, state_of
from skynet_desktop.connections.recovery import Content, RemoteVersion
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathError,
    RemoteMissing,
    ServiceError,
    SourceChanged,
    Stopped,
    source_error,
)
from skynet_desktop.core.mapper import fold
from skynet_desktop.core.reserved import is_reserved
from tests.engine.simulated import Killed, Stage
from tests.engine.simulated_folder import Folder

BASE = "base/m"


@dataclass(frozen=True)
class Fault:
    """The service is lost at a request: before it takes effect, or after, when only the answer
    does not arrive."""

    error: ServiceError
    after: bool


@dataclass
class Service:
    """``hierarchical``: a name is a file or a folder, never both; ``folds``: names that fold
    alike are one file; ``keeps_versions``: nothing that was stored is ever gone."""

    stage: Stage
    folder: Folder
    hierarchical: bool = False
    folds: bool = False
    keeps_versions: bool = False
    removes: bool = True
    """Whether anything may be removed or renamed at all (complete sync)."""
    keeps: str = "nothing"
    """What must stay recoverable: "all", "deleted" or "nothing"."""
    files: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    extra: set[str] = field(default_factory=set)
    """Paths of the mapping that nobody follows any more: they may stay. They move along when
    the folder they lie in is renamed."""
    kept_at: dict[str, float] = field(default_factory=dict)
    """When a version of a path was put into the trash last."""
    fault: Fault | None = None
    down: ServiceError | None = None
    errors: dict[str, PathError] = field(default_factory=dict)
    """Path -> the error of every request for it."""
    life: int = 0
    """Raised when the program dies: requests of its former lives do nothing more."""
    working: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    on_moment: Callable[[str, str], None] = lambda moment, path: None
    """Called within a request with "before", "middle" or "after" and the path it works on."""

    def content(self) -> dict[str, bytes]:
        """Of the mapping, without what is ours there."""
        prefix = BASE + "/"
        found = {
            p[len(prefix) :]: data for p, (data, _) in self.files.items() if p.startswith(prefix)
        }
        return {path: data for path, data in found.items() if not is_reserved(path)}

    # --- what a request may do ----------------------------------------------------------------

    def put(self, path: str, data: bytes, mtime_ns: int, keep_as: str = "") -> None:
        real = self.real(path)
        self._check_kind(real)
        if data not in self.folder.versions and self._is_mirrored(path):
            self.violations.append(f"{path} shows {data!r}, which was never a whole version")
        if real in self.files:
            old = self.files[real][0]
            if keep_as:
                self.kept_at[real] = self.stage.clock.time()
                self._store(keep_as, *self.files[real])
            elif old != data:
                self._lose(real, old, "replaced")
        self._store(real, data, mtime_ns)

    def _store(self, path: str, data: bytes, mtime_ns: int) -> None:
        self.folders.update(_above(path))
        self.files[path] = (data, mtime_ns)

    def get(self, path: str) -> tuple[bytes, int]:
        found = self.files.get(self.real(path))
        if found is None:
            raise RemoteMissing("It is not there.")
        return found

    def remove(self, path: str) -> None:
        if self.hierarchical and self.below(path):
            raise PathBlocked("A folder.")
        real = self.real(path)
        if real in self.files:
            self._may_go(real, "removed")
            self._lose(real, self.files.pop(real)[0], "removed")

    def rename(self, source: str, dest: str) -> None:
        data, mtime_ns = self.get(source)
        real = self.real(source)
        if fold(source) != fold(dest) or not self.folds:
            self._may_go(real, "renamed", dest)
        self._check_kind(dest)
        del self.files[real]
        dest = self.real(dest)
        if dest in self.files and self.files[dest][0] != data:
            self._lose(dest, self.files[dest][0], "replaced by a rename")
        self._store(dest, data, mtime_ns)

    def rename_tree(self, source: str, dest: str) -> None:
        names = self.below(source)
        if not names and source not in self.folders:
            raise RemoteMissing("No such folder.")
        if self.below(dest) or dest in self.files or dest in self.folders:
            raise PathBlocked("Taken.")
        self._check_kind(dest)
        at = self.folder.since_below(self._relative(source))
        if self._is_mirrored(source) and at < self._handed_out():
            self.violations.append(f"{source}/ was renamed though it is there")
        for name in names:
            self.files[dest + name[len(source) :]] = self.files.pop(name)
        inside = {f for f in self.folders if f == source or f.startswith(source + "/")}
        self.extra |= {
            self._relative(dest) + path[len(self._relative(source)) :]
            for path in self.extra
            if path.startswith(self._relative(source) + "/")
        }
        self.folders -= inside
        self.folders |= {dest + f[len(source) :] for f in inside} | set(_above(dest))

    def below(self, folder: str) -> list[str]:
        return [path for path in self.files if path.startswith(folder + "/")]

    def real(self, path: str) -> str:
        """The name as it was first spelled."""
        if not self.folds or path in self.files:
            return path
        return next((p for p in self.files if fold(p) == fold(path)), path)

    def _check_kind(self, path: str) -> None:
        if self.hierarchical and (
            any(above in self.files for above in _above(path)) or self.below(path)
        ):
            raise PathBlocked("Of another kind.")

    # --- what must never happen -----------------------------------------------------------------

    def _may_go(self, path: str, how: str, dest: str = "") -> None:
        """A remote file goes only if its local one was gone at the second look, or to make
        room for the next version while it is kept."""
        if not self._is_mirrored(path):
            return
        if dest and not self._is_mirrored(dest):
            self.kept_at[path] = self.stage.clock.time()
            if self.keeps == "all":
                return
        if not self.removes:
            self.violations.append(f"{path} was {how} without complete sync")
        if self._there_since(path) < self._handed_out():
            self.violations.append(f"{path} was {how} though it is there")

    def _there_since(self, path: str) -> int:
        """Another spelling of the name counts if what is there is that file's content."""
        relative, data = self._relative(path), self.files[path][0]
        same = {p for p, here in self.folder.files.items() if fold(p) == fold(relative)}
        if self.folds and any((self.folder.root / p).read_bytes() == data for p in same):
            return min(self.folder.since(p) for p in same)
        return self.folder.since(relative)

    def _lose(self, path: str, data: bytes, how: str) -> None:
        wanted = self.keeps == "all" or (self.keeps == "deleted" and how == "removed")
        if self.keeps_versions or not wanted:
            return
        if not self._is_mirrored(path):
            if "/trash/" in path:
                self.violations.append(f"what was kept as {path} was {how}")
        elif how == "removed" or not self._was_kept_lately(path):
            self.violations.append(f"{path} was {how} and is not kept")

    def _was_kept_lately(self, path: str) -> bool:
        """What is replaced all the time is kept once an hour."""
        return 0 <= self.stage.clock.time() - self.kept_at.get(path, 0.0) < 3600

    def _handed_out(self) -> int:
        return self.stage.current.handed_out if self.stage.current is not None else 0

    @staticmethod
    def _relative(path: str) -> str:
        return path[len(BASE) + 1 :]

    def _is_mirrored(self, path: str) -> bool:
        return path.startswith(BASE + "/") and not is_reserved(self._relative(path))

    # --- requests -------------------------------------------------------------------------------

    def at(self, moment: str, *paths: str) -> None:
        if paths and self._is_mirrored(paths[-1]):
            self.on_moment(moment, self._relative(paths[-1]))

    @contextlib.contextmanager
    def request(self, connection: Bare, *paths: str) -> Iterator[None]:
        """Others move before it takes effect, and again before its answer arrives."""
        busy = [p for p in paths if self._is_mirrored(p) and not is_reserved(self._relative(p))]
        for path in busy:
            if any(path == other or _inside(path, other) for other in self.working):
                self.violations.append(f"two requests work on {path} at the same time")
        self.working += busy
        try:
            self.stage.pause()
            self.at("before", *paths)
            connection.check()
            fault, self.fault = self.fault, None
            if fault is not None and not fault.after:
                raise fault.error
            if self.down is not None:
                raise self.down
            for path in paths:
                if path in self.errors:
                    raise self.errors[path]
            yield
            self.stage.pause()
            self.at("after", *paths)
            connection.check()
            if fault is not None:
                raise fault.error
        finally:
            for path in busy:
                self.working.remove(path)


def _above(path: str) -> list[str]:
    return [path[:at] for at, letter in enumerate(path) if letter == "/" and at]


def _inside(one: str, other: str) -> bool:
    return one.startswith(other + "/") or other.startswith(one + "/")


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
