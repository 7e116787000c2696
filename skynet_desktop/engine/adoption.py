"""Adoption: what the destination holds already counts as sent, if it provably is the same.

Done once for a mapping, and again when its index was lost: one listing, no upload. Remote
files that are not here were never ours; they are left alone, in complete sync too.
"""

from __future__ import annotations

import logging
from pathlib import PurePosixPath

from skynet_desktop.connections.base import Connection, Lists, Matches, RemoteFile
from skynet_desktop.core.errors import Stopped
from skynet_desktop.core.files import FileState
from skynet_desktop.engine.mapping import Mapping

log = logging.getLogger(__name__)

_ADOPTED = "adopted"
_BATCH = 500
_TOLERANCE_NS = 1_000_000_000  # SFTP keeps whole seconds


def is_adopted(mapping: Mapping) -> bool:
    return mapping.db.get_meta(_ADOPTED) is not None


def adopt(mapping: Mapping, connection: Connection) -> int:
    """Record every remote file that matches its local one; returns how many.

    Raises the connection's errors and :class:`Stopped`; then it is simply done anew.
    """
    adopted = 0
    if isinstance(connection, Lists):
        batch: list[tuple[str, FileState]] = []
        for remote in connection.list(mapping.mapper.remote_base):
            if mapping.stopping.is_set():
                raise Stopped("Stopped.")
            state = _match(mapping, connection, remote)
            if state is not None:
                batch.append((remote.path, state))
            if len(batch) >= _BATCH:
                mapping.index.record(batch)
                adopted += len(batch)
                batch = []
        mapping.index.record(batch)
        adopted += len(batch)
    mapping.db.set_meta(_ADOPTED, "yes")
    return adopted


def _match(mapping: Mapping, connection: Connection, remote: RemoteFile) -> FileState | None:
    """The local file's state if the remote file holds its content."""
    if ".." in PurePosixPath(remote.path).parts or mapping.filters.leaves_out(remote.path):
        return None
    try:
        state = mapping.look(remote.path)
        if state is None or state.size != remote.size:
            return None
        if isinstance(connection, Matches):
            source = mapping.mapper.local(remote.path)
            same = connection.matches(source, mapping.mapper.remote_base, remote)
        else:
            same = (
                remote.mtime_ns is not None
                and abs(remote.mtime_ns - state.mtime_ns) <= _TOLERANCE_NS
            )
        return state if same and mapping.look(remote.path) == state else None
    except (OSError, ValueError):  # unreadable here, or a name this system cannot hold
        return None
