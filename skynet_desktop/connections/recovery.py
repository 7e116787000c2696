"""Capabilities that make a mirror trustworthy: reading back, comparing, keeping what is replaced
or removed, and counting what a service charges for. As in ``base.py``, a connection that has
the methods has the capability, and the engine does without where it is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from skynet_desktop.connections.base import RemoteFile


@dataclass
class Content:
    """A file that is being read. ``file`` describes the whole of it (``path`` is its own name,
    ``mtime_ns`` as exact as the service keeps it); ``blocks`` begin where it was asked to."""

    file: RemoteFile
    blocks: Iterator[bytes]


@runtime_checkable
class Reads(Protocol):
    def read(
        self, remote_path: str, *, offset: int = 0, version: str = ""
    ) -> AbstractContextManager[Content]:
        """The content from ``offset`` bytes on, in blocks of at most some MB; memory stays flat
        and leaving the context early ends the transfer. ``version`` is one that
        :meth:`KeepsVersions.versions` named, or "" for the file that is there now.

        Raises ``RemoteMissing``; content that ends early or arrives damaged raises
        ``ConnectionLost`` from ``blocks``, a file that changed meanwhile a ``PathError``.
        Reading at or past the end yields nothing.
        """
        ...


@runtime_checkable
class Compares(Protocol):
    def same_content(self, src_path: str, remote_path: str) -> bool:
        """Whether the remote file holds the local file's content, by the content alone (a
        checksum that the server keeps, or both read where that is as cheap as a copy). False
        also if that cannot be told. ``RemoteMissing``. May read the local file."""
        ...


@runtime_checkable
class KeepsReplaced(Protocol):
    """Its ``send_upload`` and ``send_batch`` obey ``Upload.keep_as``: right before the new
    content gets its name, what had that name is put under ``keep_as`` (relative to the same
    place as any remote path; folders are made). Nothing there to keep is no error; a file that
    is at ``keep_as`` already is replaced. Without this the engine moves the old file away
    itself before the send begins."""

    keeps_replaced: bool
    """Always true."""


@dataclass(frozen=True, slots=True)
class RemoteVersion:
    """A state in a file's life at the service. ``path`` is relative to the folder listed;
    ``stored_at`` in seconds since 1970, by the service's clock, is since when it was so.
    ``gone`` marks that from then on there was no such file; it cannot be read."""

    path: str
    version: str
    stored_at: float
    size: int = 0
    tag: str = ""
    gone: bool = False
    latest: bool = False


@runtime_checkable
class KeepsVersions(Protocol):
    def keeps_versions(self) -> bool:
        """Whether the service itself keeps what is replaced or removed. Asked after ``open``,
        may ask the server once; False also if we may not know."""
        ...

    def versions(self, remote_dir: str) -> Iterator[RemoteVersion]:
        """All states of all files below the folder, in any order, as far as they are kept."""
        ...


class RequestKind(StrEnum):
    """As services charge: changes and listings dearest, reading cheap, deleting free."""

    PUT = "put"
    LIST = "list"
    GET = "get"
    DELETE = "delete"


@runtime_checkable
class CountsRequests(Protocol):
    """A service that charges by request."""

    on_request: Callable[[RequestKind], None]
    """Set before ``open``; called once for every request that leaves, retries too, from any
    thread. It is quick and never raises."""


__all__ = [
    "Compares",
    "Content",
    "CountsRequests",
    "KeepsReplaced",
    "KeepsVersions",
    "Reads",
    "RemoteVersion",
    "RequestKind",
]
