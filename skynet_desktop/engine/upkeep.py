"""Upkeep: jobs that change no file of the person's, and that no event tells of."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import ClassVar

from skynet_desktop.connections.base import Connection, HasFolders
from skynet_desktop.core.errors import source_error
from skynet_desktop.engine import keeping
from skynet_desktop.engine.jobs import Job


@dataclass
class Upkeep(Job):
    is_told: ClassVar[bool] = False

    def intend(self) -> None:
        """The remote's files stay as they are."""

    def commit(self) -> None:
        """The index has nothing to learn."""


@dataclass
class SweepJob(Upkeep):
    """A folder that needs attention: its files enter the Q one by one."""

    def run(self, connection: Connection) -> None:
        try:
            self.mapping.snap.sweep(self.path)
        except OSError as error:
            raise source_error(error) from error


@dataclass
class FoldersJob(Upkeep):
    """Folders that may be empty at the remote now, ``paths`` deepest first."""

    def run(self, connection: Connection) -> None:
        assert isinstance(connection, HasFolders)
        for path in self.paths:
            connection.remove_folder(self.mapping.mapper.remote(path))


@dataclass
class ExpiryJob(Upkeep):
    """What is in the trash for long enough goes for good."""

    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, connection: Connection) -> None:
        keeping.expire(self.mapping, connection, self.stopping)
