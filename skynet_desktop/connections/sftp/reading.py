"""Reading a file at the server: in order, with many requests in flight, and never two versions
of it mixed."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.recovery import Content
from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import (
    FOLDER_IN_THE_WAY,
    NO_FILE,
    NOT_THERE,
    explain,
)
from skynet_desktop.connections.sftp.names import temp_of
from skynet_desktop.connections.sftp.ranges import read_range
from skynet_desktop.core.errors import ConnectionLost, PathBlocked, PathError, RemoteMissing


@contextmanager
def reading(sftp: SFTP, path: bytes, offset: int = 0) -> Iterator[Content]:
    """As ``Reads.read``. What is said of the file and its content come of one open handle. One
    that changes while it is read raises a ``PathError`` from ``blocks``.

    Whoever leaves before the end leaves answers outstanding: the pool then gives up the
    channel, which ends the transfer. Raises :class:`StatusError` too, but not from ``blocks``.
    """
    handle = _open(sftp, path)
    attrs = sftp.fstat(handle)
    name = p.decode(path.rpartition(b"/")[2])
    blocks = _blocks(sftp, path, handle, attrs, offset)
    try:
        yield Content(RemoteFile(name, attrs.size or 0, attrs.mtime_ns), blocks)
    finally:
        blocks.close()
        if sftp.idle:
            with suppress(ConnectionLost):  # nothing hangs on it
                sftp.call(p.CLOSE, handle)


def _open(sftp: SFTP, path: bytes) -> bytes:
    """No link is followed, and no pipe is opened, which would wait for its writer for ever."""
    there = sftp.lstat(path)
    if there is None:
        raise RemoteMissing(NOT_THERE)
    if there.is_folder:
        raise PathBlocked(FOLDER_IN_THE_WAY)
    if there.mode is not None and not there.is_file:
        raise PathBlocked(NO_FILE)
    return sftp.open(path, p.FLAG_READ)


def _blocks(
    sftp: SFTP, path: bytes, handle: bytes, attrs: p.Attrs, offset: int
) -> Generator[bytes, None, None]:
    size, position = attrs.size or 0, offset
    try:
        for data in read_range(sftp, handle, offset, size):
            position += len(data)
            yield data
        if position < size or _version(sftp.fstat(handle)) != _version(attrs):
            raise PathError("The file changed at the destination while it was read.")
    except p.StatusError as error:
        raise explain(sftp, error, path) from error


def _version(attrs: p.Attrs) -> tuple[int | None, int | None]:
    return attrs.size, attrs.mtime


def fetch(sftp: SFTP, path: bytes, dest_path: str) -> None:
    """Write the content to ``dest_path``, which appears whole or not at all, with its time.

    Raises :class:`StatusError`, ``PathError``, and ``OSError`` of the local disk.
    """
    folder, name = os.path.split(dest_path)
    temp = os.path.join(folder, os.fsdecode(temp_of(os.fsencode(name))))
    with reading(sftp, path) as content:
        try:
            with open(temp, "wb") as file:
                file.writelines(content.blocks)
            if content.file.mtime_ns is not None:
                os.utime(temp, ns=(content.file.mtime_ns, content.file.mtime_ns))
            os.replace(temp, dest_path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temp)
            raise
