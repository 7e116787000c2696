"""Adoption: what the destination holds already counts as sent, if it provably is the same.

Done once for a mapping, and again when its index was lost: one listing, no upload. Remote
files that are not here were never ours; they are left alone, in complete sync too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from skynet_desktop.connections.base import Connection, Lists, Matches, RemoteFile
from skynet_desktop.core.errors import PathError, Stopped
from skynet_desktop.core.files import FileState
from skynet_desktop.engine.index import Traits
from skynet_desktop.engine.mapping import ADOPTED, Mapping

log = logging.getLogger(__name__)

_BATCH = 500
_TOLERANCE_NS = 1_000_000_000  # SFTP keeps whole seconds


def is_adopted(mapping: Mapping) -> bool:
    return mapping.db.get_meta(ADOPTED) is not None


def adopt(mapping: Mapping, connection: Connection) -> int:
    """Record every remote file that matches its local one; returns how many.

    Raises the connection's errors and :class:`Stopped`; then it is simply done anew.
    """
    adopted = 0
    if isinstance(connection, Lists):
        for batch in _batches(connection.list(mapping.mapper.remote_base), mapping):
            found = [(remote, _state_here(mapping, remote)) for remote in batch]
            here = [(remote, state) for remote, state in found if state is not None]
            same = [pair for pair in here if _is_same(mapping, connection, *pair)]
            # What has our file's name and is not the same will be replaced: then it is ours to
            # keep a copy of, and must not look like nothing.
            mapping.index.intend((remote.path, state) for remote, state in here)
            mapping.index.record(
                ((remote.path, state) for remote, state in same),
                {remote.path: Traits(tag=remote.tag) for remote, _ in same},
            )
            adopted += len(same)
    mapping.db.set_meta(ADOPTED, "yes")
    return adopted


def _batches(listed: Iterator[RemoteFile], mapping: Mapping) -> Iterator[list[RemoteFile]]:
    while batch := list(islice(listed, _BATCH)):
        if mapping.stopping.is_set():
            raise Stopped("Stopped.")
        yield batch


def _state_here(mapping: Mapping, remote: RemoteFile) -> FileState | None:
    """The local file of the same name, if there is one that we mirror."""
    if ".." in PurePosixPath(remote.path).parts or mapping.filters.leaves_out(remote.path):
        return None
    try:
        return mapping.look(remote.path)
    except (OSError, ValueError):  # unreadable here, or a name this system cannot hold
        return None


def _is_same(
    mapping: Mapping, connection: Connection, remote: RemoteFile, state: FileState
) -> bool:
    """Whether the remote file provably holds the local file's content."""
    if state.size != remote.size or mapping.stopping.is_set():
        return False
    if not isinstance(connection, Matches):
        return (
            remote.mtime_ns is not None and abs(remote.mtime_ns - state.mtime_ns) <= _TOLERANCE_NS
        )
    try:
        source = mapping.mapper.local(remote.path)
        same = connection.matches(source, mapping.mapper.remote_base, remote)
        return same and mapping.look(remote.path) == state
    except (OSError, PathError):  # it shows again, and is told, when it is to be sent
        return False
