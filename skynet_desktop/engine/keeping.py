"""Keeping: what is removed or replaced at the remote stays recoverable for a while.

Where the service keeps versions by itself nothing need be done. Elsewhere the file goes to a
dated folder of the trash at the destination (``core.reserved``), by renaming it there: no
content is transferred, and any connection can do it.
"""

from __future__ import annotations

import logging
import threading
import time

from skynet_desktop.connections.base import Connection, HasFolders, Lists
from skynet_desktop.core.errors import RemoteMissing, Stopped, sorted_error
from skynet_desktop.core.reserved import TRASH, trash_path, trashed
from skynet_desktop.engine.index import Known
from skynet_desktop.engine.mapping import Keep, Mapping

log = logging.getLogger(__name__)

_EVERY = 3600.0
"""Seconds. A file that is replaced all the time (a log) is kept once in so long."""
_DAY = 86_400.0
_LOOKED_AT = "trash_looked_at"
_CLOCK_SEEN = "clock_seen"


def keeps_removed(mapping: Mapping) -> bool:
    return mapping.spec.keep is not Keep.NOTHING and not mapping.service_keeps_versions


def keeps_replaced(mapping: Mapping, known: Known | None) -> bool:
    """Whether to keep what the remote has (``known``) when something else takes its name."""
    if known is None or mapping.spec.keep is not Keep.ALL or mapping.service_keeps_versions:
        return False
    return not 0 <= time.time() - known.traits.kept_at < _EVERY


def trash_place(mapping: Mapping, path: str) -> str:
    """The full remote path under which the file at ``path`` is kept if it goes now.

    Never one that a former version of it has, and never in a past that the clock has left
    already: it would be thrown away too soon.
    """
    known = mapping.index.get(path)
    last = int(known.traits.kept_at) + 1 if known is not None else 0
    seen = float(mapping.db.get_meta(_CLOCK_SEEN) or 0)
    return mapping.mapper.remote(trash_path(path, max(time.time(), last, seen)))


def put_aside(connection: Connection, mapping: Mapping, path: str) -> None:
    """Move what is at ``path`` to the trash; nothing there is no error. Raises the
    connection's errors."""
    try:
        connection.move(mapping.mapper.remote(path), trash_place(mapping, path))
    except Exception as error:
        if not isinstance(sorted_error(error), RemoteMissing):
            raise


def expiry_is_due(mapping: Mapping) -> bool:
    """Once a day, also if the clock was set back."""
    if not mapping.spec.keep_days:
        return False
    looked_at = float(mapping.db.get_meta(_LOOKED_AT) or 0)
    return not 0 <= time.time() - looked_at < _DAY


def expire(mapping: Mapping, connection: Connection, halt: threading.Event) -> int:
    """Remove for good what has been in the trash for longer than the mapping wants; returns
    how many files. Raises the connection's errors and ``Stopped``."""
    now = time.time()
    trusted = _trusts_clock(mapping, now)
    mapping.db.set_meta(_LOOKED_AT, repr(now))
    if not trusted or not isinstance(connection, Lists):
        return 0
    trash = mapping.mapper.remote(TRASH)
    until = now - mapping.spec.keep_days * _DAY
    removed = 0
    folders: set[str] = set()
    for file in connection.list(trash):
        if halt.is_set():
            raise Stopped("Stopped.")
        found = trashed(file.path)
        if found is not None and found[1] < until:
            connection.delete(f"{trash}/{file.path}")
            removed += 1
            parts = file.path.split("/")[:-1]
            folders.update("/".join(parts[: depth + 1]) for depth in range(len(parts)))
    if isinstance(connection, HasFolders):
        for folder in sorted(folders, key=lambda name: name.count("/"), reverse=True):
            connection.remove_folder(f"{trash}/{folder}")
    if removed:
        log.info("%s: %d files left the trash for good", mapping.name, removed)
    return removed


def _trusts_clock(mapping: Mapping, now: float) -> bool:
    """A clock that leapt ahead must not empty the trash: after a leap (or a long absence) it
    has to have said so for a day."""
    seen = float(mapping.db.get_meta(_CLOCK_SEEN) or now)
    mapping.db.set_meta(_CLOCK_SEEN, repr(now))
    return now - seen < max(2 * _DAY, mapping.spec.keep_days * _DAY / 2)
