"""An unfinished copy beside the file that it will be, from which a restore goes on.

Its name holds a digest of the state it is a copy of, so what another state left is never taken
for it. It is flushed to the disk every ``STEP`` bytes before any more is written, and goes on at
such a border: so what is before it is right even after a loss of power, and an interruption
costs less than one step. Content is on the disk before it gets its name.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import sys

from skynet_desktop.core.errors import PathBlocked
from skynet_desktop.engine.restoring.catalogue import Stored
from skynet_desktop.engine.restoring.target import PREFIX, SUFFIX, Folder, Target

STEP = 16 << 20
_LOCKED = (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
_TRIES = 5


def partial_name(stored: Stored) -> str:
    """The same for the same state of the same file."""
    told = [stored.path, stored.size, stored.mtime_ns, stored.tag, stored.version]
    digest = hashlib.blake2b(repr(told).encode(), digest_size=12).hexdigest()
    return f"{PREFIX}{digest}{SUFFIX}"


class Partial:
    """Open and locked against other restores; a context manager. For one thread.

    Raises as ``Target.errors`` says.
    """

    def __init__(self, target: Target, folder: Folder, name: str) -> None:
        self._target = target
        self._folder = folder
        self._name = name
        self._settled = False
        with target.errors():
            self._fd = _opened(folder, name)
            self.size = os.fstat(self._fd).st_size

    def __enter__(self) -> Partial:
        return self

    def __exit__(self, *_: object) -> None:
        """What is too small to go on from is not left behind."""
        if not self._settled and self.size < STEP:
            self.discard()
        self._close()

    @property
    def sound(self) -> int:
        """How many bytes from its beginning are safe to build on."""
        return self.size // STEP * STEP

    def cut(self, size: int) -> None:
        """Forget all from there on, and write from there."""
        with self._target.errors():
            os.ftruncate(self._fd, size)
            os.lseek(self._fd, size, os.SEEK_SET)
        self.size = size

    def write(self, block: bytes) -> None:
        rest = memoryview(block)
        with self._target.errors():
            while rest:
                written = os.write(self._fd, rest[: STEP - self.size % STEP])
                self.size += written
                rest = rest[written:]
                if self.size % STEP == 0:
                    os.fsync(self._fd)

    def finish(self, mtime_ns: int | None, mode: int | None = None) -> None:
        """All is written: set its time, and its permissions where they are known."""
        with self._target.errors():
            if mode is not None and sys.platform != "win32":
                os.fchmod(self._fd, mode)
            if mtime_ns is not None:
                file = self._fd if os.utime in os.supports_fd else self._folder.at(self._name)
                with contextlib.suppress(OverflowError):  # no system knows such a time
                    os.utime(file, ns=(mtime_ns, mtime_ns))
            os.fsync(self._fd)

    def give_name(self, name: str) -> bool:
        """Whether it has its name now: not if something has that already. May be tried again."""
        if sys.platform == "win32":
            self._close()  # an open file cannot be renamed
        with self._target.errors():
            try:
                self._folder.give_name(self._name, name)
            except FileExistsError:
                return False
        self._settled = True
        self._close()
        return True

    def discard(self) -> None:
        self._settled = True
        self._close()
        with contextlib.suppress(OSError):
            self._folder.remove(self._name)

    def _close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def _opened(folder: Folder, name: str) -> int:
    """A descriptor of the file that has the name and that nobody else writes to."""
    for _ in range(_TRIES):
        fd = folder.open(name, os.O_RDWR | os.O_CREAT)
        try:
            ours = _is_ours(folder, name, fd)
        except BaseException:
            os.close(fd)
            raise
        if ours:
            return fd
        os.close(fd)
    raise PathBlocked("Another restore is bringing this file back right now.")


def _is_ours(folder: Folder, name: str, fd: int) -> bool:
    """False if it was finished and named by somebody else since it was opened."""
    st = os.fstat(fd)
    if not stat.S_ISREG(st.st_mode):
        raise PathBlocked("Something that is no file has the name of an unfinished copy here.")
    if not _lock(fd):
        raise PathBlocked("Another restore is bringing this file back right now.")
    there = folder.stat(name)
    if there is None or (there.st_ino, there.st_dev) != (st.st_ino, st.st_dev):
        return False
    if there.st_nlink > 1:  # it has its final name too: a crash came in between
        folder.remove(name)
        return False
    return True


def _lock(fd: int) -> bool:
    """False if another process (or thread) holds it; it ends with the descriptor. True where the
    file system knows no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(fd, 1 << 40, os.SEEK_SET)  # a place that nobody writes to
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
            os.lseek(fd, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _LOCKED
    return True
