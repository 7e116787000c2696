"""A storage service on the stage: in memory, with faults made to order, and with an eye on what
must never happen to a remote file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from skynet_desktop.core.errors import (
    PathBlocked,
    PathError,
    RemoteMissing,
    ServiceError,
)
from skynet_desktop.core.mapper import fold
from skynet_desktop.core.reserved import is_reserved
from tests.engine.simulated import Stage
from tests.engine.simulated_folder import Folder

BASE = "base/m"


class Checked(Protocol):
    def check(self) -> None:
        """Raises if the connection, or the program it belongs to, is no more."""
        ...


@dataclass(frozen=True)
class Fault:
    """The service is lost at a request: before it takes effect, or after, when only the answer
    does not arrive."""

    error: ServiceError
    after: bool


@dataclass
class Service:
    """``hierarchical``: a name is a file or a folder, never both; ``folds``: names that fold
    alike are one file; ``keeps_versions``: nothing that was stored is ever gone;
    ``believes_times``: what a file holds can be told by its size and time alone."""

    stage: Stage
    folder: Folder
    hierarchical: bool = False
    folds: bool = False
    keeps_versions: bool = False
    believes_times: bool = False
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
    def request(self, connection: Checked, *paths: str) -> Iterator[None]:
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
