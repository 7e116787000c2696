"""Opening a database of the state only to look into it, beside whoever writes it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path


def open_to_read(path: Path) -> sqlite3.Connection:
    """Changes nothing in it and never makes one. Raises ``FileNotFoundError`` if there is none;
    a damaged one raises ``sqlite3.Error`` with the first query."""
    if not path.exists():
        raise FileNotFoundError(path)
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


def soundness(path: Path) -> str:
    """SQLite's own words: "ok", or what is damaged first. Reads all of it; raises nothing."""
    try:
        with contextlib.closing(open_to_read(path)) as db:
            return str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except (OSError, sqlite3.Error) as error:
        return str(error)
