"""Looks: turns an action into the job that is right now.

The action is only a hint. What is on disk and what the index knows decide (core.planner); an
action that turns out to need nothing is simply done.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from skynet_desktop.connections.base import Connection, Copies, MovesTrees
from skynet_desktop.core.actions import Action, Kind, delete, move, send
from skynet_desktop.core.errors import PathBlocked, PathImpossible, source_error
from skynet_desktop.core.files import FileState, last_change_ns, settle_ns
from skynet_desktop.core.planner import MoveNeed, Need, move_need, need
from skynet_desktop.engine.changes import Verdict
from skynet_desktop.engine.index import Known
from skynet_desktop.engine.jobs import (
    CopyJob,
    Job,
    MoveJob,
    MoveTreeJob,
    SendJob,
)
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.queue import Taken
from skynet_desktop.engine.upkeep import SweepJob
from skynet_desktop.engine.writers import nobody_writes


@dataclass(frozen=True, slots=True)
class Later:
    """Not yet: look again in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """Not before a person has answered a question."""


class Looks:
    """For the Handler's thread only."""

    def __init__(self, mapping: Mapping, connection: Connection, stopping: threading.Event):
        self._m = mapping
        self._stopping = stopping
        self._from_the_future: dict[str, FileState] = {}
        self._can_copy = isinstance(connection, Copies)
        self._moves_trees = isinstance(connection, MovesTrees)
        self._known: dict[str, Known] = {}
        self._with_below: set[str] = set()
        self._asked: set[str] = set()

    def begin(self, taken: Iterable[Taken]) -> None:
        """Read at once what the index has of these, which are looked at next. In a transaction
        with the looks: no other's job may be about their paths meanwhile."""
        self._asked = {one.action.src_path for one in taken if one.action.kind is not Kind.MOVE}
        self._known = self._m.index.get_all(self._asked)
        self._with_below = self._m.index.have_below(self._asked)

    def look(self, taken: Taken) -> Job | Later | Held | None:
        """The job for this action, when to look again, or None if nothing is to do.

        Raises :class:`PathError` if the path cannot be looked at or never be sent.
        """
        try:
            if taken.action.kind is Kind.MOVE:
                return self._look_move(taken)
            return self._look_at(taken, taken.action.src_path)
        except OSError as error:
            raise source_error(error) from error

    def _look_at(self, taken: Taken, path: str) -> Job | Later | Held | None:
        if self._m.filters.leaves_out(path):
            self._m.issues.clear([path])
            return None
        try:
            st = os.lstat(self._m.mapper.local(path))
        except (FileNotFoundError, NotADirectoryError):
            if taken.action.kind is Kind.SEND:
                self._m.index.doubt(path)  # it changed before it went, perhaps under a new name
            self._gone(path)
            return None
        if stat.S_ISDIR(st.st_mode):
            if self._m.index.get(path) is not None:
                self._gone(path)  # a file made way for a folder
            return SweepJob(self._m, taken, (path,))
        if not stat.S_ISREG(st.st_mode):
            self._gone(path)
            return None
        return self._file(taken, path, FileState.of(st))

    def _gone(self, path: str) -> None:
        """Note what the remote should lose, and have parked paths below looked at again.

        The path's own issue ends here, unless it is the removal itself that keeps failing.
        """
        self._m.changes.put_back(path)
        if self._m.spec.complete_sync:
            self._m.removals.note(path)
        if not self._m.spec.complete_sync or self._m.index.get(path) is None:
            self._m.issues.clear([path])
        parked = [p for p in self._m.issues.at_and_below(path) if p != path]
        self._m.q.put_all([send(p) for p in parked])

    def _file(self, taken: Taken, path: str, local: FileState) -> Job | Later | Held | None:
        row = self._known.get(path) if path in self._asked else self._m.index.get(path)
        known, sure = (row.state, row.sure) if row else (None, False)
        if need(local, known, sure=sure, complete_sync=False) is Need.NOTHING:
            self._m.removals.drop([path])
            self._m.issues.clear([path])
            self._m.changes.put_back(path)
            return None
        wait = self._unsettled(path, local, taken.settled)
        if wait > 0:
            return Later(wait)
        self._check_name(path)
        verdict = self._m.changes.verdict(path, local, row)
        if verdict is not Verdict.GO:
            return Later(1.0) if verdict is Verdict.SOON else Held()
        return SendJob(self._m, taken, (path,), local, known=row, stopping=self._stopping)

    def _unsettled(self, path: str, local: FileState, closed: bool) -> float:
        """Seconds until the file may be read: a tick after it was closed, the quiet period
        after its last change if it may still be open."""
        now = time.time_ns()
        changed = last_change_ns(local, now)
        if changed is None and self._from_the_future.pop(path, None) == local:
            return 0.0
        wait = settle_ns(local, now) / 1e9
        if changed is None:
            self._from_the_future[path] = local
        elif not closed:
            rest = self._m.spec.quiet_seconds - (now - changed) / 1e9
            if rest > wait and not nobody_writes(self._m.mapper.local(path)):
                wait = rest
        return wait

    def _check_name(self, path: str) -> None:
        other = self._m.index.clash(path)
        if other is not None and self._m.look(other) is not None:
            raise PathImpossible(
                f"At the destination this is the same name as {other!r}; rename one of them."
            )
        asked = path in self._asked
        if not (path in self._with_below if asked else self._m.index.has_below(path)):
            return
        if self._m.spec.complete_sync:
            self._m.removals.note_below(path)  # a folder made way for this file
        else:
            raise PathBlocked(
                "A folder of this name is kept at the destination (deletions stay there "
                "without complete sync); rename the file."
            )

    # --- moves --------------------------------------------------------------------------

    def _look_move(self, taken: Taken) -> Job | Later | Held | None:
        source, dest = taken.action.src_path, taken.action.dest_path
        if os.path.isdir(self._m.mapper.local(dest)) and self._m.index.has_below(source):
            return self._look_move_tree(taken, source, dest)
        row = self._m.index.get(source)
        there = self._m.index.get(dest)
        local = None if self._m.filters.leaves_out(dest) else self._m.look(dest)
        what = move_need(
            self._m.is_gone(source),
            local,
            row.state if row else None,
            sure=bool(row and row.sure),
            complete_sync=self._m.spec.complete_sync,
            can_copy=self._can_copy,
        )
        if (
            what is MoveNeed.LOOK
            or local is None
            or (there is not None and there.sure and there.state == local)  # sent meanwhile
            or self._m.q.has(send(source))
            or self._m.index.clash(dest) not in (None, source)
        ):
            self._look_apart(source, dest)
            return None
        job = CopyJob if what is MoveNeed.COPY else MoveJob
        return job(self._m, taken, (source, dest), local, known=row, replaced=there)

    def _look_apart(self, source: str, dest: str) -> None:
        """Both ends, each as if it had changed by itself."""
        self._m.q.put_all([send(dest)], settled=True)
        self._m.q.put_all([delete(source)])

    def _look_move_tree(self, taken: Taken, source: str, dest: str) -> Job | None:
        whole = (
            self._moves_trees
            and self._m.spec.complete_sync
            and not os.path.lexists(self._m.mapper.local(source))
            and self._m.index.get(source) is None
            and not self._m.index.has_below(dest)
            and self._m.index.get(dest) is None
            and not self._m.filters.leaves_out(dest)
            and self._m.index.all_sure_below(source)
        )
        if whole:
            return MoveTreeJob(self._m, taken, (source, dest))
        self._expand(source, dest)
        return None

    def _expand(self, source: str, dest: str) -> None:
        """File by file; then a look at all that is there now, and at all that is gone."""
        batch: list[Action] = []
        for path in self._m.index.paths_below(source):
            batch.append(move(path, dest + path[len(source) :]))
            if len(batch) >= 1_000:
                self._m.q.put_all(batch, settled=True)
                batch.clear()
        self._m.q.put_all(batch, settled=True)
        self._m.q.put_all([send(dest), delete(source)])
