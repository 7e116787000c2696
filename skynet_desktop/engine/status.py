"""Status: derived afresh from facts each time, never a remembered "all is well"."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from skynet_desktop.core.events import State
from skynet_desktop.engine import queue, statedb
from skynet_desktop.engine.guard import QUESTION
from skynet_desktop.engine.issues import Issue, all_of
from skynet_desktop.engine.readonly import open_to_read
from skynet_desktop.engine.statedb import StateDB
from skynet_desktop.engine.verifying import differences

_STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Progress:
    """A file on its way; ``done`` of ``size`` bytes are confirmed."""

    path: str
    done: int
    size: int


@dataclass(frozen=True, slots=True)
class MappingStatus:
    """One mapping at one moment. Times are ISO 8601 in UTC, or None if never.

    ``files`` and ``bytes`` are what the destination holds; ``queued`` counts actions and
    noted removals that wait. ``bytes_left`` is an estimate of what is still to be sent, from
    the sizes of some hundred files, and 0 while the mapping does not run. ``paused`` is the
    person's pause; a mapping that is held or outside of its hours is not, though its state is
    "paused" too. ``paused_until`` is when either ends by itself; ``retry_at`` when an
    unreachable service is tried again.
    """

    name: str
    state: State
    reason: str = ""
    since: str | None = None
    queued: int = 0
    in_flight: int = 0
    issues: int = 0
    last_reconcile: str | None = None
    files: int = 0
    bytes: int = 0
    question: str = ""
    about: str = ""
    """What an action is required about: "removals" or "root" (a question), "folder" (it is not
    there), "service" (it refused), "space" (it is full); "" where none is."""
    unwatched: int = 0
    paused: bool = False
    paused_until: str | None = None
    retry_at: str | None = None
    bytes_left: int = 0
    progress: tuple[Progress, ...] = ()
    verified_at: str | None = None
    """When the last verification ended."""
    differences: int = 0
    """That it found, and nobody has set about putting right."""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "state": self.state.value}


def iso(seconds: float | None) -> str | None:
    """Seconds since 1970 as ISO 8601 in UTC."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def differ(count: int) -> str:
    """What there is to say of so many differences that are left."""
    if count == 1:
        return "1 file at the destination is not as it should be; verification shows which."
    return f"{count} files at the destination are not as they should be; verification shows which."


def worst(states: list[State]) -> State:
    """The one state that stands for all: the worst. No mapping at all: set one up."""
    order = list(State)
    return min(states, key=order.index, default=State.SETUP)


def remember_stop(db: StateDB, up_to_date: bool) -> None:
    """Leave a note that the mapping ended in order, and whether all was mirrored then."""
    db.set_meta(_STOPPED, json.dumps({"up_to_date": up_to_date}))


def forget_stop(db: StateDB) -> None:
    """The mapping runs: until it ends in order nothing is known of how it ended."""
    db.set_meta(_STOPPED, None)


def stored_status(
    name: str, folder: Path, *, paused: bool, paused_until: float = 0.0
) -> MappingStatus:
    """The status of a mapping that does not run, from its state on disk, which is only read.

    It is up to date as of its last sweep if it ended in order with nothing left; otherwise it
    is not proven to be, and will be checked at the next start. ``paused`` is as of now, and
    ``paused_until`` in seconds since 1970, 0 for never.
    """
    until = iso(paused_until) if paused and paused_until else None
    try:
        meta, files, size, issues, queued, verified_at, left = _read(folder)
    except (OSError, sqlite3.Error):  # not there yet, or just being made, or damaged
        state = State.PAUSED if paused else State.CHECKING
        return MappingStatus(name, state, paused=paused, paused_until=until)
    asked = json.loads(meta[QUESTION]) if QUESTION in meta else {"text": "", "about": ""}
    question = asked["text"]
    proven = json.loads(meta.get(_STOPPED, "{}")).get("up_to_date", False)
    if question:
        state = State.ACTION_REQUIRED
    elif paused:
        state = State.PAUSED
    elif issues or left:
        state = State.ISSUES
    else:
        state = State.UP_TO_DATE if proven and not queued else State.CHECKING
    reason = question or (differ(left) if left and state is State.ISSUES and not issues else "")
    swept_at = float(meta["swept_at"]) if "swept_at" in meta else None
    return MappingStatus(
        name, state, reason, None, queued, 0, issues, iso(swept_at), files, size, question,
        asked["about"],
        paused=paused, paused_until=until, verified_at=iso(verified_at), differences=left,
    )  # fmt: skip


def _read(folder: Path) -> tuple[dict[str, str], int, int, int, int, float | None, int]:
    """Meta values; files, bytes, issues and what waits, counted; when the last verification
    ended and how many differences are left."""
    with contextlib.closing(open_to_read(folder / statedb.DATABASE)) as db:
        meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
        files, size = db.execute(
            "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM files WHERE sure=1"
        ).fetchone()
        issues = db.execute("SELECT COUNT(*) FROM issues").fetchone()[0]
        removals = db.execute("SELECT COUNT(*) FROM removals").fetchone()[0]
        verified_at, left = differences.stored(db)
    with contextlib.closing(open_to_read(folder / queue.DATABASE)) as db:
        count = "SELECT COUNT(*) FROM actions_default WHERE status!=?"
        queued = db.execute(count, (queue.PARKED,)).fetchone()[0]
    return meta, files, size, issues, queued + removals, verified_at, left


def stored_issues(folder: Path) -> list[Issue]:
    """The issues of a mapping that does not run, from its state on disk, which is only read.

    Raises ``sqlite3.Error`` if that is damaged.
    """
    try:
        with contextlib.closing(open_to_read(folder / statedb.DATABASE)) as db:
            return all_of(db)
    except FileNotFoundError:
        return []
