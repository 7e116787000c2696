"""From a path to the gitignore pattern that leaves out this path and no other."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\*?\[\]])")
_LINE_ENDS = ("\n", "\r")


def pattern_of(path: str) -> str | None:
    """For the ignore list of the path's mapping. A folder is left out with all below it.

    None for a name that no pattern can hold: one with line ends, or with bytes that are no
    text and that a settings file cannot hold.
    """
    if any(end in path for end in _LINE_ENDS) or not _is_text(path):
        return None
    escaped = _SPECIAL.sub(r"\\\1", path)
    if escaped[-1].isspace():  # a blank at the end would be cut off
        escaped = f"{escaped[:-1]}[{escaped[-1]}]"
    return f"/{escaped}"


def _is_text(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
