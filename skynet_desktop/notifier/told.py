"""How the reports go, read from the outbox beside a running app or without one."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from skynet_desktop.engine.readonly import open_to_read
from skynet_desktop.notifier.outbox import Outbox
from skynet_desktop.notifier.outbox_file import AUDIENCE, DATABASE, Waiting, meta, waiting

FOLDER = "monitor"
"""Below the home's state folder."""


@dataclass(frozen=True, slots=True)
class Told:
    """Times in seconds since 1970. ``problem`` is a sentence, "" while all goes well."""

    waiting: Waiting
    sent_at: float | None
    problem: str
    problem_since: float | None


def forget(state: Path) -> None:
    """From now on things happen that nobody notes: whoever is told next hears of all anew.
    Raises ``sqlite3.Error``."""
    if (state / FOLDER / DATABASE).exists():
        with contextlib.closing(Outbox(state / FOLDER)) as outbox:
            if outbox.get(AUDIENCE):
                outbox.set(AUDIENCE, "")


def told(state: Path) -> Told | None:
    """None if nothing was ever kept for a monitor. Raises ``sqlite3.Error``."""
    try:
        with contextlib.closing(open_to_read(state / FOLDER / DATABASE)) as db:
            db.row_factory = sqlite3.Row
            trouble = meta(db, "problem") or {}
            words = str(trouble.get("words", ""))
            since = float(trouble["since"]) if words else None
            return Told(waiting(db), meta(db, "sent_at"), words, since)
    except FileNotFoundError:
        return None
