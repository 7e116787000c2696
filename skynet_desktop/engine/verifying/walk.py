"""The walk of a verification: disk, index and listing side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Generic, TypeVar

from skynet_desktop.core.filters import TEMPORARY
from skynet_desktop.core.reserved import is_reserved
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.syncsnap import Sweep
from skynet_desktop.engine.verifying.judging import Case
from skynet_desktop.engine.verifying.listing import Listing

T = TypeVar("T")


class Walk:
    """All three are read in the order of their bytes, so memory stays flat."""

    def __init__(self, mapping: Mapping, listing: Listing) -> None:
        self._m = mapping
        self._listing = listing
        self._sweep = Sweep()

    @property
    def unreadable(self) -> list[str]:
        """Folders that could not be read here."""
        return self._sweep.unreadable

    def cases(self) -> Iterator[Case]:
        """Every path there is anything to say of. Raises ``OSError`` if the folder itself
        cannot be read."""
        here = _Ahead(self._m.snap.walk("", self._sweep))
        known = _Ahead(self._m.index.rows())
        there = _Ahead(self._listing.rows())
        while keys := [k for k in (here.key, known.key, there.key) if k is not None]:
            key = min(keys)
            case = Case(os.fsdecode(key), here.take(key), known.take(key), there.take(key))
            if case.here is not None and case.there is None:
                yield replace(case, there=self._listing.get(case.path))  # spelled otherwise there
            elif case.here is not None or self._matters(case):
                yield case

    def _matters(self, case: Case) -> bool:
        """Not here. Nothing is to be said of what is ours beside the files, lies below a
        folder that cannot be read, is left out by rules that came later, or is there under
        another spelling."""
        path = case.path
        if is_reserved(path) or TEMPORARY.search(path):
            return False
        if any(path.startswith(folder + "/") for folder in self.unreadable):
            return False
        if case.known is None:
            return self._m.index.clash(path) is None
        return not self._m.filters.leaves_out(path)


class _Ahead(Generic[T]):
    """An ordered walk with its next key in sight."""

    def __init__(self, walk: Iterator[tuple[bytes, T]]) -> None:
        self._walk = walk
        self._next = next(walk, None)

    @property
    def key(self) -> bytes | None:
        return self._next[0] if self._next is not None else None

    def take(self, key: bytes) -> T | None:
        """What is at the key, and one step on; None if nothing is."""
        if self._next is None or self._next[0] != key:
            return None
        found = self._next[1]
        self._next = next(self._walk, None)
        return found
