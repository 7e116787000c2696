"""A verification's own line to the service: opened, asked and renewed without ever waiting
longer than the person wants to.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from skynet_desktop.connections.base import Lists, RemoteFile, SetsTimes, Stats
from skynet_desktop.connections.recovery import Reads
from skynet_desktop.core.errors import PathError, RemoteMissing, ServiceError, Stopped, sorted_error
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.verifying.crew import Crew
from skynet_desktop.engine.verifying.judging import Case, Judgement
from skynet_desktop.engine.verifying.reading import Reader, can_read
from skynet_desktop.engine.workers import Spawn

log = logging.getLogger(__name__)

_BATCH = 1_000
_AHEAD = 2
"""Files handed out for each thread."""
_LOSSES = 3
"""Connections lost in a row, without a single file between them, before it gives up."""


class Line:
    """For one thread, except for ``bytes``. Everything raises the connection's errors, and
    :class:`Stopped` soon after ``stopping`` is set."""

    def __init__(
        self, mapping: Mapping, folder: Path, spawn: Spawn, stopping: threading.Event, *, deep: bool
    ) -> None:
        """``folder`` is for temporary files."""
        self._m = mapping
        self._folder = folder
        self._stopping = stopping
        self._deep = deep
        self._connection = mapping.spec.connect()
        at_once = self._connection.parallel
        if deep and not isinstance(self._connection, Reads):
            at_once = 1  # each takes the room of a file on this disk
        self._crew = Crew(f"verify-{mapping.name}", max(1, at_once), spawn, stopping)
        self._most = max(1, at_once) * _AHEAD
        self._counting = threading.Lock()
        self._lost: ServiceError | None = None
        self._losses = 0
        self.bytes = 0
        """That were read back."""

    def open(self) -> None:
        connection = self._connection

        def open_() -> None:
            connection.open()
            if self._stopping.is_set():
                connection.close()  # nobody waits for it any more

        self._crew.call(open_)
        if not isinstance(connection, Lists):
            raise PathError("This service cannot list its files, so nothing can be verified.")
        if self._deep and not can_read(connection):
            raise PathError(
                "This service gives no file back, so only a quick verification is possible."
            )
        self._m.index.folds_names = connection.folds_names
        self._reader = Reader(
            connection, self._m.mapper, self._folder, self.check, self._on_read, self._deep
        )

    def close(self) -> None:
        self._crew.close()
        self._connection.close()

    @property
    def folds_names(self) -> bool:
        return self._connection.folds_names

    @property
    def keeps_times(self) -> bool:
        return isinstance(self._connection, SetsTimes)

    @property
    def stats(self) -> bool:
        """Whether single files can be looked at."""
        return isinstance(self._connection, Stats)

    def check(self) -> None:
        if self._stopping.is_set():
            raise Stopped("Stopped.")

    # --- what is there ------------------------------------------------------------------

    def batches(self) -> Iterator[list[RemoteFile]]:
        """All files of the destination."""
        assert isinstance(self._connection, Lists)
        listed = iter(self._connection.list(self._m.mapper.remote_base))
        while batch := self._crew.call(lambda: list(islice(listed, _BATCH))):
            yield batch

    def stat(self, path: str) -> RemoteFile | None:
        """The one file, under its relative path."""
        connection, remote_path = self._connection, self._m.mapper.remote(path)
        assert isinstance(connection, Stats)
        try:
            found = self._crew.call(lambda: connection.stat(remote_path))
        except Exception as raised:
            error = sorted_error(raised)
            if isinstance(error, RemoteMissing):
                return None
            raise error from raised
        return None if found is None else replace(found, path=path)

    # --- contents -----------------------------------------------------------------------

    def compare(self, case: Case) -> Judgement:
        """By its content; waits for the answer."""
        reader = self._reader
        return self._crew.call(lambda: reader.compare(case))

    def submit(
        self, case: Case, then: Callable[[Judgement], None], unknown: Callable[[], None]
    ) -> None:
        """The same beside others: the answer comes with a later call of this or
        :meth:`finish`; ``unknown`` is called if the connection was lost over it."""

        def answered(found: Judgement) -> None:
            self._losses = 0
            then(found)

        def failed(error: Exception) -> None:
            if not isinstance(error, ServiceError):
                raise error
            self._lost = error
            unknown()

        reader = self._reader
        self._crew.submit(lambda: reader.compare(case), answered, failed)
        while self._crew.busy >= self._most:
            self._crew.collect()
        if self._lost is not None:
            self.finish()

    def finish(self) -> None:
        """Wait for all answers."""
        while self._crew.busy:
            self._crew.collect()
        lost, self._lost = self._lost, None
        if lost is not None:
            self._losses += 1
            if self._losses > _LOSSES:
                raise lost
            self.renew(lost)

    def renew(self, lost: ServiceError) -> None:
        """Content that is damaged at the service may break a connection as well as a cable
        does: a fresh one tells the two apart. Raises what keeps it from opening."""
        log.info("%s: the verification connects anew: %s", self._m.name, lost)
        self._connection.close()
        self._connection = self._m.spec.connect()
        self.open()

    def _on_read(self, nbytes: int) -> None:
        with self._counting:
            self.bytes += nbytes
