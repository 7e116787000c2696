"""What the file system behind a folder does to names, times and permissions.

Asked of the file system itself, with one probe file: its type alone tells little, as one
and the same type may fold case or not, and a mounted share shows none of the server's ways.
"""

from __future__ import annotations

import contextlib
import os
import sys
import unicodedata
import uuid
from dataclasses import dataclass

from skynet_desktop.connections.local.names import TEMP_PREFIX, TEMP_SUFFIX

# 1 s, 123,456,789 ns past an even second: what comes back tells the resolution.
_PROBE_NS = 1_500_000_001_123_456_789
_TICKS_NS = (1, 100, 1_000, 10_000_000, 1_000_000_000, 2_000_000_000)
_PROBE_MODE = 0o640


@dataclass(frozen=True)
class Traits:
    """``tick_ns`` is the resolution of modification times, None where they are not kept."""

    folds_names: bool = False
    drops_tails: bool = False
    tick_ns: int | None = 1
    keeps_modes: bool = True


def probe(folder: str) -> Traits:
    """Make a file in ``folder``, look at it and remove it. Raises ``OSError`` if the folder
    cannot be written to."""
    name = f"{TEMP_PREFIX}{uuid.uuid4().hex}å{TEMP_SUFFIX}"
    path = os.path.join(folder, name)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        return Traits(
            folds_names=_finds(folder, name.upper())
            or _finds(folder, unicodedata.normalize("NFD", name)),
            drops_tails=_finds(folder, name + ".") or _finds(folder, name + " "),
            tick_ns=_tick_ns(path),
            keeps_modes=_keeps_modes(path),
        )
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)


def _finds(folder: str, name: str) -> bool:
    return os.path.lexists(os.path.join(folder, name))


def _tick_ns(path: str) -> int | None:
    try:
        os.utime(path, ns=(_PROBE_NS, _PROBE_NS))
    except OSError:
        return None
    lost = abs(_PROBE_NS - os.stat(path).st_mtime_ns)
    return next((tick for tick in _TICKS_NS if lost < tick), None)


def _keeps_modes(path: str) -> bool:
    if sys.platform == "win32":
        return False  # there is but a read-only flag, and it would block the next replace
    try:
        os.chmod(path, _PROBE_MODE)
    except OSError:
        return False
    return os.stat(path).st_mode & 0o777 == _PROBE_MODE
