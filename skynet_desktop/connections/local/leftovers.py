"""Removes unfinished copies of ours, and nobody else's.

An unfinished copy that no record speaks of may be another mapping's, at work right now:
it goes only when nothing has touched it for an hour.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable

from skynet_desktop.connections.base import Ledger
from skynet_desktop.connections.local.names import is_temporary, temporary_beside
from skynet_desktop.connections.local.root import GONE, Root, present
from skynet_desktop.core.errors import PathError

_FORGOTTEN_NS = 3600 * 1_000_000_000


def settle_records(root: Root, ledger: Ledger, keep: Callable[[str], bool]) -> set[str]:
    """Drop the records of uploads that will not go on, and what those left at the
    destination. Returns the full paths of the others' unfinished copies."""
    kept = set()
    for remote_path, _ in ledger.records():
        temp = _copy_of(root, remote_path)
        if keep(remote_path):
            kept.add(temp)
            continue
        with contextlib.suppress(*GONE):
            os.unlink(temp)
        ledger.drop(remote_path)
    return kept


def remove_forgotten(root: Root, folder: str, kept: set[str]) -> None:
    """Remove all unfinished copies below ``folder`` that are not ``kept`` and are old."""
    for _, entry in root.files(folder):
        if is_temporary(entry.name) and entry.path not in kept and _is_forgotten(entry):
            discard(entry.path)


def discard(path: str) -> None:
    """Remove one unfinished copy; if that fails, the next clean-up will."""
    with contextlib.suppress(OSError):
        os.unlink(path)


def _copy_of(root: Root, remote_path: str) -> str:
    """The full path; "" where the way there is gone, and the copy with it."""
    try:
        return temporary_beside(root.place(remote_path), remote_path)
    except (*GONE, PathError):
        return ""


def _is_forgotten(entry: os.DirEntry[str]) -> bool:
    st = present(entry)
    return st is not None and time.time_ns() - st.st_ctime_ns > _FORGOTTEN_NS
