"""The single requests: ask, wait, answer or :class:`StatusError`.

They may be used while pipelined requests are in flight on the same pipe.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.pipeline import Pipe

# A server may take minutes to bring a big file to its disk.
_FSYNC_SECONDS = 900.0


class Space(NamedTuple):
    """What is left where a path lies. ``files`` is None where they are not counted."""

    bytes: int
    files: int | None
    read_only: bool


class SFTP(Pipe):
    """A :class:`Pipe` with the protocol's requests as methods. Paths are bytes."""

    def run(self, kind: int, body: bytes) -> None:
        """A request that is answered by a bare status. Raises :class:`StatusError`."""
        if error := p.status_of(*self.call(kind, body)):
            raise error

    def lstat(self, path: bytes) -> p.Attrs | None:
        """None if nothing has that name. Does not follow links."""
        return self._attrs(p.LSTAT, path)

    def stat(self, path: bytes) -> p.Attrs | None:
        """Like :meth:`lstat`, of what a link leads to."""
        return self._attrs(p.STAT, path)

    def _attrs(self, request: int, path: bytes) -> p.Attrs | None:
        kind, body = self.call(request, p.string(path or b"."))
        if kind == p.ATTRS:
            return p.read_attrs(body)[0]
        error = p.status_of(kind, body)
        if error and error.code != p.NO_SUCH_FILE:
            raise error
        return None

    def fstat(self, handle: bytes) -> p.Attrs:
        kind, body = self.call(p.FSTAT, handle)
        if kind != p.ATTRS:
            raise p.status_of(kind, body) or p.StatusError(p.BAD_MESSAGE, "no attributes")
        return p.read_attrs(body)[0]

    def open(self, path: bytes, flags: int, attrs: bytes = p.NO_ATTRS) -> bytes:
        """The handle *as a field*: with its length in front, ready to be sent back."""
        return self._handle(p.OPEN, p.string(path) + p.u32(flags) + attrs)

    def _handle(self, request: int, fields: bytes) -> bytes:
        kind, body = self.call(request, fields)
        if kind != p.HANDLE:
            raise p.status_of(kind, body) or p.StatusError(p.BAD_MESSAGE, "no handle")
        return body

    def realpath(self, path: bytes) -> bytes:
        kind, body = self.call(p.REALPATH, p.string(path))
        if kind != p.NAME:
            raise p.status_of(kind, body) or p.StatusError(p.BAD_MESSAGE, "no name")
        return p.read_string(body, 4)[0]

    @property
    def renames_over(self) -> bool:
        """Whether a rename replaces what has the name, at once."""
        return p.POSIX_RENAME in self.extensions

    @property
    def links(self) -> bool:
        """Whether the server offers hard links (not every file system behind it has them)."""
        return p.HARDLINK in self.extensions

    def rename_request(self, source: bytes, target: bytes) -> tuple[int, bytes]:
        """OpenSSH PROTOCOL, section 4.3; only where :attr:`renames_over`."""
        return p.EXTENDED, p.string(p.POSIX_RENAME) + p.string(source) + p.string(target)

    def link_request(self, source: bytes, target: bytes) -> tuple[int, bytes]:
        """A second name for a file; it must be free. OpenSSH PROTOCOL, section 4.5; only where
        :attr:`links`."""
        return p.EXTENDED, p.string(p.HARDLINK) + p.string(source) + p.string(target)

    def rename_new(self, source: bytes, target: bytes) -> None:
        """Rename to a name that must be free (draft, section 6.5)."""
        self.run(p.RENAME, p.string(source) + p.string(target))

    def rename_over(self, source: bytes, target: bytes) -> None:
        """Rename, replacing a file.

        Atomic where the server can. Elsewhere the old file is removed first: for a moment
        the name is missing, but never partial.
        """
        if self.renames_over:
            self.run(*self.rename_request(source, target))
            return
        try:
            self.rename_new(source, target)
        except p.StatusError as error:
            there = self.lstat(target)
            if error.code == p.NO_SUCH_FILE or there is None or there.is_folder:
                raise
            if self.lstat(source) is None:
                raise
            self.run(p.REMOVE, p.string(target))
            self.rename_new(source, target)

    def create(self, path: bytes, mode: int) -> bytes:
        """A handle to write to a new file; one that is there is removed first.

        So a server that still works on what a broken connection left in its buffers writes
        to the old file, and a link that somebody put there is not followed.
        """
        try:
            return self.open(path, p.FLAGS_NEW, p.mode_attrs(mode))
        except p.StatusError as error:
            if error.code in (p.NO_SUCH_FILE, p.PERMISSION_DENIED):
                raise
            self.remove(path)
            return self.open(path, p.FLAGS_NEW, p.mode_attrs(mode))

    def remove(self, path: bytes) -> None:
        """A file that is not there is no error."""
        try:
            self.run(p.REMOVE, p.string(path))
        except p.StatusError as error:
            if error.code != p.NO_SUCH_FILE:
                raise

    def set_mtime(self, handle: bytes, mtime_ns: int) -> None:
        """A server that keeps no times says so, and that is all right."""
        try:
            self.run(p.FSETSTAT, handle + p.time_attrs(mtime_ns))
        except p.StatusError as error:
            if error.code != p.UNSUPPORTED:
                raise

    def write(self, handle: bytes, offset: int, data: bytes) -> int:
        """Queues one WRITE of at most ``limits.write`` bytes; its status comes later."""
        return self.request(p.WRITE, handle + p.u64(offset) + p.u32(len(data)), data)

    def fsync(self, handle: bytes) -> None:
        """OpenSSH PROTOCOL, section 4.6. Does nothing where it is not offered."""
        if p.FSYNC not in self.extensions:
            return
        body = p.string(p.FSYNC) + handle
        error = p.status_of(*self.call(p.EXTENDED, body, _FSYNC_SECONDS))
        if error and error.code != p.UNSUPPORTED:
            raise error

    def space(self, path: bytes) -> Space | None:
        """OpenSSH PROTOCOL, section 4.4 (statvfs): eleven uint64. None where not offered."""
        if p.STATVFS not in self.extensions:
            return None
        kind, body = self.call(p.EXTENDED, p.string(p.STATVFS) + p.string(path or b"."))
        if kind != p.EXTENDED_REPLY or len(body) < 88:
            return None
        _, unit, _, _, free, files, _, free_files, _, flag, _ = struct.unpack_from(">11Q", body)
        return Space(unit * free, free_files if files else None, bool(flag & 1))
