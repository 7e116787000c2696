"""A fault made to order: the kernel grants no more inotify watches.

Its own limit is one for all processes of a user, so a test that lowers it breaks those that run
beside it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from collections.abc import Iterator
from unittest import mock


@contextlib.contextmanager
def watch_limit(most: int) -> Iterator[None]:
    """So many watches may be added in this process while it stands, not counting those that are
    removed again."""
    from watchdog.observers import inotify_c  # of Linux alone

    add, remove = inotify_c.inotify_add_watch, inotify_c.inotify_rm_watch
    held: dict[tuple[int, int, int], int] = {}

    def limited(fd: int, path: bytes, mask: int) -> int:
        try:
            found = os.stat(path)
        except OSError:
            return add(fd, path, mask)
        folder = (fd, found.st_dev, found.st_ino)
        if folder not in held and len(held) >= most:
            ctypes.set_errno(errno.ENOSPC)
            return -1
        held[folder] = add(fd, path, mask)
        return held[folder]

    def removed(fd: int, wd: inotify_c.WatchDescriptor) -> int:
        for folder in [each for each, of in held.items() if (each[0], of) == (fd, wd)]:
            del held[folder]
        return remove(fd, wd)

    with (
        mock.patch.object(inotify_c, "inotify_add_watch", limited),
        mock.patch.object(inotify_c, "inotify_rm_watch", removed),
    ):
        yield
