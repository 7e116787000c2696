"""Brings written files to the disk: one by one, or a whole file system by one call.

One call after a few hundred files costs about as much as one file's own, so on Linux, where
``syncfs(2)`` exists, files are sent without and settled together.
"""

from __future__ import annotations

import ctypes
import os
import sys

SETTLES_TOGETHER = sys.platform == "linux"


def sync_file(fd: int) -> None:
    """Returns when the file's content and length are durable."""
    if sys.platform == "linux":
        os.fdatasync(fd)
    else:
        os.fsync(fd)


def sync_path(path: str) -> None:
    """:func:`sync_file` for a file that is closed, where files are not settled together."""
    if SETTLES_TOGETHER:
        return
    fd = os.open(path, os.O_RDWR)
    try:
        sync_file(fd)
    finally:
        os.close(fd)


def sync_file_system(folder: str) -> None:
    """Returns when all that was written to the file system of ``folder`` is durable.

    Raises ``OSError`` for a write that failed since (syncfs tells from Linux 5.8 on). What
    other file systems are mounted below ``folder`` is not reached.
    """
    if sys.platform == "win32":
        return
    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (AttributeError, OSError):
        os.sync()
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(fd) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(fd)
