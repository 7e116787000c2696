"""All files below a folder, several folders and several READDIR under way at a time."""

from __future__ import annotations

import stat
from collections import deque
from collections.abc import Iterator

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import FILE_IN_THE_WAY, plain
from skynet_desktop.connections.sftp.names import is_temp
from skynet_desktop.core.errors import PathBlocked
from skynet_desktop.core.reserved import RESERVED

_FOLDERS_OPEN = 16
_READS_EACH = 4
_OURS = RESERVED.encode()


class _Folder:
    """A folder being read. ``below`` is its path below the one that is listed, "" or with
    a slash at its end."""

    __slots__ = ("below", "ended", "handle", "reads")

    def __init__(self, below: bytes) -> None:
        self.below = below
        self.handle = b""
        self.reads = 0
        self.ended = False


class Listing:
    """One call of ``list``. For one thread; memory grows with the number of folders that
    are found and not yet read, not with files."""

    def __init__(self, sftp: SFTP, base: bytes) -> None:
        self._sftp = sftp
        self._base = base
        self._todo: deque[_Folder] = deque([_Folder(b"")])
        self._asked: dict[int, _Folder | None] = {}
        self._open = 0
        self._most = min(_FOLDERS_OPEN, sftp.limits.handles)

    def run(self) -> Iterator[RemoteFile]:
        there = self._sftp.stat(self._base)
        if there is None:
            return
        if not there.is_folder:
            raise PathBlocked(FILE_IN_THE_WAY)
        while self._todo or self._asked:
            while self._todo and self._open < self._most:
                self._open_next(self._todo.pop())
            request, kind, body = self._sftp.receive()
            folder = self._asked.pop(request)
            if folder is not None:
                yield from self._answer(folder, kind, body)

    def _open_next(self, folder: _Folder) -> None:
        self._open += 1
        path = self._path(folder.below.rstrip(b"/"))
        self._asked[self._sftp.request(p.OPENDIR, p.string(path or b"."))] = folder

    def _path(self, below: bytes) -> bytes:
        if not below or not self._base or self._base.endswith(b"/"):
            return self._base + below
        return self._base + b"/" + below

    def _answer(self, folder: _Folder, kind: int, body: bytes) -> Iterator[RemoteFile]:
        if kind == p.HANDLE:
            folder.handle = body
            self._read_on(folder, 1)
            return
        if not folder.handle:
            self._open -= 1
            self._excuse(kind, body)
            return
        folder.reads -= 1
        if kind == p.NAME:
            # Twice as many reads after each answer: long folders get pipelined, short ones
            # cost one request too many at most.
            self._read_on(folder, min(2, _READS_EACH - folder.reads))
            yield from self._files(folder, body)
        else:
            self._excuse(kind, body)
            folder.ended = True
        if folder.ended and not folder.reads:
            self._asked[self._sftp.request(p.CLOSE, folder.handle)] = None
            self._open -= 1

    def _read_on(self, folder: _Folder, count: int) -> None:
        if folder.ended:
            return
        for _ in range(count):
            self._asked[self._sftp.request(p.READDIR, folder.handle)] = folder
            folder.reads += 1

    def _excuse(self, kind: int, body: bytes) -> None:
        """The end of a folder, and one that went away meanwhile, are no errors. One that
        may not be read is: it must never look empty."""
        error = p.status_of(kind, body) or p.StatusError(p.BAD_MESSAGE, "no listing")
        if error.code not in (p.EOF, p.NO_SUCH_FILE):
            raise plain(error)

    def _files(self, folder: _Folder, body: bytes) -> Iterator[RemoteFile]:
        """The entries of a NAME reply (draft, section 7): name, long name, attributes."""
        count = int.from_bytes(body[:4], "big")
        at = 4
        for _ in range(count):
            name, at = p.read_string(body, at)
            shown, at = p.read_string(body, at)
            attrs, at = p.read_attrs(body, at)
            if name == _OURS and not folder.below:
                continue
            kind = stat.S_IFMT(attrs.mode) if attrs.mode is not None else _kind_shown(shown)
            if kind == stat.S_IFDIR:
                if name not in (b".", b".."):
                    self._todo.append(_Folder(folder.below + name + b"/"))
            elif kind == stat.S_IFREG and not is_temp(name):
                yield RemoteFile(p.decode(folder.below + name), attrs.size or 0, attrs.mtime_ns)


def _kind_shown(shown: bytes) -> int:
    """The kind of file from a line as ``ls -l`` prints it, for servers that tell no mode."""
    return {b"d": stat.S_IFDIR, b"-": stat.S_IFREG}.get(shown[:1], 0)
