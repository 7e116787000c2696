"""A local SQLite file: for a try, with Skywatch on the same computer."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from skynet_desktop.core.errors import ConnectionLost, ServiceRefused
from skynet_desktop.notifier import schema
from skynet_desktop.notifier.report import Report
from skynet_desktop.notifier.schema import Dialect
from skynet_desktop.notifier.targets.base import RowsRefused

_WAIT_SECONDS = 5.0  # for another process that writes


class SQLite:
    """Makes the file and its tables where they are missing."""

    def __init__(self, url: str) -> None:
        self._path = path_of(url)
        self._db: sqlite3.Connection | None = None

    def send(self, report: Report) -> float:
        db = self._opened()
        try:
            with _transaction(db):
                db.execute(schema.upsert(schema.MACHINE, Dialect.SQLITE), report.machine)
                for table, rows in report.rows.items():
                    db.executemany(schema.upsert(table, Dialect.SQLITE), rows)
        except (sqlite3.DataError, sqlite3.IntegrityError, OverflowError) as error:
            raise RowsRefused(f"The file {self._path} cannot take this: {error}.") from error
        except sqlite3.Error as error:
            self.close()
            raise self._away(error) from error
        return 0.0

    def test(self) -> str:
        self._opened()
        return f"The file {self._path} takes reports."

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def abort(self) -> None:
        if self._db is not None:
            with contextlib.suppress(sqlite3.Error):
                self._db.interrupt()

    def _opened(self) -> sqlite3.Connection:
        if self._db is not None:
            return self._db
        if not self._path.parent.is_dir():
            raise ServiceRefused(f"The folder {self._path.parent} is not there.")
        try:
            db = sqlite3.connect(
                self._path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise self._away(error) from error
        try:
            db.execute("PRAGMA journal_mode=WAL")
            with _transaction(db):
                schema.upgrade(db.cursor(), Dialect.SQLITE)
        except schema.NewerSchema as error:
            db.close()
            raise ServiceRefused(f"{error} Update this program.") from error
        except sqlite3.Error as error:
            db.close()
            raise self._away(error) from error
        self._db = db
        return db

    def _away(self, error: sqlite3.Error) -> ConnectionLost:
        return ConnectionLost(f"The file {self._path} cannot be written: {error}.")


def path_of(url: str) -> Path:
    """``sqlite:///relative`` and ``sqlite:////absolute``; on Windows ``sqlite:///C:/path``."""
    return Path(unquote(urlsplit(url).path)[1:]).expanduser().absolute()


@contextlib.contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
