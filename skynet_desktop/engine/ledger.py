"""The ledger of unfinished uploads: one record a remote path, as a connection wrote it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from skynet_desktop.engine.statedb import StateDB, key


class DiskLedger:
    """Implements ``connections.base.Ledger`` on the mapping's state. Safe from any thread;
    every call is durable when it returns."""

    def __init__(self, db: StateDB) -> None:
        self._db = db
        self._paths = {path for path, _ in self.records()}  # most have none: no query a file

    def get(self, remote_path: str) -> dict[str, Any] | None:
        if remote_path not in self._paths:
            return None
        with self._db.reading() as db:
            row = db.execute(
                "SELECT record FROM ledger WHERE remote_path=?", (key(remote_path),)
            ).fetchone()
        return dict(json.loads(row[0])) if row else None

    def put(self, remote_path: str, record: Mapping[str, Any]) -> None:
        with self._db.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO ledger VALUES (?, ?)",
                (key(remote_path), json.dumps(dict(record))),
            )
        self._paths.add(remote_path)

    def drop(self, remote_path: str) -> None:
        with self._db.transaction() as db:
            db.execute("DELETE FROM ledger WHERE remote_path=?", (key(remote_path),))
        self._paths.discard(remote_path)

    def records(self) -> list[tuple[str, dict[str, Any]]]:
        with self._db.reading() as db:
            rows = db.execute("SELECT remote_path, record FROM ledger").fetchall()
        return [(os.fsdecode(path), json.loads(record)) for path, record in rows]
