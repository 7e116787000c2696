"""A shelf: every file is a blob in one SQLite database.

Written as somebody else would write a connection for a storage of their own: one file for
the ``connections/`` folder, the three methods, and nothing of ours but the contract.
"""

import os
import sqlite3

from skynet_desktop.connections.base import Connection, Option
from skynet_desktop.core.errors import RemoteMissing

_TABLE = "CREATE TABLE IF NOT EXISTS shelf (name BLOB PRIMARY KEY, content BLOB NOT NULL)"


class ShelfConnection(Connection):
    kind = "shelf"
    title = "Shelf (one SQLite file)"
    options = (Option("path", "Database", "The SQLite file.", kind="file", required=True),)

    def __init__(self, path: str) -> None:
        self.path = path
        self._db: sqlite3.Connection | None = None

    def open(self) -> None:
        self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(_TABLE)

    def close(self) -> None:
        if self._db is not None:
            self._db.close()

    def send(self, src_path: str, remote_path: str) -> None:
        with open(src_path, "rb") as file:
            content = file.read()
        self._run("INSERT OR REPLACE INTO shelf VALUES (?, ?)", os.fsencode(remote_path), content)

    def delete(self, remote_path: str) -> None:
        self._run("DELETE FROM shelf WHERE name = ?", os.fsencode(remote_path))

    def move(self, remote_src: str, remote_dest: str) -> None:
        src, dest = os.fsencode(remote_src), os.fsencode(remote_dest)
        if not self._run("UPDATE OR REPLACE shelf SET name = ? WHERE name = ?", dest, src):
            raise RemoteMissing("It is not on the shelf.")

    def _run(self, sql: str, *values: bytes) -> int:
        """How many rows it touched."""
        assert self._db is not None, "open() comes first"
        return self._db.execute(sql, values).rowcount
