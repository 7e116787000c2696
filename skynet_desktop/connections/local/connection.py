"""A folder on this computer, on another disk or on a mounted share as the destination.

Content grows under a temporary name in the destination folder and is renamed over the final
one, which is atomic on every file system we know of; what is replaced is linked to its other
name before, if it is to be kept. All methods are safe from
:attr:`LocalConnection.parallel` threads as long as no two of them write the same path.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from skynet_desktop.connections.base import (
    Connection,
    Ledger,
    Option,
    RemoteFile,
    Upload,
    state_of,
)
from skynet_desktop.connections.introduction import Location
from skynet_desktop.connections.local.copying import copy_content, is_big
from skynet_desktop.connections.local.keeping import keep
from skynet_desktop.connections.local.leftovers import discard, discard_of, settle_records
from skynet_desktop.connections.local.names import is_temporary, temporary_beside
from skynet_desktop.connections.local.reading import fetch_file, reading, same_as_source
from skynet_desktop.connections.local.root import GONE, Root, present, refuse_folder
from skynet_desktop.connections.local.sync import SETTLES_TOGETHER, sync_file_system, sync_path
from skynet_desktop.connections.recovery import Content
from skynet_desktop.core.errors import PathBlocked, PathError, RemoteMissing
from skynet_desktop.core.files import is_regular
from skynet_desktop.core.replacing import replace


class LocalConnection(Connection):
    """Every capability but versions; nothing stays open between two calls."""

    kind = "local"
    title = "Folder on this computer or a mounted disk"
    options = (
        Option(
            "path",
            "Folder",
            "The folder to mirror into, for example on another disk or a mounted share.",
            kind="folder",
            required=True,
        ),
        Option(
            "mounted",
            "Only while a disk is mounted there",
            "Waits while the folder lies on the system's own disk, as an empty mount point does.",
            kind="bool",
            default=False,
        ),
    )
    signs_in = False
    parallel = 4
    keeps_replaced = True

    def __init__(self, path: str, mounted: bool = False) -> None:
        self._root = Root(path, mounted)

    def open(self) -> None:
        self._root.open()
        self.folds_names = self._root.traits.folds_names

    def describe(self) -> str:
        return self._root.shown

    # --- writing --------------------------------------------------------------------------

    def send(self, src_path: str, remote_path: str) -> None:
        self.send_upload(Upload.of(src_path, remote_path))

    def send_upload(self, upload: Upload) -> None:
        """As the contract says. Content is durable after :meth:`settle` on Linux and on
        return elsewhere. Files above 16 MiB go on where an earlier attempt ended."""
        self._root.check()
        with self._root.errors():
            target = self._root.place(upload.remote_path, make_parents=True)
            refuse_folder(target)
        temp = temporary_beside(target, upload.remote_path)
        try:
            with self._root.errors():
                mode = copy_content(upload, temp)
                self._dress(temp, upload.state.size, upload.state.mtime_ns, mode)
            upload.check_unchanged()
            with self._root.errors():
                if upload.keep_as:
                    self._keep(upload, target)
                replace(temp, target)
        except BaseException as error:
            if isinstance(error, PathError) or not is_big(upload):
                discard(temp)
            raise
        if is_big(upload):
            upload.ledger.drop(upload.remote_path)

    def _keep(self, upload: Upload, target: str) -> None:
        if not keep(self._root, target, upload.keep_as):
            self.copy(upload.remote_path, upload.keep_as)  # the trash is on another disk

    def _dress(self, temp: str, size: int, mtime_ns: int, mode: int) -> None:
        """Give the whole content its time and permissions, and look at its size once more."""
        traits = self._root.traits
        if traits.tick_ns is not None:
            os.utime(temp, ns=(mtime_ns, mtime_ns))
        if traits.keeps_modes:
            os.chmod(temp, mode)
        if os.stat(temp).st_size != size:
            raise OSError(errno.EIO, "the copy is not as long as the file")

    def set_time(self, remote_path: str, mtime_ns: int) -> None:
        self._root.check()
        with self._root.errors():
            path, _ = self._regular(remote_path)
            os.utime(path, ns=(mtime_ns, mtime_ns))

    def settle(self) -> None:
        self._root.check()
        if SETTLES_TOGETHER:
            with self._root.errors():
                sync_file_system(self._root.path)

    # --- removing and renaming ------------------------------------------------------------

    def delete(self, remote_path: str) -> None:
        self._root.check()
        with self._root.errors():
            try:
                path = self._root.place(remote_path)
                refuse_folder(path)
                os.unlink(path)
            except GONE:
                return

    def move(self, remote_src: str, remote_dest: str) -> None:
        self._root.check()
        with self._root.errors():
            src, _ = self._regular(remote_src)
            dest = self._root.place(remote_dest, make_parents=True)
            refuse_folder(dest)
            try:
                replace(src, dest)
                return
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
        self.copy(remote_src, remote_dest)  # another disk is mounted somewhere below
        self.delete(remote_src)

    def move_tree(self, remote_src: str, remote_dest: str) -> None:
        self._root.check()
        with self._root.errors():
            src = self._folder(remote_src)
            if src is None:
                raise RemoteMissing("The folder is not at the destination.")
            dest = self._root.place(remote_dest, make_parents=True)
            if os.path.lexists(dest) and not os.path.samefile(src, dest):
                raise PathBlocked("The new name is taken at the destination.")
            os.rename(src, dest)

    def copy(self, remote_src: str, remote_dest: str) -> None:
        self._root.check()
        with self._root.errors():
            src, st = self._regular(remote_src)
            dest = self._root.place(remote_dest, make_parents=True)
            refuse_folder(dest)
            temp = temporary_beside(dest, remote_dest)
            discard(temp)
            try:
                shutil.copyfile(src, temp, follow_symlinks=False)
                sync_path(temp)
                self._dress(temp, st.st_size, st.st_mtime_ns, st.st_mode & 0o777)
                replace(temp, dest)
            except BaseException:
                discard(temp)
                raise

    def remove_folder(self, remote_dir: str) -> None:
        self._root.check()
        with self._root.errors():
            folder = self._folder(remote_dir)
            if folder is None or folder == self._root.path:
                return
            try:
                os.rmdir(folder)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT):
                    raise

    def clean_up(self, remote_dir: str, ledger: Ledger, keep: Callable[[str], bool]) -> None:
        self._root.check()
        with self._root.errors():
            settle_records(self._root, ledger, remote_dir, keep)

    def discard(self, remote_path: str) -> None:
        self._root.check()
        with self._root.errors():
            discard_of(self._root, remote_path)

    # --- reading --------------------------------------------------------------------------

    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        self._root.check()
        with self._root.errors():
            folder = self._folder(remote_dir)
            for path, entry in self._root.files(folder) if folder else ():
                st = None if is_temporary(entry.name) else present(entry)
                if st and is_regular(st):
                    yield RemoteFile(path, st.st_size, st.st_mtime_ns)
        self._root.check()  # a disk that went away looks like an end

    def stat(self, remote_path: str) -> RemoteFile | None:
        self._root.check()
        with self._root.errors(), contextlib.suppress(RemoteMissing, PathBlocked):
            path, st = self._regular(remote_path)
            return RemoteFile(os.path.basename(path), st.st_size, st.st_mtime_ns)
        return None

    def matches(self, src_path: str, remote_dir: str, remote: RemoteFile) -> bool:
        """By the modification time, as exactly as the destination keeps it."""
        tick_ns = self._root.traits.tick_ns
        if tick_ns is None or remote.mtime_ns is None:
            return False
        return abs(state_of(src_path).mtime_ns - remote.mtime_ns) < tick_ns

    def fetch(self, remote_path: str, dest_path: str) -> None:
        """Also sets the modification time. What cannot be written here is a ``PathError``."""
        with self.read(remote_path) as content:
            fetch_file(content, dest_path)

    @contextlib.contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        self._root.check()
        if version:
            raise RemoteMissing("A folder keeps no versions.")
        with self._root.errors():
            path, _ = self._regular(remote_path)
        with reading(self._root, path, offset) as content:
            yield content

    def same_content(self, src_path: str, remote_path: str) -> bool:
        """By reading both, up to the first difference."""
        with self.read(remote_path) as content:
            return same_as_source(src_path, content)

    # --- while it is set up (introduction.py) ---------------------------------------------

    def has_folder(self, remote_dir: str) -> bool:
        self._root.check()
        with self._root.errors():
            return self._folder(remote_dir) is not None

    def check_name(self, remote_path: str) -> None:
        self._root.parts(remote_path)

    def location(self, remote_path: str) -> Location:
        path = Path(self._root.shown, *(part for part in remote_path.split("/") if part))
        return Location(str(path), path.as_uri())

    def free_space(self, remote_dir: str) -> int | None:
        """For a check-up (particulars.py)."""
        self._root.check()
        with self._root.errors():
            return shutil.disk_usage(self._root.path).free

    # --- looking --------------------------------------------------------------------------

    def _regular(self, remote_path: str) -> tuple[str, os.stat_result]:
        """Where the file is. Raises ``RemoteMissing``, and ``PathBlocked`` for all but files."""
        try:
            path = self._root.place(remote_path)
            st = os.lstat(path)
        except GONE as error:
            raise RemoteMissing("The file is not at the destination.") from error
        if not is_regular(st):
            raise PathBlocked("This is not a file at the destination.")
        return path, st

    def _folder(self, remote_dir: str) -> str | None:
        """Where the folder is; None if it is not there."""
        try:
            return self._root.descend(self._root.parts(remote_dir))
        except GONE:
            return None
