"""The folder that files are brought back to. Nothing outside of it is ever touched.

A link below the target may lead anywhere, and may be put there while we work. So on POSIX
systems each folder is opened below the one before it without following links, and all that is
done in it is done by that open folder, never by its path. Windows has no such calls: there each
folder is looked at right before, junctions count as links, and a moment remains.

Nothing is overwritten either. A file gets its name by a call that fails if the name is taken,
and what has to make room is renamed in one step, whatever it is by then.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from skynet_desktop.core.errors import (
    PathBlocked,
    PathDenied,
    PathError,
    PathImpossible,
    SkynetError,
)

PREFIX, SUFFIX = ".skynet-", ".part"
"""How our unfinished files are called, which the Watcher passes over (``core.filters``)."""
_PROBE_NS = 1_500_000_001_999_999_999  # what is lost of it is the most that can be lost
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)
_GONE = (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN, errno.ESHUTDOWN)
_FULL = (errno.ENOSPC, errno.EDQUOT)


class TargetUnusable(SkynetError):
    """Nothing can be written to the target any more: it is full, or its disk went away."""


@dataclass(frozen=True)
class Traits:
    """What the target's file system does to names; ``tick_ns`` is how exact its times are."""

    folds_names: bool
    drops_tails: bool
    tick_ns: int


class Folder:
    """An open folder at or below the target; a context manager. Errors are ``OSError``."""

    def __init__(self, path: str, fd: int | None) -> None:
        self.path = path
        self._fd = fd

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        if self._fd is not None:
            os.close(self._fd)

    def at(self, name: str) -> str:
        """What to call a file in a system call together with :attr:`fd`."""
        return os.path.join(self.path, name) if self._fd is None else name

    @property
    def fd(self) -> int | None:
        return self._fd

    def below(self, name: str) -> Folder:
        """The folder of this name in it, made if it is not there. :class:`PathBlocked` for a
        file or a link."""
        path = os.path.join(self.path, name)
        st = self.stat(name)
        if st is None:
            with contextlib.suppress(FileExistsError):
                os.mkdir(self.at(name), dir_fd=self._fd)
            st = self.stat(name)
        if st is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        if _is_link(st):
            raise PathBlocked("A link here has the name of a folder, and may lead elsewhere.")
        if not stat.S_ISDIR(st.st_mode):
            raise PathBlocked("A file here has the name of a folder.")
        if sys.platform == "win32":
            return Folder(path, None)
        # If it became a link since, this fails.
        return Folder(path, os.open(name, _DIRECTORY | os.O_NOFOLLOW, dir_fd=self._fd))

    def stat(self, name: str) -> os.stat_result | None:
        """Of the thing itself, a link is not followed; None if nothing has the name."""
        try:
            return os.stat(self.at(name), dir_fd=self._fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def open(self, name: str, flags: int) -> int:
        """A descriptor of the file of this name; a link is not followed."""
        flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        return os.open(self.at(name), flags, 0o666, dir_fd=self._fd)

    def remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.at(name), dir_fd=self._fd)

    def names(self) -> list[str]:
        return os.listdir(self.path if self._fd is None else self._fd)

    def give_name(self, partial: str, name: str) -> None:
        """Rename; ``FileExistsError`` if anything has the name, even since a moment."""
        if sys.platform == "win32":
            os.rename(self.at(partial), self.at(name))  # fails by itself
            return
        try:
            os.link(partial, name, src_dir_fd=self._fd, dst_dir_fd=self._fd, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._reserve(name)  # FAT and some shares: the name is ours first, then the content
            os.rename(partial, name, src_dir_fd=self._fd, dst_dir_fd=self._fd)
        else:
            os.unlink(partial, dir_fd=self._fd)

    def put_aside(self, name: str, kept: str) -> None:
        """Rename whatever has the name by then, in one step; ``FileExistsError`` if ``kept`` is
        taken."""
        if sys.platform == "win32":
            os.rename(self.at(name), self.at(kept))
            return
        self._reserve(kept)
        try:
            os.rename(name, kept, src_dir_fd=self._fd, dst_dir_fd=self._fd)
        except OSError:
            self.remove(kept)
            raise

    def move_to(self, folder: Folder, name: str) -> None:
        os.replace(self.at(name), folder.at(name), src_dir_fd=self._fd, dst_dir_fd=folder.fd)

    def _reserve(self, name: str) -> None:
        os.close(self.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL))


class Target:
    """The folder itself, open as long as this is. Safe from any thread."""

    def __init__(self, path: str) -> None:
        """Raises :class:`TargetUnusable` if it is not there or may not be written to."""
        self.path = _extended(os.path.abspath(path))
        self.shown = path
        try:
            fd = None if sys.platform == "win32" else os.open(self.path, _DIRECTORY)
        except OSError as error:
            raise self._unusable(error) from error
        self._top = Folder(self.path, fd)
        try:
            self.traits = _probe(self._top)
        except OSError as error:
            self.close()
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> TargetUnusable:
        if isinstance(error, FileNotFoundError):
            return TargetUnusable(
                f"The folder {self.shown} is not there. Make it, or choose another one."
            )
        if error.errno in _FULL:
            return TargetUnusable(
                f"The disk of {self.shown} is full. Make room, then restore again."
            )
        detail = error.strerror or str(error)
        return TargetUnusable(f"Nothing can be written to the folder {self.shown}: {detail}.")

    def close(self) -> None:
        self._top.__exit__()

    @contextlib.contextmanager
    def folder(self, parts: list[str]) -> Iterator[Folder]:
        """The folder below the target, made if need be. Raises as :meth:`errors` does."""
        with contextlib.ExitStack() as opened:
            folder = self._top
            with self.errors():
                for part in parts:
                    folder = opened.enter_context(folder.below(part))
            yield folder

    @property
    def top(self) -> Folder:
        return self._top

    def look(self, path: str) -> os.stat_result | None:
        """A quick look at what is at the relative path, for estimates only."""
        try:
            return os.lstat(os.path.join(self.path, *path.split("/")))
        except (OSError, ValueError):
            return None

    def free(self) -> int:
        """Bytes that may still be written there. Raises :class:`TargetUnusable`."""
        try:
            return shutil.disk_usage(self.path).free
        except OSError as error:
            raise self._unusable(error) from error

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """What goes wrong here, as errors of the path, or :class:`TargetUnusable`."""
        try:
            yield
        except OSError as error:
            raise self._translated(error) from error
        except ValueError as error:  # NUL and the like
            raise PathImpossible("No file on this computer can have this name.") from error

    @contextlib.contextmanager
    def full_disk(self) -> Iterator[None]:
        """The same for a full disk alone, where another's code writes here and reads there."""
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise self._unusable(error) from error
            raise

    def _translated(self, error: OSError) -> SkynetError:
        if error.errno in _FULL:
            return self._unusable(error)
        if error.errno in _GONE:
            return TargetUnusable(f"The disk of {self.shown} can no longer be reached.")
        if error.errno in (errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.EFBIG):
            detail = error.strerror or str(error)
            return PathImpossible(f"This computer cannot hold this name or size: {detail}.")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return PathDenied("The file may not be written here.")
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EISDIR):
            return PathBlocked("Something of another kind has this name here.")
        return PathError(f"The file cannot be written here: {error.strerror or error}.")


_DIRECTORY = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)


def _is_link(st: os.stat_result) -> bool:
    """A symbolic link, or a junction, which Windows shows as a folder."""
    if sys.platform == "win32" and st.st_reparse_tag == stat.IO_REPARSE_TAG_MOUNT_POINT:
        return True
    return stat.S_ISLNK(st.st_mode)


def _probe(folder: Folder) -> Traits:
    """Asked of the file system itself, with one file."""
    token = secrets.token_hex(8)
    name = f"{PREFIX}{token}å{SUFFIX}"
    others = (f"{PREFIX}{token}å{SUFFIX}".upper(), f"{PREFIX}{token}".upper() + f"å{SUFFIX}",
              unicodedata.normalize("NFD", name))  # fmt: skip
    os.close(folder.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    try:
        path = os.path.join(folder.path, name)
        os.utime(path, ns=(_PROBE_NS, _PROBE_NS))
        return Traits(
            any(map(folder.stat, others)),
            any(map(folder.stat, (name + ".", name + " "))),
            max(1, abs(os.stat(path).st_mtime_ns - _PROBE_NS)),
        )
    finally:
        folder.remove(name)


def _extended(path: str) -> str:
    """On Windows, the form that is not limited to 260 characters."""
    if sys.platform != "win32" or path.startswith("\\\\?\\"):
        return path
    return "\\\\?\\UNC\\" + path[2:] if path.startswith("\\\\") else "\\\\?\\" + path
