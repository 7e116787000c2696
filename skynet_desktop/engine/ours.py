"""Which folders inside a mirrored one are ours, and never mirrored."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from skynet_desktop.core.reserved import RESERVED


def ours_below(base: str, folders: Sequence[str]) -> list[str]:
    """The reserved folder, and those of ``folders`` (our state and logs, as full paths) that lie
    inside of ``base``: relative to it and parted by ``/``."""
    base = os.path.realpath(base)
    inside = [RESERVED]
    for folder in folders:
        with suppress(ValueError):  # another drive
            parts = os.path.relpath(os.path.realpath(folder), base).split(os.sep)
            if parts[0] != os.pardir:
                inside.append("/".join(parts))
    return inside
