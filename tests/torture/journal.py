"""What every path held, and when it changed: by this the remote's names are judged.

A content is *at rest* if the file held it for at least :data:`STILL_SECONDS`, in which a mirror
may take it: between two operations, or within one that paused. Anything else that shows under
a remote name is a half file: partly transferred, or read while it was being written.
"""

from __future__ import annotations

import bisect
import hashlib
import threading
import time
from datetime import datetime
from pathlib import Path

STILL_SECONDS = 0.03
"""Less than the tick (core.files) that the engine waits before it reads."""
_BLOCK = 1 << 20
_WORDS = 12


class Journal:
    """Paths are relative to the mirrored folder, with ``/``. Safe from any thread."""

    def __init__(self, *, carries: bool = True) -> None:
        """``carries``: what a folder's files held before counts for its new name too. Then
        :meth:`rests` must be called now and then: nested renames multiply what is known."""
        self._carries = carries
        self._lock = threading.Lock()
        self._versions: dict[str, dict[bytes, int]] = {}
        """With the number of rests there had been."""
        self._rests = 0
        self._ever: set[bytes] = set()
        self._now: dict[str, bytes] = {}
        self._changes: dict[str, list[float]] = {}
        self._words: dict[str, list[str]] = {}

    def holds(self, path: str, digest: bytes) -> None:
        """The file holds this content, at rest."""
        with self._lock:
            self._holds(path, digest)

    def _holds(self, path: str, digest: bytes) -> None:
        self._versions.setdefault(path, {})[digest] = self._rests
        self._ever.add(digest)
        self._now[path] = digest
        self._changed(path, f"holds {digest.hex()[:8]}")

    def _changed(self, path: str, words: str) -> None:
        self._changes.setdefault(path, []).append(time.monotonic())
        moment = f"{datetime.now():%H:%M:%S.%f}"[:-3]
        self._words[path] = [*self._words.get(path, ())[-_WORDS:], f"{moment} {words}"]

    def changed(self, path: str) -> None:
        """Its times or its mode; or its content, of which :meth:`holds` tells soon."""
        with self._lock:
            self._changed(path, "touched")

    def renamed(self, source: str, dest: str) -> None:
        with self._lock:
            self._becomes(source, dest)

    def _becomes(self, source: str, dest: str) -> None:
        self._changed(source, f"became {dest!r}")
        self._words[dest] = [*self._words[source]]
        self._holds(dest, self._now.pop(source))

    def renamed_folder(self, source: str, dest: str) -> None:
        """A folder may be renamed at the remote as it is there: what its files held before may
        show for a moment under their new names."""
        with self._lock:
            for path in [p for p in self._versions if p.startswith(source + "/")]:
                new = dest + path[len(source) :]
                for digest, rests in self._versions[path].items() if self._carries else ():
                    known = self._versions.setdefault(new, {})
                    known[digest] = max(rests, known.get(digest, 0))
                if path in self._now:
                    self._becomes(path, new)

    def gone(self, path: str) -> None:
        with self._lock:
            self._now.pop(path, None)
            self._changed(path, "removed")

    def rests(self) -> None:
        """The remote was found right: what had been replaced before the last time it was cannot
        come back."""
        with self._lock:
            for path, known in list(self._versions.items()):
                now = self._now.get(path)
                kept = {d: rests for d, rests in known.items() if d == now or rests == self._rests}
                self._versions[path] = kept
                if not kept:
                    del self._versions[path]
            self._words = {p: words for p, words in self._words.items() if p in self._versions}
            self._rests += 1

    def knows(self, path: str, digest: bytes) -> bool:
        """Whether the path held this content at rest."""
        with self._lock:
            return digest in self._versions.get(path, ())

    def knew(self, digest: bytes) -> bool:
        """Whether any path ever did."""
        with self._lock:
            return digest in self._ever

    def story(self, path: str) -> list[str]:
        """What happened to it, under its former names too, by the clock of the app's log."""
        with self._lock:
            return [*self._words.get(path, ())]

    def paths(self) -> list[str]:
        """All there are, and were not long ago."""
        with self._lock:
            return list(self._versions)

    def version(self, path: str, at: float) -> int:
        """A number that is another one after every change; ``at`` on the monotonic clock."""
        with self._lock:
            return bisect.bisect_right(self._changes.get(path, []), at)


def digest_of(path: Path) -> bytes:
    found = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.digest()
