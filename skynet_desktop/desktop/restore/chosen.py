"""What the person chose to have back: files and folders, each as of a time. Pure."""

from __future__ import annotations

from collections import defaultdict


class Chosen:
    """A folder that is chosen holds all that was in it at its time. Times in seconds since
    1970, None for now."""

    def __init__(self) -> None:
        self._times: dict[str, float | None] = {}
        self._beside: set[str] = set()

    def __len__(self) -> int:
        return len(self._times)

    def add(self, path: str, at: float | None, *, beside: bool = False) -> None:
        """The last choice counts: what was chosen inside of it is part of it now, and a folder
        that it is in is chosen no more. But what lies ``beside`` all folders, since it was in
        none of them at their time, leaves them alone and is left alone."""
        if not beside:
            inside = f"{path}/" if path else ""
            for other in [*self._times]:
                if other in _above(path) or (
                    other.startswith(inside) and other not in self._beside
                ):
                    self.drop(other)
        self.drop(path)
        self._times[path] = at
        if beside:
            self._beside.add(path)

    def drop(self, path: str) -> None:
        self._times.pop(path, None)
        self._beside.discard(path)

    def clear(self) -> None:
        self._times.clear()
        self._beside.clear()

    def holds(self, path: str) -> bool:
        """Whether just this was chosen."""
        return path in self._times

    def above(self, path: str, at: float | None) -> bool:
        """Whether a folder was chosen that it was in at this time."""
        times = self._times
        return any(folder in times and times[folder] == at for folder in _above(path))

    def by_time(self) -> list[tuple[float | None, list[str]]]:
        """The paths of each time, in the order in which they were chosen."""
        found: defaultdict[float | None, list[str]] = defaultdict(list)
        for path, at in self._times.items():
            found[at].append(path)
        return list(found.items())


def _above(path: str) -> list[str]:
    """All folders it is in, the top first."""
    if not path:
        return []
    parts = path.split("/")
    return ["", *("/".join(parts[:depth]) for depth in range(1, len(parts)))]
