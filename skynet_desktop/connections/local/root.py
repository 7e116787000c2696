"""The destination folder itself: is it still the same one, and where in it does a path lie?

Two dangers are met here. An unmounted disk leaves an empty mount point behind, and writing
there would fill the wrong disk: so the root's device and inode are remembered and compared
before every operation. And a symbolic link below the root leads elsewhere: so no link is
followed, neither when writing nor when deleting. They are looked for right before each use;
whoever is quick enough to plant one between the look and the use is not met here.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from skynet_desktop.connections.local.names import refusal
from skynet_desktop.connections.local.probe import Traits, probe
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathImpossible,
    ServiceRefused,
    SkynetError,
    StorageFull,
    sorted_error,
)
from skynet_desktop.core.reserved import RESERVED

WINDOWS = sys.platform == "win32"

# Kept by operating systems at the top of a disk and closed to everybody; nobody's files.
_SYSTEM_FOLDERS = {"lost+found", "System Volume Information", "$RECYCLE.BIN", ".Trashes"}
_SYSTEM_FOLDERS |= {".Spotlight-V100", ".fseventsd", ".DocumentRevisions-V100"}

GONE = (FileNotFoundError, NotADirectoryError)
"""What looking at a path raises when nothing is there."""
# Windows' ERROR_HANDLE_DISK_FULL and ERROR_DISK_QUOTA_EXCEEDED, which Python takes for EINVAL.
_WINDOWS_FULL = {39, 1295}
_UNREACHABLE = {errno.EIO, errno.ENOTCONN, errno.ESHUTDOWN, errno.ENODEV, errno.ENXIO}


class Root:
    """Safe from any thread once :meth:`open` has returned. Holds nothing open in between,
    so that the person can eject the disk."""

    def __init__(self, path: str, mounted: bool = False) -> None:
        self.shown = os.path.normpath(Path(path).expanduser().absolute())
        self.path = _extended(self.shown)
        self.traits = Traits()
        self._mounted = mounted
        self._identity: tuple[int, int] | None = None

    def open(self) -> None:
        """Raises ``ConnectionLost`` if the folder is not there now (an unplugged disk) and
        ``ServiceRefused`` if it is no folder or may not be written to."""
        st = self._stat()
        if not stat.S_ISDIR(st.st_mode):
            raise ServiceRefused(f"{self.shown} is not a folder.")
        if self._mounted and not _is_mounted(self.shown):
            raise ConnectionLost(f"No disk is mounted at {self.shown}.")
        try:
            self.traits = probe(self.path)
        except PermissionError as error:
            raise ServiceRefused(f"The folder {self.shown} may not be written to.") from error
        except OSError as error:
            raise destination_error(error) from error
        self._identity = (st.st_dev, st.st_ino)

    def check(self) -> None:
        """Raises ``ConnectionLost`` unless the folder is there and is the one we opened."""
        st = self._stat()
        if (st.st_dev, st.st_ino) != self._identity:
            raise ConnectionLost(f"{self.shown} is another folder now: was a disk unmounted?")

    def _stat(self) -> os.stat_result:
        try:
            return os.stat(self.path)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ConnectionLost(
                f"The folder {self.shown} is not there. Is its disk plugged in?"
            ) from error
        except PermissionError as error:
            raise ServiceRefused(f"The folder {self.shown} may not be read.") from error
        except OSError as error:
            raise ConnectionLost(f"{self.shown} cannot be reached: {error.strerror}.") from error

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Translates what goes wrong at the destination; a root that went away explains all."""
        try:
            yield
        except OSError as error:
            self.check()
            raise destination_error(error) from error

    def parts(self, remote_path: str) -> list[str]:
        """The names of a path. Raises ``PathImpossible`` for one that cannot be stored."""
        parts = [part for part in remote_path.split("/") if part]
        for part in parts:
            why = refusal(part, windows=WINDOWS, drops_tails=self.traits.drops_tails)
            if why:
                raise PathImpossible(why)
        return parts

    def place(self, remote_path: str, *, make_parents: bool = False) -> str:
        """The full local path of a file. Its folders are looked at (and made) one by one.

        Raises ``FileNotFoundError`` if a folder on the way is missing, ``NotADirectoryError``
        if a file stands in its place and ``PathBlocked`` for a link.
        """
        *folders, name = self.parts(remote_path) or [""]
        if not name:
            raise PathImpossible("The destination's own folder cannot be a file.")
        return os.path.join(self.descend(folders, make=make_parents), name)

    def descend(self, folders: list[str], *, make: bool = False) -> str:
        """The full path of the folder; the same errors as :meth:`place`."""
        path = self.path
        for name in folders:
            path = os.path.join(path, name)
            try:
                st = os.lstat(path)
            except FileNotFoundError:
                if not make:
                    raise
                with contextlib.suppress(FileExistsError):
                    os.mkdir(path)
                st = os.lstat(path)
            if is_link(st):
                raise PathBlocked("A link at the destination has the name of a folder.")
            if not stat.S_ISDIR(st.st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
        return path

    def files(self, folder: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """All that is no folder below ``folder`` (a full path), with its path relative to it,
        without what is ours there (``RESERVED``).

        Lazy; one folder is open at a time, links are not followed. An unreadable folder is
        an ``OSError``, never an empty one.
        """
        pending = [("", folder)]
        while pending:
            prefix, path = pending.pop()
            try:
                entries = os.scandir(path)
            except FileNotFoundError:
                continue  # went away meanwhile, and all in it
            except PermissionError:
                if path in {os.path.join(self.path, name) for name in _SYSTEM_FOLDERS}:
                    continue
                raise
            with entries:
                for entry in entries:
                    if prefix + entry.name == RESERVED:
                        continue
                    if not entry.is_dir(follow_symlinks=False):
                        yield prefix + entry.name, entry
                    elif not (WINDOWS and is_link(entry.stat(follow_symlinks=False))):
                        pending.append((f"{prefix}{entry.name}/", entry.path))


def destination_error(error: OSError) -> SkynetError:
    """``sorted_error`` with what only a mounted disk can answer."""
    if error.errno == errno.EROFS:
        return ServiceRefused("The destination is read-only.")
    if error.errno == errno.EXDEV:
        return PathBlocked("The two names are on different disks at the destination.")
    if getattr(error, "winerror", None) in _WINDOWS_FULL:
        return StorageFull("The destination is full.")
    if error.errno in _UNREACHABLE:
        return ConnectionLost("The disk or share is no longer reachable.")
    return sorted_error(error)


def present(entry: os.DirEntry[str]) -> os.stat_result | None:
    """The entry's own ``lstat``; None if it went away since the folder was read."""
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None


def refuse_folder(path: str) -> None:
    """Raises ``PathBlocked`` if a folder has the name."""
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISDIR(os.lstat(path).st_mode):
            raise PathBlocked("A folder has this name at the destination.")


def is_link(st: os.stat_result) -> bool:
    """A symbolic link, or a junction, which Windows shows as a folder."""
    if sys.platform == "win32" and st.st_reparse_tag == stat.IO_REPARSE_TAG_MOUNT_POINT:
        return True
    return stat.S_ISLNK(st.st_mode)


def _is_mounted(path: str) -> bool:
    """Whether the path lies on anything but the system's own disk."""
    while (parent := os.path.dirname(path)) != path:
        if os.path.ismount(path):
            return True
        path = parent
    return WINDOWS  # a drive letter goes away with its disk


def _extended(path: str) -> str:
    """On Windows, the form that is not limited to 260 characters."""
    if not WINDOWS or path.startswith("\\\\?\\"):
        return path
    if path.startswith("\\\\"):
        return "\\\\?\\UNC\\" + path[2:]
    return "\\\\?\\" + path
