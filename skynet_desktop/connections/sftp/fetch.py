"""Bringing a file back."""

from __future__ import annotations

import os
from contextlib import suppress

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import FOLDER_IN_THE_WAY
from skynet_desktop.connections.sftp.names import temp_of
from skynet_desktop.connections.sftp.ranges import read_range
from skynet_desktop.core.errors import PathBlocked, PathError


def fetch(sftp: SFTP, path: bytes, dest_path: str) -> None:
    """Write the content to ``dest_path``, which appears whole or not at all, with its time.

    Raises :class:`StatusError`, ``PathError``, and ``OSError`` of the local disk.
    """
    there = sftp.stat(path)
    if there is not None and there.is_folder:
        raise PathBlocked(FOLDER_IN_THE_WAY)
    handle = sftp.open(path, p.FLAG_READ)
    folder, name = os.path.split(dest_path)
    temp = os.path.join(folder, os.fsdecode(temp_of(os.fsencode(name))))
    try:
        attrs = _copy(sftp, handle, temp)
        sftp.run(p.CLOSE, handle)
        if attrs.mtime is not None:
            os.utime(temp, (attrs.mtime, attrs.mtime))
        os.replace(temp, dest_path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temp)
        raise


def _copy(sftp: SFTP, handle: bytes, temp: str) -> p.Attrs:
    attrs = sftp.fstat(handle)
    size = attrs.size or 0
    with open(temp, "wb") as file:
        for data in read_range(sftp, handle, 0, size):
            file.write(data)
        written = file.tell()
    if written != size or sftp.fstat(handle) != attrs:
        raise PathError("The file changed at the destination while it was fetched.")
    return attrs
