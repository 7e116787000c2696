"""A connection by somebody else: a file in the person's folder, three methods, one line."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.conformance import conformance
from skynet_desktop.connections.registry import Registry, build

SHELF = Registry(Path(__file__).parent / "third_party").get("shelf")


def read_from_shelf(connection: Any, remote_path: str) -> bytes | None:
    """Past the connection, straight from the file."""
    with closing(sqlite3.connect(connection.path)) as db:
        query = "SELECT content FROM shelf WHERE name = ?"
        row = db.execute(query, (os.fsencode(remote_path),)).fetchone()
    return None if row is None else bytes(row[0])


def shelf_in(folder: Path) -> Connection:
    return build(SHELF, {"path": str(folder / "shelf.db")}, {})


TestShelf = conformance(shelf_in, read_from_shelf)
