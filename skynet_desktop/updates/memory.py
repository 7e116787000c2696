"""What is remembered between two looks, in the state folder of a home.

``releases.txt`` is the last good list as it came, signature and all: it is verified anew each
time it is read, so a program that can write there cannot make news. ``updates.json`` holds what
belongs to this home: when was looked, when to look again, what was told and what is skipped.
Both may be lost; then all begins anew. Two processes may write; the last one counts.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings.file import keep, locked
from skynet_desktop.updates.fetching import MOST_BYTES

log = logging.getLogger(__name__)

_LIST = "releases.txt"
_NOTES = "updates.json"
_MOST_NOTES = 100_000
_LATEST = 2.5e11  # the year 9892: a date can be made of what is less


@dataclass(frozen=True, slots=True)
class Notes:
    """Times in seconds since 1970; 0 for never. ``told`` and ``skipped`` are keys of news."""

    looked_at: float = 0.0
    tried_at: float = 0.0
    next_at: float = 0.0
    told: str = ""
    skipped: str = ""


class Memory:
    """Safe from any thread. Reading raises nothing, and neither does writing: what cannot be
    kept is logged, and holds as long as the process lives."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._unwritten: Notes | None = None

    def signed_list(self) -> bytes:
        """Nothing if there is none."""
        return _read(self._state / _LIST, MOST_BYTES)

    def keep_list(self, data: bytes) -> None:
        try:
            with locked(self._state / _LIST):
                keep(self._state / _LIST, data.decode("utf-8"))
        except SettingsError as error:
            log.warning("the list of releases could not be kept: %s", error)

    def notes(self) -> Notes:
        with self._lock:
            return self._unwritten or _notes(_read(self._state / _NOTES, _MOST_NOTES))

    def note(self, change: Callable[[Notes], Notes]) -> Notes:
        """Change what is noted; returns it."""
        file = self._state / _NOTES
        with self._lock:
            new = change(self._unwritten or _notes(_read(file, _MOST_NOTES)))
            try:
                with locked(file):
                    if self._unwritten is None:
                        new = change(_notes(_read(file, _MOST_NOTES)))
                    keep(file, json.dumps(asdict(new), indent=1) + "\n")
                self._unwritten = None
            except SettingsError as error:
                log.warning("%s", error)
                self._unwritten = new
            return new


def _read(file: Path, most: int) -> bytes:
    try:
        with open(file, "rb") as opened:
            return opened.read(most)
    except OSError:
        return b""


def _notes(data: bytes) -> Notes:
    """What is there and of the right type."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return Notes()
    if not isinstance(found, dict):
        return Notes()
    good = {
        each.name: found[each.name]
        for each in fields(Notes)
        if type(found.get(each.name)) is type(each.default)
        and (each.type == "str" or 0 <= found[each.name] < _LATEST)
    }
    return replace(Notes(), **good)
