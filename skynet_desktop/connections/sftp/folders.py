"""Which folders are known to be there, so that a file costs no question about its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import FILE_IN_THE_WAY, explain, parent
from skynet_desktop.core.errors import PathBlocked

T = TypeVar("T")
# Bounded memory; forgetting costs a question each, no more.
_MOST = 50_000


class Folders:
    """Safe from any thread. A mere memory: being wrong leads to a "no such file" and then
    to :meth:`ensure`, never to a wrong result."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._lock = threading.Lock()

    def __contains__(self, folder: bytes) -> bool:
        return folder in (b"", b"/") or folder in self._known

    def add(self, folder: bytes) -> None:
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known.add(folder)

    def forget(self) -> None:
        """After anything that may have removed a folder."""
        with self._lock:
            self._known.clear()

    def ensure(self, sftp: SFTP, folder: bytes) -> None:
        """Make the folder and those above it. Raises a ``PathError`` if that cannot be."""
        try:
            self._ensure(sftp, folder)
        except p.StatusError as error:
            raise explain(sftp, error, folder) from error

    def within(self, sftp: SFTP, folder: bytes, action: Callable[[], T]) -> T:
        """The result of ``action``, which needs the folder; tried once more if the folder
        went away behind our back. Raises ``PathError`` and what the action raises."""
        self.ensure(sftp, folder)
        try:
            return action()
        except p.StatusError as error:
            if error.code != p.NO_SUCH_FILE:
                raise
        self.forget()
        self.ensure(sftp, folder)
        return action()

    def _ensure(self, sftp: SFTP, folder: bytes) -> None:
        missing: list[bytes] = []
        while folder not in self:
            there = sftp.stat(folder)
            if there is not None and not there.is_folder:
                raise PathBlocked(FILE_IN_THE_WAY)
            if there is not None:
                self.add(folder)
                break
            missing.append(folder)
            folder = parent(folder)
        for folder in reversed(missing):
            self._make(sftp, folder)

    def _make(self, sftp: SFTP, folder: bytes) -> None:
        try:
            sftp.run(p.MKDIR, p.string(folder) + p.NO_ATTRS)
        except p.StatusError as error:
            there = sftp.stat(folder)  # another channel may have been quicker
            if there is None or not there.is_folder:
                raise error
        self.add(folder)
