"""Reaper: turns noted removals into jobs, when the time is right and every guard agrees."""

from __future__ import annotations

import os
import threading
import time

from skynet_desktop.connections.base import Connection, HasFolders
from skynet_desktop.core.actions import delete, send
from skynet_desktop.core.errors import PathError
from skynet_desktop.core.events import AttentionNeeded, Failed
from skynet_desktop.core.reserved import TRASH
from skynet_desktop.engine import keeping
from skynet_desktop.engine.claims import Claims, folders_above
from skynet_desktop.engine.jobs import Job, RemoveJob
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.upkeep import ExpiryJob, FoldersJob

_ROUND = 2_000  # removals looked at in one go
_PATIENCE_SECONDS = 4.0
_DOUBT_SECONDS = 2.0
_EXAMPLES = 20
_NEVER = 3600.0
_TRASH_SECONDS = 3_600.0  # between two looks at the calendar
_REST_SECONDS = 1.0  # a file that editors replace by delete and create is back by then


class Reaper:
    """For the Handler's thread only."""

    def __init__(
        self, mapping: Mapping, connection: Connection, claims: Claims, halt: threading.Event
    ) -> None:
        """``claims`` are the paths the Handler has work under way for; ``halt`` is set when it
        ends."""
        self._m = mapping
        self._claims = claims
        self._has_folders = isinstance(connection, HasFolders)
        self._emptied: set[str] = set()
        self._not_before = float("-inf")
        self._look_at_trash = float("-inf")
        self._halt = halt

    def has_work(self) -> bool:
        """Whether removals wait and nobody has to be asked first."""
        return not self._is_held() and (bool(self._emptied) or self._m.removals.any())

    def _is_held(self) -> bool:
        return self._m.sweeping.is_set() or self._m.guard.question() is not None

    def wait_seconds(self) -> float:
        """Seconds until it is worth asking for jobs again."""
        if not self.has_work():
            return _NEVER
        waiting = self._m.removals.waiting()
        rest = min(_REST_SECONDS - waiting.newest, _PATIENCE_SECONDS - waiting.oldest)
        return max(0.05, rest, self._not_before - time.monotonic())

    def jobs(self, *, busy: bool) -> list[Job]:
        """What is to be removed now. While the Handler is ``busy``, or more is still being
        deleted, removals give way, but not for ever."""
        if time.monotonic() < self._not_before or self._is_held():
            return []
        waiting = self._m.removals.waiting()
        if not waiting.count:
            return [] if busy else self._tidy() or self._expire()
        rested = waiting.newest >= _REST_SECONDS and not busy
        if not rested and waiting.oldest < _PATIENCE_SECONDS:
            return []
        return self._remove() if self._guard_agrees(busy=busy) else []

    def _remove(self) -> list[Job]:
        jobs: list[Job] = []
        after = ""
        until = self._m.guard.allowed_until
        while len(jobs) < _ROUND:
            paths = self._m.removals.batch(_ROUND, after, until)
            if not paths:
                break
            after = paths[-1]
            free = [p for p in paths if not self._claims.conflict((p,))]
            jobs += [RemoveJob(self._m, None, (p,)) for p in free if self._is_gone(p)]
        self._m.removals.start_window()
        return jobs

    def _guard_agrees(self, *, busy: bool) -> bool:
        """While busy, a doubt only postpones: files that seem lost may be on their way under
        a new name."""
        try:
            question = self._m.guard.doubt(self._m.scene())
        except OSError:
            # no folder, no removals; the patrol tells the person
            self._not_before = time.monotonic() + _DOUBT_SECONDS
            return False
        if question is None:
            return True
        self._not_before = time.monotonic() + _DOUBT_SECONDS
        if not busy:
            asked = self._m.guard.ask(question)
            examples = tuple(self._m.removals.batch(_EXAMPLES))
            self._m.bus.publish(AttentionNeeded(self._m.name, asked.text, examples))
        return False

    def _is_gone(self, path: str) -> bool:
        """The second look, right before the remote is touched."""
        try:
            gone = self._m.look(path) is None
        except OSError:
            gone = False
        if gone and not self._m.filters.leaves_out(path):
            return not self._is_another_spelling(path)
        self._m.removals.drop([path])
        if not gone:
            self._m.q.put_all([send(path)])
        return False

    def _is_another_spelling(self, path: str) -> bool:
        """Where names fold, the remote file of the old spelling is that of the new one."""
        other = self._m.index.clash(path)
        if other is None or self._m.look(other) is None:
            return False
        self._m.index.forget([path])
        return True

    def failed(self, path: str, error: PathError) -> None:
        """The service refused a removal: it becomes a parked action with its reason."""
        action = delete(path)
        self._m.removals.drop([path])
        pause = self._m.issues.add(path, action.kind, error)
        self._m.q.put_parked(action, pause)
        kind = type(error).__name__
        self._m.bus.publish(Failed(self._m.name, action.kind, path, error.reason, kind))

    def emptied(self, path: str) -> None:
        """The remote no longer has this path; the folders above it may be empty now."""
        if self._has_folders:
            self._emptied.update(folders_above(path))

    def _tidy(self) -> list[Job]:
        """Folders that are gone here and hold nothing of ours at the remote, deepest first."""
        folders = [f for f in self._emptied if self._is_superfluous(f)]
        self._emptied.clear()
        if not folders:
            return []
        folders.sort(key=lambda folder: folder.count("/"), reverse=True)
        return [FoldersJob(self._m, None, tuple(folders))]

    def _expire(self) -> list[Job]:
        """Once a day, when nothing else is to do."""
        if time.monotonic() < self._look_at_trash or not keeping.expiry_is_due(self._m):
            return []
        self._look_at_trash = time.monotonic() + _TRASH_SECONDS
        return [ExpiryJob(self._m, None, (TRASH,), stopping=self._halt)]

    def _is_superfluous(self, folder: str) -> bool:
        local = self._m.mapper.local(folder)
        return not os.path.lexists(local) and not self._m.index.has_below(folder)
