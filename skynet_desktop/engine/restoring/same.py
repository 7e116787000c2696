"""Whether a file that is here already is the one that would be brought back."""

from __future__ import annotations

import os
from collections.abc import Callable

from skynet_desktop.connections.base import Connection, Stats
from skynet_desktop.connections.recovery import Compares, Content, Reads
from skynet_desktop.core.errors import RemoteMissing
from skynet_desktop.engine.restoring.catalogue import Stored
from skynet_desktop.engine.restoring.target import Folder, Target

_SECOND_NS = 1_000_000_000


class Sameness:
    """By size and time, as verify's quick look; by content where the times differ or nobody
    knows them. ``check`` is called between blocks and may raise. Safe from any thread."""

    def __init__(self, target: Target, check: Callable[[], None]) -> None:
        self._target = target
        self._check = check

    def holds(
        self,
        connection: Connection,
        folder: Folder,
        name: str,
        there: os.stat_result,
        stored: Stored,
    ) -> bool:
        """``there`` is the regular file ``name`` in ``folder``. Raises ``PathError`` and the
        connection's errors."""
        if there.st_size != stored.size:
            return False
        if not stored.size or self._same_time(there, stored.mtime_ns):
            return True
        if not stored.version and self._told_by_service(connection, folder, name, there, stored):
            return True
        if not isinstance(connection, Reads):
            return False
        with connection.read(stored.remote_path, version=stored.version) as content:
            if content.file.size != stored.size:
                return False
            if self._same_time(there, content.file.mtime_ns):
                return True
            return self._same_bytes(folder, name, content)

    def _told_by_service(
        self,
        connection: Connection,
        folder: Folder,
        name: str,
        there: os.stat_result,
        stored: Stored,
    ) -> bool:
        """Cheaply, of the file that has the remote path now; False if it cannot be told so."""
        if stored.mtime_ns is None and isinstance(connection, Stats):
            remote = connection.stat(stored.remote_path)
            if remote is None:
                raise RemoteMissing("It is no longer at the destination.")
            if self._same_time(there, remote.mtime_ns):
                return remote.size == stored.size
        if isinstance(connection, Compares):
            return connection.same_content(os.path.join(folder.path, name), stored.remote_path)
        return False

    def _same_time(self, there: os.stat_result, mtime_ns: int | None) -> bool:
        """As exactly as both sides keep times; some services cut them to whole seconds."""
        if mtime_ns is None:
            return False
        coarse = _SECOND_NS if mtime_ns % _SECOND_NS == 0 else 0
        return abs(there.st_mtime_ns - mtime_ns) < max(coarse, self._target.traits.tick_ns + 1)

    def _same_bytes(self, folder: Folder, name: str, content: Content) -> bool:
        with self._target.errors():
            file = os.fdopen(folder.open(name, os.O_RDONLY), "rb")
        with file:
            for block in content.blocks:
                self._check()
                with self._target.errors():
                    if file.read(len(block)) != block:
                        return False
            with self._target.errors():
                return not file.read(1)
