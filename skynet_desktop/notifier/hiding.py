"""What is left of a row when the person hides paths.

Only words of ours leave then: no path, no sentence made from what happened (it may quote a
path, or a name), no folder at the service. Names of mappings and of the machine stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_REASONS = {
    "PathImpossible": "The destination cannot hold this name or size.",
    "PathDenied": "The destination does not allow it.",
    "PathBlocked": "Something of another kind has this name at the destination.",
    "RemoteMissing": "It is not at the destination.",
    "SourceVanished": "The file is no longer there.",
    "SourceChanged": "The file changed while it was sent.",
    "SourceUnreadable": "The file cannot be read.",
}
_OTHER = "It could not be mirrored."


def hidden(row: Mapping[str, Any], cause: str) -> dict[str, Any]:
    """The row without path and with a general reason; ``cause`` is the error's class, or "" for
    a row that is about no file, whose state alone then says it."""
    changes = {"path": "", "reason": _REASONS.get(cause, _OTHER) if cause else ""}
    if "place" in row:
        changes["place"] = str(row["place"]).partition(":")[0]
    return {**row, **{name: value for name, value in changes.items() if name in row}}
