"""The index: what we know the remote holds, and which local version that was.

A row is *sure* while the remote is known to hold that version. Before anything changes the
remote (a send, a move, a delete) the intent is written down, durably: the row is there but
not sure. Only the remote's confirmation makes it sure. So a crash between the two leaves
neither a row that vouches for content the remote no longer has, nor a remote file that nobody
knows of.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from skynet_desktop.core.files import FileState
from skynet_desktop.core.mapper import fold
from skynet_desktop.engine import bulk
from skynet_desktop.engine.statedb import StateDB, below, key

_PAGE = 5_000
_TOTALS_SECONDS = 2.0
_WRONG_SIZE = -1
NO_VERSION = 0
"""The ctime of a row in doubt that may stand for several versions of one size and time."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What else is known of a file's content at the remote. ``hash`` as in ``core.content``,
    ``tag`` as the service lists it; either may be unknown. ``kept_at`` is when a version of it
    was put into the trash last, in seconds since 1970."""

    hash: bytes | None = None
    tag: str = ""
    kept_at: float = 0.0


_NO_TRAITS = Traits()


@dataclass(frozen=True, slots=True)
class Known:
    """A file the remote holds (``sure``) or may hold."""

    state: FileState
    sure: bool
    traits: Traits = _NO_TRAITS

    @property
    def is_wrong(self) -> bool:
        """The remote holds something else under this name (:meth:`Index.mark_wrong`)."""
        return self.state.size == _WRONG_SIZE

    @property
    def hash(self) -> bytes | None:
        return self.traits.hash

    @property
    def tag(self) -> str:
        return self.traits.tag


@dataclass(frozen=True, slots=True)
class Totals:
    files: int
    bytes: int


class Index:
    """Safe from any thread. ``folds_names`` as the connection says it: then a second name
    that folds to the same one is found by :meth:`clash`."""

    def __init__(self, db: StateDB) -> None:
        self._db = db
        self.folds_names = False
        self._totals = Totals(0, 0)
        self._totals_at = float("-inf")
        self._counted = -1  # the connection's count of changes when that was

    def get(self, path: str) -> Known | None:
        with self._db.reading() as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM files WHERE path=?",  # noqa: S608  (constants)
                (key(path),),
            ).fetchone()
        return _known(row) if row else None

    def get_all(self, paths: Iterable[str]) -> dict[str, Known]:
        """Of those that have a row, by path."""
        found = {}
        keys = [key(path) for path in paths]
        with self._db.reading() as db:
            for row in bulk.among(db, f"SELECT {_COLUMNS}, path FROM files WHERE path", keys):  # noqa: S608
                found[_text(row[-1])] = _known(row)
        return found

    def record(
        self,
        files: Iterable[tuple[str, FileState]],
        traits: Mapping[str, Traits] = MappingProxyType({}),
    ) -> None:
        """The remote has confirmed these versions; ``traits`` by path."""
        rows = [
            (*self._row_of(path, state, sure=1), more.hash, more.tag, more.kept_at)
            for path, state in files
            for more in [traits.get(path, _NO_TRAITS)]
        ]
        with self._db.transaction() as db:
            bulk.insert(db, "files", rows, verb="INSERT OR REPLACE")
            bulk.do_among(db, "DELETE FROM removals WHERE path", [row[0] for row in rows])

    def intend(self, files: Iterable[tuple[str, FileState]]) -> None:
        """Durably: the remote copies of these are about to change, or to come to be.

        A new file gets its row now: should we crash after it arrived and the file then go
        away here, it is known that the remote may hold it. A row in doubt has the version that
        was to be sent, if size and time can tell it from all others that the remote may hold;
        else it has none (:data:`NO_VERSION`).
        """
        rows = [self._row_of(path, state, sure=0) for path, state in files]
        columns = "files (path, size, mtime_ns, ctime_ns, sure, folded)"
        with self._db.transaction() as db:
            bulk.insert(db, columns, rows, _INTEND)

    def mark_wrong(self, paths: Iterable[str]) -> None:
        """The remote's copies are known to be wrong, whatever they look like."""
        with self._db.transaction() as db:
            db.executemany(
                "UPDATE files SET sure=0, size=? WHERE path=?",
                [(_WRONG_SIZE, key(path)) for path in paths],
            )

    def doubt(self, path: str) -> None:
        """The remote's copy may go now, or the file changed before it went: its row vouches for
        nothing any more."""
        with self._db.transaction() as db:
            db.execute("UPDATE files SET sure=0 WHERE path=?", (key(path),))

    def intend_rename_below(self, source: str, dest: str) -> None:
        """The same for a folder's rename: both names may be there until it is confirmed."""
        files = [(_text(path), known.state) for path, known in self.rows(source)]
        self.intend(files + [(dest + path[len(source) :], state) for path, state in files])

    def unsure(self) -> list[str]:
        """Paths whose send, move or removal was begun and not confirmed."""
        with self._db.reading() as db:
            rows = db.execute("SELECT path FROM files WHERE sure=0").fetchall()
        return [_text(row[0]) for row in rows]

    def forget(self, paths: Iterable[str]) -> None:
        """The remote no longer holds these (or they are no longer ours to follow)."""
        rows = [(key(path),) for path in paths]
        with self._db.transaction() as db:
            db.executemany("DELETE FROM files WHERE path=?", rows)
            db.executemany("DELETE FROM removals WHERE path=?", rows)

    def rename_below(self, source: str, dest: str) -> None:
        """A folder was renamed at the remote: its rows follow and are sure."""
        names = list(self.paths_below(source))
        rows = [(key(dest + p[len(source) :]), self._folded(dest + p[len(source) :]), key(p))
                for p in names]  # fmt: skip
        with self._db.transaction() as db:
            db.execute("DELETE FROM removals WHERE path>=? AND path<?", below(source))
            db.execute("DELETE FROM removals WHERE path>=? AND path<?", below(dest))
            db.executemany(
                "UPDATE OR REPLACE files SET path=?, folded=?, sure=1 WHERE path=?", rows
            )

    def paths_below(self, folder: str) -> Iterator[str]:
        for path, _ in self.rows(folder):
            yield _text(path)

    def rows(self, folder: str = "") -> Iterator[tuple[bytes, Known]]:
        """All rows below the folder in the order of their bytes, read page by page so that
        no transaction stays open; rows written meanwhile may or may not be among them."""
        for row in self._pages(f"{_COLUMNS}, path", folder):
            yield row[-1], _known(row)

    def sure_states(self, folder: str = "") -> Iterator[tuple[bytes, tuple[int, ...] | None]]:
        """The same, of each row only what the remote surely holds, to compare a ``FileState``
        with: None where it is in doubt."""
        for row in self._pages("size, mtime_ns, ctime_ns, sure, path", folder):
            yield row[4], row[:3] if row[3] else None

    def _pages(self, columns: str, folder: str) -> Iterator[tuple[Any, ...]]:
        """``columns`` end with the path."""
        low, high = below(folder)
        after = low
        while True:
            with self._db.reading() as db:
                page = db.execute(
                    f"SELECT {columns} FROM files "  # noqa: S608
                    "WHERE path>=? AND path<? AND path!=? ORDER BY path LIMIT ?",
                    (after, high, after if after != low else b"", _PAGE),
                ).fetchall()
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1][-1]

    def sure_sizes(self, paths: Iterable[str]) -> dict[str, int]:
        """Of these paths those that the remote surely holds, with their sizes in bytes."""
        found = self.get_all(paths).items()
        return {path: known.state.size for path, known in found if known.sure}

    def has_below(self, folder: str) -> bool:
        return bool(self.have_below([folder]))

    def have_below(self, folders: Iterable[str]) -> set[str]:
        """Those of them below which there are rows."""
        rows = [(key(folder), *below(folder)) for folder in folders]
        any_row = "SELECT 1 FROM files WHERE path>=column2 AND path<column3"
        found: set[str] = set()
        with self._db.reading() as db:
            for marks, values in bulk.at_once(rows):
                sql = f"SELECT column1 FROM (VALUES {marks}) WHERE EXISTS ({any_row})"  # noqa: S608
                found.update(_text(row[0]) for row in db.execute(sql, values).fetchall())
        return found

    def all_sure_below(self, folder: str) -> bool:
        low, high = below(folder)
        with self._db.reading() as db:
            found = db.execute(
                "SELECT 1 FROM files WHERE path>=? AND path<? AND sure=0 LIMIT 1", (low, high)
            ).fetchone()
        return found is None

    def clash(self, path: str) -> str | None:
        """Another file's path that is the same name to the destination, if there is one."""
        if not self.folds_names:
            return None
        with self._db.reading() as db:
            row = db.execute(
                "SELECT path FROM files WHERE folded=? AND path!=? LIMIT 1",
                (_surrogate_free(fold(path)), key(path)),
            ).fetchone()
        return _text(row[0]) if row else None

    def spelled_otherwise(self, path: str) -> Known | None:
        """The row of another spelling of the name that is the same file at the destination."""
        other = self.clash(path)
        return self.get(other) if other is not None else None

    def totals(self) -> Totals:
        """Files and bytes the remote holds; counted anew only after a change, and not more
        often than every few seconds."""
        now = time.monotonic()
        with self._db.reading() as db:
            if db.total_changes != self._counted and now - self._totals_at > _TOTALS_SECONDS:
                row = db.execute(
                    "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM files WHERE sure=1"
                ).fetchone()
                self._totals, self._totals_at = Totals(row[0], row[1]), now
                self._counted = db.total_changes
        return self._totals

    def count(self) -> int:
        with self._db.reading() as db:
            return int(db.execute("SELECT COUNT(*) FROM files").fetchone()[0])

    def _row_of(self, path: str, state: FileState, sure: int) -> tuple[object, ...]:
        return key(path), state.size, state.mtime_ns, state.ctime_ns, sure, self._folded(path)

    def _folded(self, path: str) -> str | None:
        return _surrogate_free(fold(path)) if self.folds_names else None


_INTEND = f"""
    ON CONFLICT (path) DO UPDATE SET
        sure = 0,
        size = CASE size WHEN {_WRONG_SIZE} THEN size ELSE excluded.size END,
        mtime_ns = excluded.mtime_ns,
        ctime_ns = CASE
            WHEN (size, mtime_ns, ctime_ns)
                = (excluded.size, excluded.mtime_ns, excluded.ctime_ns) THEN ctime_ns
            WHEN sure AND (size, mtime_ns) != (excluded.size, excluded.mtime_ns)
                THEN excluded.ctime_ns
            ELSE {NO_VERSION}
        END
"""
_COLUMNS = "size, mtime_ns, ctime_ns, sure, hash, tag, kept_at"


def _known(row: tuple[Any, ...]) -> Known:
    size, mtime_ns, ctime_ns, sure, hash_, tag, kept_at = row[:7]
    plain = hash_ is None and not tag and not kept_at
    traits = _NO_TRAITS if plain else Traits(hash_, tag, kept_at)
    return Known(FileState(size, mtime_ns, ctime_ns), bool(sure), traits)


def _text(path: bytes) -> str:
    return os.fsdecode(path)


def _surrogate_free(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
