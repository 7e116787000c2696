"""The one folder of ours at a mapping's destination: what was removed or replaced there, and
the mark by which a mapping knows its place again. Pure.

    .skynet/mapping.json                        the mark
    .skynet/trash/2026-11-22/23-15-07/a/b.jpg   a/b.jpg as it was until then (UTC)
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

RESERVED = ".skynet"
"""Relative to the mapping's remote folder. A local folder of this name is never mirrored, and
no listing of the remote folder shows it unless it is asked for by name."""
MARK = f"{RESERVED}/mapping.json"
TRASH = f"{RESERVED}/trash"

_TRASHED = re.compile(r"(\d{4}-\d\d-\d\d)/(\d\d-\d\d-\d\d)/(.+)", re.DOTALL)
_FORMAT = "%Y-%m-%d/%H-%M-%S"


def is_reserved(path: str) -> bool:
    """Whether the path, relative to the mapping's folder here or there, is ours."""
    return path == RESERVED or path.startswith(RESERVED + "/")


def trash_path(path: str, gone_at: float) -> str:
    """Where the file that was at ``path`` until ``gone_at`` (seconds since 1970) is kept."""
    moment = datetime.fromtimestamp(gone_at, UTC).strftime(_FORMAT)
    return f"{TRASH}/{moment}/{path}"


def trashed(below_trash: str) -> tuple[str, float] | None:
    """The reverse, for a path relative to :data:`TRASH`: the file's path and until when it was
    there; None for a name that is not ours."""
    found = _TRASHED.fullmatch(below_trash)
    if found is None:
        return None
    day, time, path = found.groups()
    try:
        moment = datetime.strptime(f"{day}/{time}", _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return path, moment.timestamp()
