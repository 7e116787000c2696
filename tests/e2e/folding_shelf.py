"""A destination where ``A`` and ``a`` are one file, as on a Mac's disk or a Windows share."""

import sqlite3
from pathlib import Path

from skynet_desktop.connections.base import Connection, Option
from skynet_desktop.core.errors import RemoteMissing

_TABLE = (
    "CREATE TABLE IF NOT EXISTS shelf (name TEXT PRIMARY KEY COLLATE NOCASE, content BLOB NOT NULL)"
)


class FoldingShelf(Connection):
    kind = "folding-shelf"
    title = "Folding shelf"
    options = (Option("path", "Database", "The SQLite file.", kind="file", required=True),)
    folds_names = True

    def __init__(self, path: str) -> None:
        self.path = path

    def open(self) -> None:
        self._run(_TABLE)

    def send(self, src_path: str, remote_path: str) -> None:
        content = Path(src_path).read_bytes()
        self._run("INSERT OR REPLACE INTO shelf VALUES (?, ?)", remote_path, content)

    def delete(self, remote_path: str) -> None:
        self._run("DELETE FROM shelf WHERE name = ?", remote_path)

    def move(self, remote_src: str, remote_dest: str) -> None:
        if not self._run(
            "UPDATE OR REPLACE shelf SET name = ? WHERE name = ?", remote_dest, remote_src
        ):
            raise RemoteMissing("It is not on the shelf.")

    def _run(self, sql: str, *values: object) -> int:
        with sqlite3.connect(self.path, timeout=30) as db:
            count = db.execute(sql, values).rowcount
        db.close()
        return count
