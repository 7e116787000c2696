"""Memory that was needed for a moment is given back to the system.

By default glibc has an arena for each of many threads, and keeps there what big buffers left
behind: after some hundred interrupted uploads of several parts each 59 of 134 MB were free and
still ours. With two arenas, and every big buffer mapped by itself, it was 2 of 74 MB.
mallopt(3) describes both parameters.
"""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h
_BIG = 1 << 20
_ARENAS = 2


def give_back() -> None:
    """Call before any thread starts. Does nothing where the C library is another one."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _BIG)
