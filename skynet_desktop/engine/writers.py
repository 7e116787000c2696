"""Whether somebody still writes to a file that nobody was seen to close.

In a folder that was just made, files may be closed before it is watched. Linux tells: a read
lease is granted only while nobody has the file open for writing, nor mapped (fcntl(2), "Leases").
It is given back at once; whoever wants to write meanwhile waits some microseconds.
"""

from __future__ import annotations

import os
import signal
import stat
import sys


def nobody_writes(path: str) -> bool:
    """True only if that is sure: elsewhere than on Linux, on file systems that know no leases, and
    for other people's files it never is."""
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return False
        # Who asks for the lease back is heard by a signal. The usual one would end us.
        fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError:
        return False
    finally:
        os.close(fd)
    return True
