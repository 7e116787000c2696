"""The Connection contract: everything the engine may ask of a storage service.

Three methods make a service usable: :meth:`Connection.send`, :meth:`Connection.delete` and
:meth:`Connection.move`. All else is a *capability*: a connection that has the methods of one
of the protocols below has it, and the engine uses it when it is there. The engine asks for
capabilities and never for a class. Those that only forms ask for are in ``introduction.py``.

Rules for all methods
    - A ``remote_path`` is parted by ``/``; missing parent folders are made by whoever writes.
      Names may hold anything a file name can: quotes, newlines, leading dashes, and, on
      POSIX systems, undecodable bytes (as lone surrogates, ``os.fsencode`` gives the bytes).
      They are never put into a shell command.
    - Catch nothing to hide it. Translate your library's errors into those of
      ``core.errors`` where you can; anything else goes through ``errors.sorted_error``.
    - At most :attr:`Connection.parallel` threads call one instance at the same time.
    - A name at the destination never shows partial content.
    - After an error of the :class:`~skynet_desktop.core.errors.ServiceError` family the
      instance is closed and never used again; the engine makes a fresh one.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from skynet_desktop.connections.route import Route
from skynet_desktop.core.content import ContentHash
from skynet_desktop.core.errors import SourceChanged, Stopped, source_error
from skynet_desktop.core.files import FileState

OptionKind = Literal["text", "int", "bool", "choice", "file", "folder"]


@dataclass(frozen=True)
class Option:
    """One constructor argument of a connection, declared once for every form and file.

    ``name`` is the keyword argument's name. A ``secret`` is kept in the OS keyring and
    nowhere else. A bad value is reported with ``label`` and ``help``. ``when`` names another
    option and the values of it that this one belongs to: a form shows it only then.
    """

    name: str
    label: str
    help: str = ""
    kind: OptionKind = "text"
    default: Any = None
    required: bool = False
    secret: bool = False
    choices: tuple[str, ...] = ()
    when: tuple[str, tuple[str, ...]] | None = None

    def fits(self, values: Mapping[str, object], declared: Sequence[Option]) -> bool:
        """Whether it belongs to these choices; what is not among them has its default."""
        if self.when is None:
            return True
        name, allowed = self.when
        default = next((other.default for other in declared if other.name == name), None)
        return values.get(name, default) in allowed


class Ledger(Protocol):
    """What a connection must remember of an unfinished upload, durable across kill -9.

    One JSON-able record a remote path. Safe from any thread; every call is durable against
    a crash of the process when it returns. The remote's own answer is always the truth; the
    ledger only tells where to ask.
    """

    def get(self, remote_path: str) -> dict[str, Any] | None: ...
    def put(self, remote_path: str, record: Mapping[str, Any]) -> None: ...
    def drop(self, remote_path: str) -> None: ...
    def records(self) -> list[tuple[str, dict[str, Any]]]: ...


class MemoryLedger:
    """A ledger that forgets: for calls outside of a mapping, and for tests."""

    def __init__(self) -> None:
        self._records: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def get(self, remote_path: str) -> dict[str, Any] | None:
        with self._lock:
            return self._records.get(remote_path)

    def put(self, remote_path: str, record: Mapping[str, Any]) -> None:
        with self._lock:
            self._records[remote_path] = dict(record)

    def drop(self, remote_path: str) -> None:
        with self._lock:
            self._records.pop(remote_path, None)

    def records(self) -> list[tuple[str, dict[str, Any]]]:
        with self._lock:
            return list(self._records.items())


def _ignore(_: int) -> None:
    return None


@dataclass
class Upload:
    """One file on its way: what to send, what it looked like, whom to tell.

    ``progress`` takes the bytes of this file that are at the destination so far (including
    those a former attempt left there). ``stopping`` is set when the engine shuts down; call
    :meth:`check` between blocks so that a stop takes effect within a second. Call ``pace``
    with the length of each block right before it leaves, from any thread: it waits while a
    limit says so, and raises :class:`Stopped` too. A block that waits long is better short.
    """

    src_path: str
    remote_path: str
    state: FileState
    ledger: Ledger = field(default_factory=MemoryLedger)
    progress: Callable[[int], None] = _ignore
    stopping: threading.Event = field(default_factory=threading.Event)
    pace: Callable[[int], None] = _ignore
    keep_as: str = ""
    """Where to put what this upload replaces; "" for nowhere. Obeyed by connections that have
    :class:`~skynet_desktop.connections.recovery.KeepsReplaced`."""
    content: ContentHash = field(default_factory=ContentHash)
    """Tell it every block that is read, with its offset, where blocks are read in order: the
    index then knows this content again. Blocks read by several threads need not be told."""
    tag: str = ""
    """Set it to what ``list`` will give as the file's ``tag``, if the service has confirmed it."""

    @classmethod
    def of(cls, src_path: str, remote_path: str) -> Upload:
        """A plain upload of the file as it is now. Raises the source's :class:`PathError`."""
        return cls(src_path, remote_path, state_of(src_path))

    def check(self) -> None:
        """Raises :class:`Stopped` if the engine was told to stop."""
        if self.stopping.is_set():
            raise Stopped("Stopped.")

    def check_unchanged(self) -> None:
        """Call right before the content gets its final name.

        Raises :class:`SourceChanged` (or the source's error) if the file is no longer the
        version that was read, so that torn content is never published.
        """
        self.check()
        if state_of(self.src_path) != self.state:
            raise SourceChanged("The file changed while it was read.")


def state_of(src_path: str) -> FileState:
    """The local file's present version; raises its error as a :class:`PathError`."""
    try:
        return FileState.of(os.stat(src_path))
    except OSError as error:
        raise source_error(error) from error


class Connection(ABC):
    """A signed-in way to one storage service.

    The constructor takes the declared :attr:`options` as keyword arguments, stores them and
    does no I/O; :meth:`open` does.
    """

    kind: ClassVar[str]
    """The word after ``--type`` and in the settings file."""
    title: ClassVar[str] = ""
    """The name shown to the person."""
    options: ClassVar[tuple[Option, ...]] = ()
    signs_in: ClassVar[bool] = True
    """False where opening needs no account, as with a folder."""
    parallel: int = 1
    """How many threads may call this instance at once."""
    folds_names: bool = False
    """True where ``A`` and ``a`` (or two Unicode forms of a name) are one file. Known after
    :meth:`open`."""

    def open(self) -> None:
        """Connect and sign in. Raises a ``ServiceError`` if that fails.

        Called once, before anything else. The default does nothing.
        """
        return

    def close(self) -> None:
        """Let go of everything. Never raises; may be called twice, from any thread."""
        return

    def describe(self) -> str:
        """Where it leads, for the person (``anna@nas:22``). Holds no secret."""
        return self.title or self.kind

    @abstractmethod
    def send(self, src_path: str, remote_path: str) -> None:
        """Put the local file there, replacing what has the name. Idempotent."""

    @abstractmethod
    def delete(self, remote_path: str) -> None:
        """Remove this one file, never a prefix. A file that is not there is no error.
        Idempotent. Raises ``PathBlocked`` for a folder."""

    @abstractmethod
    def move(self, remote_src: str, remote_dest: str) -> None:
        """Rename one file, replacing what has the new name. Raises ``RemoteMissing`` if the
        source is not there. Not idempotent, but safe to repeat: a repeat raises
        ``RemoteMissing``."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file at the destination. ``path`` is relative to the folder that was listed.

    ``mtime_ns`` is None where a listing does not tell it; ``tag`` is whatever the service
    gives to recognise content by (an ETag), or "".
    """

    path: str
    size: int
    mtime_ns: int | None = None
    tag: str = ""


# --- capabilities -----------------------------------------------------------------------


@runtime_checkable
class TakesRoute(Protocol):
    """Reaches its host through the proxy that the person's settings name. Without this, a
    connection goes whatever way its library takes."""

    route: Route
    """Set before ``open``."""


@runtime_checkable
class SendsUploads(Protocol):
    """Resumes, reports progress, checks the content. All our own connections have it."""

    def send_upload(self, upload: Upload) -> None:
        """Like ``send``; continues what an earlier attempt left, calls ``upload.progress``,
        ``upload.check`` and ``upload.pace``, and ``upload.check_unchanged`` right before
        publishing. On return the server has confirmed size and, where it can, checksum.
        Idempotent."""
        ...


@runtime_checkable
class SendsBatches(Protocol):
    """Sends many small files faster together than one by one."""

    def send_batch(self, uploads: Sequence[Upload]) -> Iterator[tuple[Upload, Exception | None]]:
        """Yields every upload once, in any order, with None or its own error. An error of
        the service as a whole is raised instead and leaves the rest unsaid. Idempotent."""
        ...


@runtime_checkable
class Lists(Protocol):
    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        """All files below the folder, however deep, in any order. A folder that does not
        exist yields nothing. Left out are our own temporary files, and the folder
        ``core.reserved.RESERVED`` right below the one that is listed (its content is listed by
        naming it)."""
        ...


@runtime_checkable
class Matches(Protocol):
    def matches(self, src_path: str, remote_dir: str, remote: RemoteFile) -> bool:
        """Whether the remote file provably holds the local file's content, by a checksum or
        by size and mtime. Sizes were compared already. May read the local file."""
        ...


@runtime_checkable
class Stats(Protocol):
    def stat(self, remote_path: str) -> RemoteFile | None:
        """The one file of this name, or None. ``path`` of the answer is the file's own name.
        Asked before a big file is sent that may be there already."""
        ...


@runtime_checkable
class Fetches(Protocol):
    def fetch(self, remote_path: str, dest_path: str) -> None:
        """Write the content to a local path that does not exist yet. ``RemoteMissing``."""
        ...


@runtime_checkable
class DeletesBatches(Protocol):
    def delete_batch(self, remote_paths: Sequence[str]) -> Iterable[tuple[str, Exception | None]]:
        """Like ``delete`` for many at once; an answer for each path."""
        ...


@runtime_checkable
class Copies(Protocol):
    def copy(self, remote_src: str, remote_dest: str) -> None:
        """Copy at the server, bytes never come here. ``RemoteMissing``. Idempotent."""
        ...


@runtime_checkable
class MovesTrees(Protocol):
    def move_tree(self, remote_src: str, remote_dest: str) -> None:
        """Rename a folder with all in it by one request. ``RemoteMissing`` if it is not
        there, ``PathBlocked`` if the new name is taken (nothing was changed then)."""
        ...


@runtime_checkable
class HasFolders(Protocol):
    def remove_folder(self, remote_dir: str) -> None:
        """Remove the folder if it is empty; do nothing if it is not empty or not there."""
        ...


@runtime_checkable
class SetsTimes(Protocol):
    def set_time(self, remote_path: str, mtime_ns: int) -> None:
        """Set the modification time of content that is there already. ``RemoteMissing``."""
        ...


@runtime_checkable
class Settles(Protocol):
    def settle(self) -> None:
        """Make all that was sent durable against power loss at the destination."""
        ...


@runtime_checkable
class CleansUp(Protocol):
    def clean_up(self, remote_dir: str, ledger: Ledger, keep: Callable[[str], bool]) -> None:
        """Remove what unfinished uploads of ours left behind below ``remote_dir``.

        Called at start, before any upload. ``keep(remote_path)`` says that an upload of that
        path will go on: its parts stay. Records of the others are dropped once the server
        holds nothing of them any more. Nothing that is not ours is touched.
        """
        ...


@runtime_checkable
class Discards(Protocol):
    def discard(self, remote_path: str) -> None:
        """Remove what a send of this path, cut off by a crash, may have left under its
        temporary name; the path itself is not touched. Nothing there is no error. Only for
        connections that use such names; called at start, for few paths. Idempotent."""
        ...


__all__ = [
    "CleansUp",
    "Connection",
    "Copies",
    "DeletesBatches",
    "Discards",
    "Fetches",
    "HasFolders",
    "Ledger",
    "Lists",
    "Matches",
    "MemoryLedger",
    "MovesTrees",
    "Option",
    "RemoteFile",
    "SendsBatches",
    "SendsUploads",
    "SetsTimes",
    "Settles",
    "Stats",
    "TakesRoute",
    "Upload",
    "state_of",
]
