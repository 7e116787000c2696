"""Which names no file can have: on any system, and on Windows. Pure.

Windows' rules are those of its "Naming Files, Paths, and Namespaces" page. Most of them it does
not refuse but bends in silence: ``a:b`` writes to a hidden stream of ``a``, ``CON`` is the
console. So we refuse them ourselves, in both directions.
"""

from __future__ import annotations

import os
import re

_ILLEGAL = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_DEVICE = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(\..*)?", re.IGNORECASE
)


def is_possible(name: str) -> bool:
    """Whether a file of any system could have this name."""
    try:
        return name not in ("", ".", "..") and b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


def refusal_by_windows(name: str) -> str:
    """Why Windows cannot have a file of this name, as a sentence; "" if it can. It also drops
    dots and spaces at the end of a name, as other file systems do: that is looked at apart."""
    if _ILLEGAL.search(name):
        return 'Windows does not allow any of < > : " | ? * \\ in a name.'
    if _DEVICE.fullmatch(name):
        return "Windows keeps this name for a device."
    return ""
