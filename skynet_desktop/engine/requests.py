"""Requests: how many were made, by service, day and kind, because S3 costs money by request.

Counting is a number in memory. Every few seconds, and when the process ends, what was counted
since is *added* to a small database that all processes of a home share, in one transaction: so
a command in a terminal beside the running app loses nothing and counts nothing twice. kill -9
costs the last seconds. Days are those of UTC, as providers bill.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
import weakref
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.engine import statedb
from skynet_desktop.engine.readonly import open_to_read

log = logging.getLogger(__name__)

DATABASE = "requests.db"
_WRITE_SECONDS = 5.0
_KEPT_DAYS = 400
_DAY_SECONDS = 86_400
_SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    day TEXT NOT NULL, service TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (day, service, kind)
) WITHOUT ROWID
"""
_ADD = """
INSERT INTO requests VALUES (?, ?, ?, ?)
ON CONFLICT (day, service, kind) DO UPDATE SET count = count + excluded.count
"""
# The latest days that anything was counted on, whatever the clock says now: one that is set a
# year ahead must not cost a year's figures.
_PRUNE = """
DELETE FROM requests WHERE day <
    (SELECT day FROM requests GROUP BY day ORDER BY day DESC LIMIT 1 OFFSET ?)
"""

Counts = dict[RequestKind, int]
_Key = tuple[int, str, RequestKind]  # days since 1970, service, kind


class Requests:
    """The counts of one home, below its ``state`` folder. Safe from any thread; making one
    touches no disk. ``clock`` gives seconds since 1970."""

    def __init__(self, state: Path, clock: Callable[[], float] = time.time) -> None:
        self._book = _Book(state, clock)
        # At the latest when nobody holds us any more, or the process ends.
        weakref.finalize(self, self._book.write)

    def counter(self, service: str) -> Callable[[RequestKind], None]:
        """What a connection of this service calls for each request: quick, never raises."""
        return partial(self._count, service)  # holds us: what it counts is written at our end

    def _count(self, service: str, kind: RequestKind) -> None:
        self._book.count(service, kind)

    def flush(self) -> None:
        """Write what was counted now. Blocks for milliseconds, seconds on a busy disk; what
        cannot be written is kept for the next time. Raises nothing."""
        self._book.write()

    def months(self, service: str) -> dict[str, Counts]:
        """By month, such as "2026-11", the latest first. Includes what other processes wrote
        up to some seconds ago. A file that cannot be read counts as empty."""
        found: defaultdict[str, Counter[RequestKind]] = defaultdict(Counter)
        for (day, name, kind), count in self._book.read().items():
            if name == service:
                found[_text(day)[:7]][kind] += count
        return {month: dict(found[month]) for month in sorted(found, reverse=True)}

    def month(self, service: str) -> Counts:
        """Those of the present month."""
        return self.months(service).get(_text(self._book.today())[:7], {})

    def today(self, service: str) -> Counts:
        today = self._book.today()
        counts = self._book.read()
        return {k: n for (day, name, k), n in counts.items() if (day, name) == (today, service)}

    def services(self) -> list[str]:
        """All that anything was counted for, by name."""
        return sorted({name for _, name, _ in self._book.read()})


class _Book:
    """What is counted and not written yet, and the file where the rest stands."""

    def __init__(self, state: Path, clock: Callable[[], float]) -> None:
        self._state = state
        self._clock = clock
        self._lock = threading.Lock()
        self._pending: Counter[_Key] = Counter()
        self._due = False
        self._disk = threading.Lock()  # taken first
        self._checked = False

    def today(self) -> int:
        return int(self._clock() // _DAY_SECONDS)

    def count(self, service: str, kind: RequestKind) -> None:
        with self._lock:
            self._pending[self.today(), service, kind] += 1
            if self._due:
                return
            self._due = True
        timer = threading.Timer(_WRITE_SECONDS, self.write)
        timer.name, timer.daemon = "requests", True
        with contextlib.suppress(RuntimeError):  # the process ends: it writes at its end
            timer.start()

    def write(self) -> None:
        with self._disk:
            with self._lock:
                written, self._pending = self._pending, Counter()
                self._due = False
            if not written:
                return
            try:
                self._add(written)
            except (OSError, sqlite3.Error) as error:
                log.warning("the requests made could not be written down: %s", error)
                with self._lock:
                    self._pending.update(written)

    def _add(self, counted: Counter[_Key]) -> None:
        with contextlib.closing(self._open()) as db, db:
            db.execute("BEGIN IMMEDIATE")
            db.execute(_SCHEMA)
            rows = [(_text(day), name, kind.value, n) for (day, name, kind), n in counted.items()]
            db.executemany(_ADD, rows)
            db.execute(_PRUNE, (_KEPT_DAYS - 1,))

    def _open(self) -> sqlite3.Connection:
        def connect() -> sqlite3.Connection:
            return sqlite3.connect(self._state / DATABASE, timeout=10, isolation_level=None)

        if self._checked:
            return connect()
        self._state.mkdir(mode=0o700, parents=True, exist_ok=True)
        db, _ = statedb.open_checked(self._state, DATABASE, connect)
        self._checked = True
        return db

    def read(self) -> Counter[_Key]:
        with self._disk:
            counts = self._stored()
            with self._lock:
                counts.update(self._pending)
        return counts

    def _stored(self) -> Counter[_Key]:
        try:
            with contextlib.closing(open_to_read(self._state / DATABASE)) as db:
                rows = db.execute("SELECT day, service, kind, count FROM requests").fetchall()
        except FileNotFoundError:
            return Counter()
        except sqlite3.Error as error:  # just being made, or damaged
            log.info("the requests made cannot be read now: %s", error)
            return Counter()
        return Counter({(_number(day), name, RequestKind(kind)): n for day, name, kind, n in rows})


def _text(day: int) -> str:
    return datetime.fromtimestamp(day * _DAY_SECONDS, UTC).strftime("%Y-%m-%d")


def _number(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) // _DAY_SECONDS
