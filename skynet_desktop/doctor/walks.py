"""Walks through the mirrored folders: each is done once, for all checks that need it."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from skynet_desktop.core.errors import Stopped
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.engine.preview import Preview, preview
from skynet_desktop.settings import MappingSettings

WALK_SECONDS = 45.0
"""How long one may take. What was seen by then is what is known."""


@dataclass(frozen=True)
class Walk:
    seen: Preview
    complete: bool

    @property
    def folders(self) -> int:
        """Those that need a watch: all, and the mirrored one itself."""
        return self.seen.folders + 1


class Walks:
    """Safe from any thread. ``hidden`` are our own folders, which are never mirrored."""

    def __init__(self, hidden: Sequence[str]) -> None:
        self._hidden = hidden
        self._done: dict[str, Walk] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def of(self, mapping: MappingSettings, cancelled: threading.Event) -> Walk:
        """Blocks until it is done, whoever does it. Raises ``OSError`` if the folder cannot be
        read and ``SettingsError`` if the mapping makes no sense."""
        with self._locks[mapping.name]:
            if mapping.name not in self._done:
                self._done[mapping.name] = self._walk(mapping, cancelled)
            return self._done[mapping.name]

    def _walk(self, mapping: MappingSettings, cancelled: threading.Event) -> Walk:
        deadline = time.monotonic() + WALK_SECONDS
        stop = threading.Event()
        seen = Preview()

        def report(found: Preview) -> None:
            nonlocal seen
            seen = found
            if cancelled.is_set() or time.monotonic() > deadline:
                stop.set()

        mapper = Mapper.of(mapping.local, mapping.remote)
        try:
            preview(
                mapper, mapping.ignore, None, hidden=self._hidden, report=report, cancelled=stop
            )
        except Stopped:
            return Walk(seen, complete=False)
        return Walk(seen, complete=True)
