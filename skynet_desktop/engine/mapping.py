"""A mapping: one local folder, one place on one service, with its own Q, index and rules.

This is what Watcher, SyncSnap, Handler and Mirror share; it has no thread of its own.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from skynet_desktop.connections.base import Connection
from skynet_desktop.core.actions import Action, Kind, send
from skynet_desktop.core.events import Bus, Queued
from skynet_desktop.core.files import FileState, is_regular
from skynet_desktop.core.filters import Filters
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.core.timetable import Timetable
from skynet_desktop.engine import queue, root, statedb
from skynet_desktop.engine.changes import Changes
from skynet_desktop.engine.guard import Guard, Limits, Scene
from skynet_desktop.engine.index import Index
from skynet_desktop.engine.issues import Issues
from skynet_desktop.engine.ledger import DiskLedger
from skynet_desktop.engine.ours import ours_below
from skynet_desktop.engine.pacing import Pacer
from skynet_desktop.engine.queue import Q
from skynet_desktop.engine.removals import Removals
from skynet_desktop.engine.statedb import StateDB
from skynet_desktop.engine.syncsnap import SyncSnap

log = logging.getLogger(__name__)

_INVALID_NAME = 123  # Windows' ERROR_INVALID_NAME: nothing there can be called so

ADOPTED = "adopted"
"""Set in the state once the index knows what the destination holds."""


class Keep(StrEnum):
    """What of the remote's files is recoverable: what is removed and what is replaced there,
    what is removed only, or nothing."""

    ALL = "all"
    DELETED = "deleted"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Spec:
    """A mapping as it was configured, ready to run.

    ``connect`` makes a fresh, unopened connection; it may raise a ``SkynetError`` (secrets
    out of reach). ``remote_identity`` names the place at the remote: another one means that
    the index knows nothing of it.
    """

    name: str
    local: str
    remote: str
    connect: Callable[[], Connection]
    state_folder: Path
    remote_identity: str = ""
    complete_sync: bool = False
    ignore: tuple[str, ...] = ()
    paused: bool = False
    paused_until: float = 0.0
    """When the pause ends by itself, in seconds since 1970; 0 for never."""
    hours: Timetable = field(default_factory=Timetable)
    """When it sends."""
    rescan_seconds: float = 3600.0
    poll_seconds: float = 60.0
    quiet_seconds: float = 2.0
    limits: Limits = field(default_factory=Limits)
    keep: Keep = Keep.NOTHING
    """What of that which is removed or replaced at the remote stays recoverable."""
    keep_days: int = 0
    """How long; 0 for ever."""
    verify_seconds: float = 0.0
    """How often it is proven anew that the remote holds what is here; 0 for never."""
    verify_deep: bool = False
    workers: int = 4
    pacer: Pacer = field(default_factory=Pacer, compare=False)
    """Where uploads wait under a limit; it may change while they run."""
    hidden: tuple[str, ...] = ()
    """Local folders that are never mirrored: our own state and logs."""


class Mapping:
    """Opens the mapping's state; :meth:`close` when all its threads have ended."""

    def __init__(self, spec: Spec, bus: Bus) -> None:
        self.spec = spec
        self.name = spec.name
        self.bus = bus
        self.open = threading.RLock()
        self.closed = False
        self.mapper = Mapper.of(spec.local, spec.remote)
        self.filters = Filters(spec.ignore, ours_below(self.mapper.local_base, spec.hidden))
        folder = spec.state_folder
        self.db, damaged = statedb.open_checked(folder, statedb.DATABASE, lambda: StateDB(folder))
        self.q, q_damaged = statedb.open_checked(folder, queue.DATABASE, lambda: Q(folder))
        if damaged or q_damaged:
            log.warning("%s: damaged state was set aside and is rebuilt", spec.name)
        self.index = Index(self.db)
        self.issues = Issues(self.db)
        self.ledger = DiskLedger(self.db)
        self.removals = Removals(self.db)
        self.guard = Guard(self.db, self.index, self.removals, spec.limits)
        self.changes = Changes(self)
        self.stopping = threading.Event()
        self.forgot_remote = False
        """Set when the index was emptied: a sweep held against the old one proves nothing."""
        self.sweeping = threading.Event()
        """Set while a SyncSnap may still find removals: none is carried out then."""
        self.service_keeps_versions = False
        """As the connection says after signing in: nothing need be put into the trash then."""
        self.progress: dict[str, tuple[int, int]] = {}
        """Files on their way: path -> (bytes confirmed, size)."""
        self.snap = SyncSnap(
            self.mapper,
            self.filters,
            self.q,
            self.index,
            on_actions=self.announce,
            on_missing=self._missing,
            stopping=self.stopping.is_set,
        )
        self._bind_to_remote()
        if not spec.complete_sync:
            self.guard.drop_all()
        # Issues outlive the Q's rows (a damaged Q): each is looked at again.
        self.q.put_all([send(issue.path) for issue in self.issues.all()])

    def _missing(self, keys: list[bytes]) -> None:
        if self.spec.complete_sync:
            self.removals.note_all(keys)

    def _bind_to_remote(self) -> None:
        """Another remote place than last time: what the index knows is not about it."""
        if self.db.get_meta("remote") == self.spec.remote_identity:
            return
        with self.db.transaction() as db:
            db.execute("DELETE FROM meta")
            self.db.set_meta("remote", self.spec.remote_identity)
            self.forget_remote()

    def forget_remote(self) -> None:
        """The index is about another place: it is made anew by adoption."""
        with self.db.transaction() as db:
            for table in ("files", "removals", "issues"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608  (constants)
            self.db.set_meta(ADOPTED, None)
        self.forgot_remote = True

    def close(self) -> None:
        """Once for all; whoever needs the state open meanwhile holds ``open``."""
        with self.open:
            self.closed = True
            self.q.close()
            self.db.close()

    # --- the disk -----------------------------------------------------------------------

    def look(self, path: str) -> FileState | None:
        """The regular file at the relative path as it is now; None if there is none.

        Raises ``OSError`` if that cannot be told (no permission on a folder above).
        """
        try:
            st = os.lstat(self.mapper.local(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if getattr(error, "winerror", 0) == _INVALID_NAME:
                return None
            raise
        return FileState.of(st) if is_regular(st) else None

    def is_gone(self, path: str) -> bool:
        """Whether nothing that we mirror is at the path. Raises ``OSError`` as ``look``."""
        return self.look(path) is None

    def root_changed(self, *, in_full: bool = False) -> bool:
        """Whether the folder may be another one than last time. Raises ``OSError``."""
        before = self.db.get_meta("root")
        if before is None:
            return False
        look = root.full_identity if in_full else root.identity
        return root.differs(json.loads(before), look(self.mapper.local_base))

    def root_is_empty(self) -> bool:
        """Raises ``OSError``."""
        with os.scandir(self.mapper.local_base) as entries:
            return next(entries, None) is None

    def scene(self) -> Scene:
        """What the guard judges by. Raises ``OSError`` if the folder cannot be looked at:
        then nothing may be removed."""
        counts = self.q.counts()
        return Scene(self.root_changed(), self.root_is_empty(), counts.ready + counts.in_flight)

    def review(self) -> None:
        """After a sweep. A file with an issue may be gone: then the issue is. Files that a
        pending question is about may be back: then that is withdrawn."""
        sends = [issue.path for issue in self.issues.all() if issue.action is not Kind.DELETE]
        self.q.put_all([send(path) for path in sends if self._has_gone(path)])
        if self.guard.question() is None:
            return
        after = ""
        while paths := self.removals.batch(1_000, after):
            after = paths[-1]
            self.removals.drop([path for path in paths if self.look(path) is not None])
        self.guard.withdraw_if_settled(self.scene())

    def _has_gone(self, path: str) -> bool:
        try:
            return self.is_gone(path)
        except OSError:
            return False

    def bind_to_root(self) -> None:
        """From now on the folder is the one that is there."""
        self.db.set_meta("root", json.dumps(root.full_identity(self.mapper.local_base)))

    # --- the Q --------------------------------------------------------------------------

    def announce(self, actions: list[Action]) -> None:
        """Tell that actions entered the Q."""
        self.bus.publish(Queued(self.name, tuple(actions)))

    def stop(self) -> None:
        """Tell every loop of this mapping to end."""
        self.stopping.set()
        self.q.put_event.set()
