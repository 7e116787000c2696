"""Jobs: what a worker does for one action, and what the index learns from it.

``run`` happens in a worker and may block; ``commit`` happens in the Handler, in a transaction
with others, after the remote has confirmed.
"""

from __future__ import annotations

import os
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import ClassVar

from skynet_desktop.connections.base import (
    Connection,
    Copies,
    MovesTrees,
    SendsUploads,
    Stats,
    Upload,
    state_of,
)
from skynet_desktop.connections.recovery import KeepsReplaced
from skynet_desktop.core.actions import Kind, send
from skynet_desktop.core.content import hash_of_file
from skynet_desktop.core.errors import PathBlocked, SourceChanged
from skynet_desktop.core.events import Done
from skynet_desktop.core.files import FileState
from skynet_desktop.engine import keeping, there
from skynet_desktop.engine.course import Course
from skynet_desktop.engine.index import Known, Traits
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.queue import Taken

BIG = 8 * 1024 * 1024
"""From this size in bytes on a file has a lane of its own and is looked for at the remote
before it is sent anew."""
_NOTHING = FileState(0, 0, 0)


@dataclass
class Job(ABC):
    """``paths`` are claimed while it runs; ``state`` is the file's at the last of them.
    ``taken`` is None for work that has no row in the Q."""

    mapping: Mapping
    taken: Taken | None
    paths: tuple[str, ...]
    state: FileState = _NOTHING
    kind: ClassVar[Kind] = Kind.SEND
    is_told: ClassVar[bool] = True
    """Whether events tell of it."""
    started: float = field(default_factory=time.monotonic)

    @property
    def path(self) -> str:
        """The path to show, and to hang an issue on."""
        return self.paths[-1]

    @property
    def size(self) -> int:
        return self.state.size

    @property
    def big(self) -> bool:
        return self.size >= BIG

    @property
    def emptied(self) -> str | None:
        """A path that is gone at the remote: the folders above it may be empty now."""
        return None

    def intend(self) -> None:
        """Write down, before it runs, what the remote may hold from now on (engine.index)."""
        self.mapping.index.intend((path, self.state) for path in self.paths)

    def told(self, seconds: float) -> Done:
        """What there is to tell once it is done, after so many seconds."""
        return Done(self.mapping.name, self.kind, self.path, self.size, seconds)

    @abstractmethod
    def run(self, connection: Connection) -> None: ...

    @abstractmethod
    def commit(self) -> None: ...


@dataclass
class SendJob(Job):
    known: Known | None = None
    """What the index knew of the remote's copy when the job was made."""
    stopping: threading.Event = field(default_factory=threading.Event)
    _traits: Traits = field(default_factory=Traits)
    _upload: Upload | None = None

    @property
    def source(self) -> str:
        return self.mapping.mapper.local(self.path)

    @property
    def remote_path(self) -> str:
        return self.mapping.mapper.remote(self.path)

    def is_there(self, connection: Connection) -> bool:
        """Whether the remote provably holds this very content: then nothing need be sent. Sets
        the remote file's time where that alone is another. Raises the connection's errors."""
        if self.known is None or not there.holds(connection, self, self.known):
            return False
        known = self.known.traits if self.known.sure else Traits(kept_at=self.known.traits.kept_at)
        if self.known.state.mtime_ns != self.state.mtime_ns:
            known = replace(known, tag="")  # a change of the time may make another tag
        self._traits = known
        return True

    def prepare(self, connection: Connection) -> Upload:
        """The upload, with all said that it needs. Raises the connection's errors."""
        replaced = self.known or self.mapping.index.spelled_otherwise(self.path)
        kept_at = replaced.traits.kept_at if replaced is not None else 0.0
        keep_as = ""
        if keeping.keeps_replaced(self.mapping, replaced):
            assert replaced is not None
            kept_at = time.time() if replaced.sure else kept_at  # there may be nothing to keep
            if isinstance(connection, KeepsReplaced):
                keep_as = keeping.trash_place(self.mapping, self.path)
            else:
                keeping.put_aside(connection, self.mapping, self.path)
        self._traits = Traits(kept_at=kept_at)
        course = Course(self.mapping, self.path, self.size, self.stopping)
        self._upload = Upload(
            self.source,
            self.remote_path,
            self.state,
            self.mapping.ledger,
            course.progress,
            self.stopping,
            course.pace,
            keep_as,
        )
        return self._upload

    def run(self, connection: Connection) -> None:
        if self.is_there(connection):
            return
        upload = self.prepare(connection)
        if isinstance(connection, SendsUploads):
            connection.send_upload(upload)
            return
        upload.pace(self.size)  # it has no blocks that we know of
        connection.send(upload.src_path, upload.remote_path)
        if state_of(upload.src_path) != self.state:
            raise SourceChanged("The file changed while it was sent.")

    def commit(self) -> None:
        self.mapping.index.record([(self.path, self.state)], {self.path: self.confirmed})

    @property
    def confirmed(self) -> Traits:
        """Of the copy that is at the remote now."""
        if self._upload is None:
            return self._traits
        return replace(self._traits, hash=self._upload.content.of(self.size), tag=self._upload.tag)


@dataclass
class MoveJob(Job):
    """``paths`` are (source, destination)."""

    kind: ClassVar[Kind] = Kind.MOVE
    known: Known | None = None
    """What the index knew of the source."""
    replaced: Known | None = None
    """What it knew of a file that has the new name."""
    _kept_at: float = 0.0

    def intend(self) -> None:
        self.mapping.index.doubt(self.paths[0])
        self.mapping.index.intend([(self.paths[1], self.state)])

    @property
    def emptied(self) -> str | None:
        return self.paths[0]

    def told(self, seconds: float) -> Done:
        return replace(super().told(seconds), source=self.emptied or "")

    def run(self, connection: Connection) -> None:
        self._check_content()
        self._keep_replaced(connection)
        remote = self.mapping.mapper.remote
        connection.move(remote(self.paths[0]), remote(self.paths[1]))

    def _check_content(self) -> None:
        """Size and time alone may be another file's too, that was renamed over this one, or was
        edited and given its old time. Big ones are believed: to read them takes long."""
        if self.known is None or self.known.hash is None or self.big:
            return
        source = self.mapping.mapper.local(self.paths[1])
        if hash_of_file(source, lambda: None) != self.known.hash:
            raise SourceChanged("Another file of the same size and time has this name.")

    def _keep_replaced(self, connection: Connection) -> None:
        if self.replaced is not None:
            self._kept_at = self.replaced.traits.kept_at
        if keeping.keeps_replaced(self.mapping, self.replaced):
            keeping.put_aside(connection, self.mapping, self.paths[1])
            self._kept_at = time.time()

    def commit(self) -> None:
        self.mapping.index.forget([self.paths[0]])
        self._record()

    def _record(self) -> None:
        traits = Traits(self.known.hash if self.known is not None else None, "", self._kept_at)
        self.mapping.index.record([(self.paths[1], self.state)], {self.paths[1]: traits})


@dataclass
class CopyJob(MoveJob):
    """The same, but the source stays."""

    def intend(self) -> None:
        self.mapping.index.intend([(self.paths[1], self.state)])

    @property
    def emptied(self) -> str | None:
        return None

    def run(self, connection: Connection) -> None:
        assert isinstance(connection, Copies)
        self._check_content()
        self._keep_replaced(connection)
        remote = self.mapping.mapper.remote
        connection.copy(remote(self.paths[0]), remote(self.paths[1]))

    def commit(self) -> None:
        self._record()


@dataclass
class MoveTreeJob(MoveJob):
    def told(self, seconds: float) -> Done:
        return replace(super().told(seconds), folder=True)

    def intend(self) -> None:
        self.mapping.index.intend_rename_below(*self.paths)

    def run(self, connection: Connection) -> None:
        assert isinstance(connection, MovesTrees)
        remote = self.mapping.mapper.remote
        connection.move_tree(remote(self.paths[0]), remote(self.paths[1]))

    def commit(self) -> None:
        self.mapping.index.rename_below(self.paths[0], self.paths[1])
        self.mapping.q.put_all([send(self.paths[1])])  # what changed inside meanwhile


@dataclass
class RemoveJob(Job):
    kind: ClassVar[Kind] = Kind.DELETE
    _has_made_way: bool = False

    @property
    def emptied(self) -> str | None:
        """Also the folder that has the file's name, if one has."""
        return self.path + "/" * self._has_made_way

    def intend(self) -> None:
        self.mapping.index.doubt(self.path)

    def run(self, connection: Connection) -> None:
        try:
            if keeping.keeps_removed(self.mapping):
                keeping.put_aside(connection, self.mapping, self.path)
            else:
                connection.delete(self.mapping.mapper.remote(self.path))
        except PathBlocked:
            if not self.has_made_way(connection):
                raise

    def has_made_way(self, connection: Connection) -> bool:
        """Whether a folder has the file's name at the remote: then the file is gone (and the
        answer to a former request was lost). To be asked when the name is blocked: the place
        in the trash may be, too."""
        if isinstance(connection, Stats):
            self._has_made_way = connection.stat(self.mapping.mapper.remote(self.path)) is None
        else:
            self._has_made_way = os.path.isdir(self.mapping.mapper.local(self.path))
        return self._has_made_way

    def commit(self) -> None:
        self.mapping.index.forget([self.path])
        self.mapping.guard.removed()
