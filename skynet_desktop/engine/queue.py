"""The Q: persist-queue's unique ack queue on SQLite, made safe.

What persist-queue 1.1 leaves open, and what is done here (DESIGN.md, section 4):

- An acked row stays and blocks the same action for ever: here an ack removes the row.
- A put that meets a row in flight is swallowed: here it raises the row's generation, and the
  ack of an old generation re-arms the row instead of removing it.
- Every put is a transaction with an fsync, and get scans past rows in flight: here rows are
  put, taken and acked in batches, and one index serves them.
- The default serializer is pickle, which would make a writable database code execution: here
  rows are JSON.

A row has a *due* time: it is not taken earlier. Parked rows (a path that failed) become ready
again when they are due. Rows in flight when the process died are ready again at the next
start, and so is everything else: a restart looks at all again.

``synchronous=NORMAL``: a crash of the process loses nothing; power loss may lose the last
puts, and the SyncSnap at the next start finds those changes anyway.
"""

# ruff: noqa: S608  (only constants of this file are formatted into SQL)
from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persistqueue.sqlackqueue import AckStatus, UniqueAckQ

from skynet_desktop.core.actions import Action
from skynet_desktop.engine import bulk

log = logging.getLogger(__name__)

READY = int(AckStatus.ready)
IN_FLIGHT = int(AckStatus.unack)
PARKED = int(AckStatus.ack_failed)
DATABASE = "queue.db"


class _Json:
    """The serializer persist-queue calls: actions in, JSON text out, and back."""

    @staticmethod
    def dumps(item: Action, sort_keys: bool = True) -> str:
        assert sort_keys, "one action has one text"
        return item.to_json()

    @staticmethod
    def loads(text: str) -> Action:
        return Action.from_json(text)


@dataclass(frozen=True, slots=True)
class Taken:
    """An action in flight. ``settled`` tells that its file was seen closed (or renamed into
    place), so no quiet period is needed."""

    id: int
    action: Action
    settled: bool


@dataclass(frozen=True, slots=True)
class Counts:
    ready: int
    in_flight: int
    parked: int


class Q(UniqueAckQ):
    """One mapping's Q. Make one object a mapping; safe from any thread.

    ``clock`` gives seconds and must be monotonic: due times mean nothing after a restart.
    """

    _TABLE_NAME = "actions"
    _SQL_CREATE = (
        "CREATE TABLE IF NOT EXISTS {table_name} ("
        "{key_column} INTEGER PRIMARY KEY AUTOINCREMENT, data TEXT NOT NULL UNIQUE, "
        "timestamp REAL NOT NULL, status INTEGER NOT NULL, generation INTEGER NOT NULL DEFAULT 0, "
        "taken INTEGER NOT NULL DEFAULT 0, settled INTEGER NOT NULL DEFAULT 0)"
    )

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        super().__init__(
            str(folder),
            multithreading=True,
            auto_resume=False,
            serializer=_Json,
            db_file_name=DATABASE,
        )

    def _init(self) -> None:
        super()._init()
        assert self._putter is not None
        self._db: sqlite3.Connection = self._putter
        self._db.execute("PRAGMA synchronous=NORMAL")
        with self._transaction() as db:
            db.execute(
                "CREATE INDEX IF NOT EXISTS actions_due ON actions_default (status, timestamp, _id)"
            )
            db.execute("UPDATE actions_default SET status=?, timestamp=0, settled=0", (READY,))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.tran_lock, self._db as db:
            yield db

    def close(self) -> None:
        """After the statement that is under way: without one, SQLite's memory would be gone
        beneath it. Who calls later gets ``sqlite3.ProgrammingError``."""
        with self.tran_lock:
            super().close()

    def put(self, item: Action) -> None:
        self.put_all([item])

    def put_all(
        self,
        actions: Iterable[Action],
        *,
        delay: float = 0.0,
        settled: bool = False,
        gently: bool = False,
    ) -> None:
        """Put actions, to be taken ``delay`` seconds from now at the earliest.

        Each distinct action has one row: a second put moves its due time, or, while it is in
        flight, has it done once more. ``gently`` leaves a row that waits where it is, unless it
        is parked.
        """
        due = self._clock() + delay
        rows = [(action.to_json(), due, READY, settled) for action in actions]
        if not rows:
            return
        due_at = "excluded.timestamp"
        if gently:
            due_at = f"CASE status WHEN {PARKED} THEN excluded.timestamp ELSE timestamp END"
        closed = "settled" if gently else "excluded.settled"
        with self._transaction() as db:
            bulk.insert(
                db,
                "actions_default (data, timestamp, status, settled)",
                rows,
                f"ON CONFLICT (data) DO UPDATE SET generation = generation + 1, "
                f"timestamp = {due_at}, settled = {closed}, "
                f"status = CASE status WHEN {IN_FLIGHT} THEN {IN_FLIGHT} ELSE {READY} END",
            )
        self.put_event.set()

    def put_parked(self, action: Action, delay: float) -> None:
        """Put an action that failed already: it is set aside for ``delay`` seconds."""
        with self._transaction() as db:
            db.execute(
                f"INSERT INTO actions_default (data, timestamp, status) VALUES (?, ?, {PARKED}) "
                "ON CONFLICT (data) DO NOTHING",
                (action.to_json(), self._clock() + delay),
            )

    def give_back_all(self) -> None:
        """Everything in flight becomes ready: whoever worked on it is gone."""
        with self._transaction() as db:
            db.execute(f"UPDATE actions_default SET status={READY} WHERE status={IN_FLIGHT}")
        self.put_event.set()

    def take(self, limit: int) -> list[Taken]:
        """Up to ``limit`` actions that are due, oldest first; never waits."""
        now = self._clock()
        with self._transaction() as db:
            db.execute(
                f"UPDATE actions_default SET status={READY} WHERE status={PARKED} AND timestamp<=?",
                (now,),
            )
            rows = db.execute(
                f"SELECT _id, data, settled FROM actions_default WHERE status={READY} "
                "AND timestamp<=? ORDER BY timestamp, _id LIMIT ?",
                (now, limit),
            ).fetchall()
            bulk.do_among(
                db,
                f"UPDATE actions_default SET status={IN_FLIGHT}, taken=generation WHERE _id",
                [row[0] for row in rows],
            )
        return [taken for row in rows if (taken := self._read(*row)) is not None]

    def _read(self, id_: int, data: str, settled: int) -> Taken | None:
        try:
            return Taken(id_, Action.from_json(data), bool(settled))
        except ValueError:
            log.error("dropped a damaged row of the Q")
            self.done([id_])
            return None

    def done(self, ids: Sequence[int]) -> None:
        """Ack: the rows go, except those put again meanwhile, which become ready."""
        with self._transaction() as db:
            bulk.do_among(db, "DELETE FROM actions_default WHERE taken=generation AND _id", ids)
            self._make_ready(db, ids)

    def give_back(self, ids: Sequence[int], delay: float = 0.0) -> None:
        """Nack: ready again ``delay`` seconds from now; at once if put again meanwhile."""
        self._release(ids, READY, delay)

    def park(self, ids: Sequence[int], delay: float) -> None:
        """Set aside for ``delay`` seconds; ready at once if put again meanwhile."""
        self._release(ids, PARKED, delay)

    def _release(self, ids: Sequence[int], status: int, delay: float) -> None:
        due = self._clock() + delay
        with self._transaction() as db:
            db.executemany(
                "UPDATE actions_default SET status=?, timestamp=? "
                f"WHERE _id=? AND status={IN_FLIGHT} AND taken=generation",
                [(status, due, id_) for id_ in ids],
            )
            self._make_ready(db, ids)

    def _make_ready(self, db: sqlite3.Connection, ids: Sequence[int]) -> None:
        """Those of them that are still in flight: they were put again meanwhile."""
        ready = f"UPDATE actions_default SET status={READY} WHERE status={IN_FLIGHT} AND _id"
        bulk.do_among(db, ready, ids)

    def unpark(self) -> None:
        """Everything that waits, parked or not yet due, becomes ready now."""
        with self._transaction() as db:
            db.execute(
                f"UPDATE actions_default SET status={READY}, timestamp=0 WHERE status!={IN_FLIGHT}"
            )
        self.put_event.set()

    def has(self, action: Action) -> bool:
        """Whether it waits or is in flight."""
        with self.tran_lock:
            found = self._db.execute(
                "SELECT 1 FROM actions_default WHERE data=?", (action.to_json(),)
            ).fetchone()
        return found is not None

    def counts(self) -> Counts:
        with self.tran_lock:
            rows = self._db.execute("SELECT status, COUNT(*) FROM actions_default GROUP BY status")
            found: dict[int, int] = dict(rows.fetchall())
        return Counts(found.get(READY, 0), found.get(IN_FLIGHT, 0), found.get(PARKED, 0))

    def sample(self, limit: int) -> list[Action]:
        """Some of what is in flight or waits, without what is parked; for estimates."""
        with self.tran_lock:
            rows = self._db.execute(
                f"SELECT data FROM actions_default WHERE status IN ({READY}, {IN_FLIGHT}) LIMIT ?",
                (limit,),
            ).fetchall()
        found = []
        for (data,) in rows:
            with contextlib.suppress(ValueError):
                found.append(Action.from_json(data))
        return found

    def wait_time(self) -> float | None:
        """Seconds until the next row is due (0 when one is); None when no row waits."""
        with self.tran_lock:
            dues = [
                self._db.execute(
                    "SELECT MIN(timestamp) FROM actions_default WHERE status=?", (status,)
                ).fetchone()[0]
                for status in (READY, PARKED)
            ]
        known = [due for due in dues if due is not None]
        return max(0.0, min(known) - self._clock()) if known else None

    # persist-queue's own get() and ack() go through this; it keeps them safe as well.
    def _mark_ack_status(self, key: int, status: Any) -> None:
        if status == AckStatus.acked:
            self.done([key])
        elif status == AckStatus.ack_failed:
            self.park([key], 0.0)
        elif status == AckStatus.ready:
            self.give_back([key])
        else:
            with self._transaction() as db:
                db.execute(
                    f"UPDATE actions_default SET status={IN_FLIGHT}, taken=generation WHERE _id=?",
                    (key,),
                )
