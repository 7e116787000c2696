"""Which folders are known to be there, so that a file costs no question about its own; and that
none of them is a link.

A link that somebody planted below the place that was chosen would lead what is sent, read or
deleted elsewhere. The place itself may be a link, and SFTP has no way to open a path without
following those on the way: so each folder below a guarded place is looked at once and
remembered. What is swapped for a link later, behind our back, is not noticed by this session.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import (
    FILE_IN_THE_WAY,
    LINK_IN_THE_WAY,
    explain,
    parent,
)
from skynet_desktop.core.errors import PathBlocked
from skynet_desktop.core.reserved import RESERVED

T = TypeVar("T")
# Bounded memory; forgetting costs a question each, no more.
_MOST = 50_000
_OURS = f"/{RESERVED}/".encode()


class Folders:
    """Safe from any thread. A mere memory: a folder that is gone leads to a "no such file" and
    then to :meth:`ensure`, never to a wrong result."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._places: frozenset[bytes] = frozenset()
        self._lock = threading.Lock()

    def __contains__(self, folder: bytes) -> bool:
        return folder in (b"", b"/") or folder in self._known

    def add(self, *folders: bytes) -> None:
        """They are there and may be used."""
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known.update(folders)

    def drop(self, folder: bytes) -> None:
        with self._lock:
            self._known.discard(folder)

    def forget(self) -> None:
        """After anything that may have removed several folders."""
        with self._lock:
            self._known.clear()

    # --- links -------------------------------------------------------------------------------

    def guard(self, place: bytes) -> None:
        """No link is followed below this folder from now on."""
        place = place.rstrip(b"/") or place[:1]
        if place not in self._places:
            with self._lock:
                self._places |= {place}
                self._known.clear()

    def is_guarded(self, folder: bytes) -> bool:
        """Whether it lies below a guarded place. A path through a reserved folder names its
        place by itself."""
        place = _place_above(folder)
        if place is not None:
            self.guard(place)
        return any(_is_below(folder, place) for place in self._places)

    def vet(self, sftp: SFTP, folder: bytes) -> None:
        """Raises ``PathBlocked`` if the way to this folder leads through a link below a guarded
        place, and :class:`StatusError`. That the folder is not there is no error."""
        found = []
        while folder not in self and self.is_guarded(folder):
            there = sftp.lstat(folder)
            if there is not None and there.is_link:
                raise PathBlocked(LINK_IN_THE_WAY)
            if there is not None and there.is_folder:
                found.append(folder)
            folder = parent(folder)
        self.add(*found)

    # --- making ------------------------------------------------------------------------------

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
        """Upwards to what is known, or to what is there and need not be guarded; then down."""
        found: list[bytes] = []
        missing: list[bytes] = []
        while folder not in self:
            guarded = self.is_guarded(folder)
            there = sftp.lstat(folder) if guarded else sftp.stat(folder)
            if there is None:
                missing.append(folder)
            else:
                _check(there)
                found.append(folder)
                if not guarded:
                    break
            folder = parent(folder)
        self.add(*found)
        for folder in reversed(missing):
            self._make(sftp, folder)

    def _make(self, sftp: SFTP, folder: bytes) -> None:
        try:
            sftp.run(p.MKDIR, p.string(folder) + p.NO_ATTRS)
        except p.StatusError as error:
            there = sftp.lstat(folder)  # another channel may have been quicker
            if there is None or not there.is_folder:
                raise error
        self.add(folder)


def _check(there: p.Attrs) -> None:
    if there.is_link:
        raise PathBlocked(LINK_IN_THE_WAY)
    if not there.is_folder:
        raise PathBlocked(FILE_IN_THE_WAY)


def _place_above(folder: bytes) -> bytes | None:
    """The folder whose reserved folder this is, or is below; None for any other."""
    above, found, _ = b"/".join((b"", folder, b"")).partition(_OURS)
    return (above[1:] or folder[: folder.startswith(b"/")]) if found else None


def _is_below(folder: bytes, place: bytes) -> bool:
    if not place:
        return folder != b"" and not folder.startswith(b"/")
    return folder != place and folder.startswith(place.rstrip(b"/") + b"/")
