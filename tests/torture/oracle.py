"""The oracle: whether the remote is right, seen by an independent client.

At rest (:func:`differences`): no missing, extra, stale or partial file, times right to the
second, nothing left of unfinished uploads. At any moment (:class:`Sampler`): no name shows a
content that its path never held at rest.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from tests.torture.ground import MARK, TRASH, Ground, NotThere, files_below
from tests.torture.journal import Journal, digest_of

_OURS = ".skynet/"
_SAMPLE = 12
_SAMPLE_SECONDS = 0.4
_DOUBT_SECONDS = 3.0


@dataclass(frozen=True, order=True)
class Difference:
    """``what`` is missing, extra, content, time ..., leftover or trash."""

    what: str
    path: str

    def __str__(self) -> str:
        return f"{self.what}: {self.path!r}"


class Oracle:
    """Remembers by size and times which local files and which remote ones it has read."""

    def __init__(self, root: Path, ground: Ground, journal: Journal) -> None:
        self._root = root
        self._ground = ground
        self._journal = journal
        self._local: dict[tuple[str, int, int, int], bytes] = {}

    def differences(self) -> list[Difference]:
        """Both trees must be at rest. Raises :data:`NotThere` if the server does not answer."""
        here = {path.relative_to(self._root).as_posix(): path for path in files_below(self._root)}
        names = self._ground.names()
        ours = [name for name in names if name.startswith(_OURS)]
        there = set(names) - set(ours)
        found = [Difference("missing", path) for path in here.keys() - there]
        found += [Difference("extra", path) for path in there - here.keys()]
        for path in sorted(here.keys() & there):
            if self._ground.digest(path) != self._digest(path, here[path]):
                found.append(Difference("content", path))
                continue
            times = self._ground.mtime(path), here[path].stat().st_mtime_ns // 10**9
            if times[0] != times[1]:
                found.append(Difference(f"time {times[0]} instead of {times[1]}", path))
        found += [Difference("leftover", words) for words in self._ground.leftovers()]
        found += [Difference("trash", name) for name in ours if not self._is_right(name)]
        return sorted(found)

    def _digest(self, path: str, file: Path) -> bytes:
        st = file.stat()
        key = (path, st.st_size, st.st_mtime_ns, st.st_ctime_ns)
        if key not in self._local:
            self._local[key] = digest_of(file)
        return self._local[key]

    def _is_right(self, name: str) -> bool:
        """Whether this file of our own folder is what it should be: the mark, or something
        kept under a dated name that was once at rest there."""
        kept = TRASH.fullmatch(name)
        return name == MARK or (kept is not None and bool(kept[1]))


class Sampler:
    """Reads some remote files again and again, in a thread of its own, until closed."""

    def __init__(self, ground: Ground, journal: Journal, seed: str) -> None:
        self._ground = ground
        self._journal = journal
        self._rng = random.Random(seed)
        self._closing = threading.Event()
        self._doubts: list[tuple[float, str, bytes]] = []
        self.samples = 0
        self.half_files: list[str] = []
        """Names that showed what was never at rest there."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(60)
        self._settle_doubts(float("inf"))

    def _run(self) -> None:
        while not self._closing.wait(_SAMPLE_SECONDS):
            self._settle_doubts(time.monotonic())
            try:
                names = self._ground.names()
            except NotThere:
                continue  # it is being tortured itself
            for name in self._rng.sample(names, min(_SAMPLE, len(names))):
                if name != MARK:
                    self._look(name)

    def _look(self, name: str) -> None:
        try:
            digest = self._ground.digest(name)
        except NotThere:
            return
        self.samples += 1
        if not self._is_whole(name, digest):
            self._doubts.append((time.monotonic() + _DOUBT_SECONDS, name, digest))

    def _is_whole(self, name: str, digest: bytes) -> bool:
        """In the trash a content may be as old as it likes."""
        if TRASH.fullmatch(name) is not None:
            return self._journal.knew(digest)
        return self._journal.knows(name, digest)

    def _settle_doubts(self, now: float) -> None:
        """A content is noted a moment after it came to rest."""
        due = [doubt for doubt in self._doubts if doubt[0] <= now]
        self._doubts = [doubt for doubt in self._doubts if doubt[0] > now]
        for _, name, digest in due:
            words = f"{name!r} showed {digest.hex()[:8]}"
            if not self._is_whole(name, digest) and words not in self.half_files:
                self.half_files.append(words)
