"""Repair: what a verification found is put right by the mapping's ordinary work.

Nothing is sent or removed here. The index stops to vouch for the file, and a hint enters the Q.
What is gone here is noted for removal then, and every guard that holds for removals holds.
"""

from __future__ import annotations

from skynet_desktop.core.actions import send
from skynet_desktop.engine.mapping import Mapping
from skynet_desktop.engine.verifying.differences import Differences
from skynet_desktop.engine.verifying.report import Difference

_BATCH = 1_000


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
    """Have the index vouch for none of them, and have nothing that looks right at the remote be
    believed: a big file in doubt would be looked for there by size and time otherwise."""
    with mapping.db.transaction():
        mapping.index.mark_wrong(difference.path for difference in found)
