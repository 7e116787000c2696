"""Repair: what a verification found is put right by the mapping's ordinary work.

Nothing is sent or removed here. The index stops to vouch for the file, and a hint enters the Q.
What is gone here is noted for removal then, and every guard that holds for removals holds.
"""

from __future__ import annotations

from skynet_desktop.core.actions import send
from skynet_desktop.core.files import FileState
from skynet_desktop.engine.jobs import BIG
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.verifying.differences import Differences
from skynet_desktop.engine.verifying.report import Difference, Fault

_BATCH = 1_000
_LOOKS_RIGHT = (Fault.CONTENT, Fault.TIME, Fault.UNREADABLE)
"""A file with these may look right to whoever asks for its size and time alone."""


def repair(mapping: Mapping, differences: Differences) -> int:
    """Queue all that can be put right; returns how many. Safe from any thread."""
    count = 0
    after = ""
    while True:
        with mapping.open:
            found = [] if mapping.closed else differences.page(_BATCH, after, left=True)
            if not found:
                return count
            _doubt(mapping, found)
            mapping.q.put_all([send(difference.path) for difference in found])
            differences.repaired([difference.path for difference in found])
        after = found[-1].path
        count += len(found)


def _doubt(mapping: Mapping, found: list[Difference]) -> None:
    """Have the index vouch for none of them.

    A big file in doubt is looked for at the remote before it is sent anew, by size and time on
    some services: a row that would be fooled by that is forgotten altogether, but never that
    of a file that is gone, which may have to be removed there.
    """
    doubtful: list[tuple[str, FileState]] = []
    forgotten: list[str] = []
    with mapping.db.transaction():
        for difference in found:
            path, known = difference.path, mapping.index.get(difference.path)
            if known is None:
                continue
            looks_right = known.state.size >= BIG and difference.fault in _LOOKS_RIGHT
            if looks_right and not _is_gone(mapping, path):
                forgotten.append(path)
            else:
                doubtful.append((path, known.state))
        mapping.index.intend(doubtful)
        mapping.index.forget(forgotten)


def _is_gone(mapping: Mapping, path: str) -> bool:
    """Also if that cannot be told now: then the hint in the Q finds out."""
    try:
        return mapping.is_gone(path)
    except OSError:
        return False
