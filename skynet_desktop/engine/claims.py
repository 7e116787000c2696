"""Claims: which paths are being worked on, so that one path has one worker at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator


def folders_above(path: str) -> Iterator[str]:
    """The folders a relative path lies in, innermost first, without the root."""
    at = path.rfind("/")
    while at > 0:
        yield path[:at]
        at = path.rfind("/", 0, at)


class Claims:
    """A claim covers a path and the whole tree below it. For one thread only."""

    def __init__(self) -> None:
        self._claimed: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()  # folder -> claims somewhere below it

    def add(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._claimed[path] += 1
            for folder in folders_above(path):
                self._inside[folder] += 1

    def drop(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._lower(self._claimed, path)
            for folder in folders_above(path):
                self._lower(self._inside, folder)

    @staticmethod
    def _lower(counter: Counter[str], path: str) -> None:
        counter[path] -= 1
        if counter[path] <= 0:
            del counter[path]

    def conflict(self, paths: Iterable[str]) -> bool:
        """Whether any of the paths, or anything above or below one, is claimed."""
        return any(
            path in self._claimed
            or path in self._inside
            or any(folder in self._claimed for folder in folders_above(path))
            for path in paths
        )
