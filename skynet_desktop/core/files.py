"""What we ask of files and folders, and remember: the values that tell one version from another."""

from __future__ import annotations

import os
import stat as stat_
from typing import NamedTuple

READ_ONLY = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""To open a file with: a pipe that took its name would else wait for a writer for ever."""


class FileState(NamedTuple):
    """One version of a local file, as its ``stat`` shows it. A tuple: a look at a folder makes
    and compares one for each file.

    Sizes in bytes, times in nanoseconds since 1970. ``ctime_ns`` is the inode change time
    on POSIX (it betrays an edit that put size and mtime back) and the creation time on
    Windows (it betrays a replaced file).
    """

    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, st: os.stat_result) -> FileState:
        # As cls(...), in half the time.
        return tuple.__new__(cls, (st.st_size, st.st_mtime_ns, st.st_ctime_ns))

    def same_content(self, other: FileState) -> bool:
        """Same size and mtime: what survives a rename, which changes the ctime."""
        return self.size == other.size and self.mtime_ns == other.mtime_ns


def is_regular(st: os.stat_result) -> bool:
    """Only regular files are mirrored; links, pipes, sockets and devices are left out."""
    return stat_.S_ISREG(st.st_mode)


def may_look_into(folder: bytes | str) -> bool:
    """Whether what lies in a folder can be listed and reached."""
    return os.access(folder, os.R_OK | os.X_OK)


# A file is read only when its last change lies further back than the file system's clock
# ticks. Then any edit made while or after it is read shows in its times, and comparing
# before and after is proof (git calls the opposite case "racily clean").
TICK_NS = 50_000_000
COARSE_TICK_NS = 2_100_000_000


def last_change_ns(state: FileState, now_ns: int) -> int | None:
    """The latest of the file's times that does not lie in the future; None if all do.

    Anybody may set an mtime to the future; an edit still shows in the ctime (on Windows in
    the mtime, which a program that writes does not set ahead).
    """
    past = [t for t in (state.mtime_ns, state.ctime_ns) if t <= now_ns]
    return max(past, default=None)


def settle_ns(state: FileState, now_ns: int) -> int:
    """Nanoseconds to wait before ``state`` may be read; 0 when it may be read now.

    File systems with whole-second (or two-second, FAT) times show it by times without a
    fraction; they get a longer wait. Where all times lie in the future (the clock was set
    back) they tell nothing: look again after a tick, and if the state is still the same, it
    may be read, for the kernel's clock has moved on meanwhile.
    """
    coarse = state.mtime_ns % 1_000_000_000 == 0 and state.ctime_ns % 1_000_000_000 == 0
    tick = COARSE_TICK_NS if coarse else TICK_NS
    changed = last_change_ns(state, now_ns)
    if changed is None:
        return TICK_NS
    return max(0, tick - (now_ns - changed))
