"""Removes unfinished copies of ours, and nobody else's."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

from skynet_desktop.connections.base import Ledger
from skynet_desktop.connections.local.names import temporary_beside
from skynet_desktop.connections.local.root import GONE, Root
from skynet_desktop.core.errors import PathError


def settle_records(root: Root, ledger: Ledger, below: str, keep: Callable[[str], bool]) -> None:
    """Drop the records of uploads below a folder that will not go on, and what those left at
    the destination."""
    folder = below.strip("/") + "/" if below.strip("/") else ""
    for remote_path, _ in ledger.records():
        if remote_path.lstrip("/").startswith(folder) and not keep(remote_path):
            discard_of(root, remote_path)
            ledger.drop(remote_path)


def discard_of(root: Root, remote_path: str) -> None:
    """Remove the unfinished copy of this path, if there is one."""
    with contextlib.suppress(*GONE):
        os.unlink(_copy_of(root, remote_path))


def discard(path: str) -> None:
    """Remove one unfinished copy; if that fails, the next start will."""
    with contextlib.suppress(OSError):
        os.unlink(path)


def _copy_of(root: Root, remote_path: str) -> str:
    """The full path; "" where the way there is gone, and the copy with it."""
    try:
        return temporary_beside(root.place(remote_path), remote_path)
    except (*GONE, PathError):
        return ""
