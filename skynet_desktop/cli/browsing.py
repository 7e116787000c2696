"""skynet restore --list and --history: what is at the destination, and was."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

from skynet_desktop.core.words import amount
from skynet_desktop.engine.restoring.catalogue import Catalogue, Entry, Stored


def list_folders(catalogue: Catalogue, paths: list[str], at: float | None, as_json: bool) -> int:
    """What is right in each folder, or the file itself."""
    found: list[Entry] = []
    missing = []
    for path in paths:
        entries = catalogue.folder(path, at)
        if path:
            above = catalogue.folder(path.rpartition("/")[0], at)
            entries += [e for e in above if e.path == path and not e.is_folder]
        found += entries
        missing += [path] * (not entries)
    if as_json:
        print(json.dumps({"as_of": iso(at), "entries": [_entry_json(e) for e in found]}, indent=2))
    for entry in () if as_json else found:
        size = "" if entry.is_folder else amount(entry.size)
        print(f"{size:>10}  {_time(entry.mtime_ns):19}  {shown(entry.path)}{'/' * entry.is_folder}")
    for path in missing:
        print(f"skynet: {_nothing(path)}", file=sys.stderr)
    return 3 if missing else 0


def show_history(catalogue: Catalogue, path: str, as_json: bool) -> int:
    states = catalogue.history(path)
    if as_json:
        print(json.dumps({"path": path, "states": [_state_json(s) for s in states]}, indent=2))
    for state in () if as_json else states:
        how = "now" if state.moment is None else f"--at {iso(state.moment)}"
        print(f"{amount(state.size):>10}  {_time(state.mtime_ns):19}  {how}")
    if not states:
        print(f"skynet: {_nothing(path)}", file=sys.stderr)
        return 3
    return 0


def _nothing(path: str) -> str:
    what = f"Nothing called {shown(path)}" if path else "Nothing"
    return f"{what} is known at the destination."


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {"path": entry.path, "folder": entry.is_folder, "size": entry.size,
            "modified": iso(_seconds(entry.mtime_ns)), "until": iso(entry.kept_until),
            "states": entry.states}  # fmt: skip


def _state_json(state: Stored) -> dict[str, Any]:
    return {"size": state.size, "modified": iso(_seconds(state.mtime_ns)),
            "from": iso(state.from_), "until": iso(state.until),
            "at": iso(state.moment)}  # fmt: skip


def _seconds(mtime_ns: int | None) -> float | None:
    return None if mtime_ns is None else mtime_ns / 1e9


def _time(mtime_ns: int | None) -> str:
    return "" if mtime_ns is None else local_time(mtime_ns / 1e9)


def local_time(seconds: float) -> str:
    return _moment(seconds).strftime("%Y-%m-%d %H:%M:%S")


def iso(seconds: float | None) -> str | None:
    """As ``--at`` takes it."""
    return None if seconds is None else _moment(seconds).isoformat(timespec="milliseconds")


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds).astimezone()
    except (ValueError, OverflowError, OSError):  # a file may claim any time
        return datetime.fromtimestamp(0).astimezone()


def shown(path: str) -> str:
    """A path on one line, whatever is in it."""
    return path if path.isprintable() else ascii(path)
