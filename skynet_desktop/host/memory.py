"""Memory that was needed for a moment is given back to the system.

By default glibc has an arena for each of many threads, and keeps there what big buffers left
behind: after some hundred interrupted uploads of several parts each 59 of 134 MB were free and
still ours. With two arenas, and every big buffer mapped by itself, it was 2 of 74 MB.
Setting that alone would shrink the heap after every buffer of 255 KB and grow it for the next:
one file of 2 GiB by SFTP then takes twice as long. So some of it is kept. mallopt(3) describes
the parameters.
"""

from __future__ import annotations

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h
_BIG = 1 << 20
_KEPT = 8 << 20
_ARENAS = 2


def give_back() -> None:
    """Call before any thread starts. Does nothing where the C library is another one."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _BIG)
        mallopt(_M_TRIM_THRESHOLD, _KEPT)
