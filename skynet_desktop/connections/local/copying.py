"""Copies one local file into a temporary one beside its final place, and goes on after a stop.

Errors on reading are translated here, as errors of the source; an ``OSError`` that leaves
this module is one of the destination.

A big file is written in steps, each of them brought to the disk before the ledger says so.
After a crash, also one of the machine, the file is cut back to what the ledger vouches for;
the last bytes of that are compared with the source, and the copy goes on from there. The
ledger's record holds the source's size and times, so that another version starts anew.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.local.sync import SETTLES_TOGETHER, sync_file
from skynet_desktop.core.errors import SourceChanged, SourceUnreadable, source_error
from skynet_desktop.core.files import READ_ONLY, FileState

MIB = 1024 * 1024
BLOCK = MIB
RESUME_ABOVE = 16 * MIB
"""Bytes. Smaller files are copied again from the start and keep no record."""
_TAIL = MIB
_FIRST_STEP, _LAST_STEP = 4 * MIB, 64 * MIB
_SLOW, _FAST = 0.4, 0.1
"""Seconds that bringing one step to the disk takes: a stop must not wait much longer."""

_BINARY = getattr(os, "O_BINARY", 0)
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


def is_big(upload: Upload) -> bool:
    return upload.state.size > RESUME_ABOVE


def copy_content(upload: Upload, temp: str) -> int:
    """Fill ``temp`` with the content of the source, exactly as long as ``upload.state`` says.
    Returns the source's permission bits.

    Raises :class:`SourceChanged`, the source's errors, ``Stopped``, and ``OSError`` for the
    destination. What is left of ``temp`` then is the caller's to keep or to remove.
    """
    with _opened_source(upload) as (src, mode):
        dest, done = _resumed(upload, src, temp) if is_big(upload) else (None, 0)
        if dest is None:
            dest = _fresh(temp)
        try:
            _Copy(upload, src, dest, done).run()
            if not SETTLES_TOGETHER:
                sync_file(dest)
        except BaseException:
            with contextlib.suppress(OSError):
                os.close(dest)
            raise
        os.close(dest)  # a full quota on a share may show only now
        return mode


class _Copy:
    """The loop, from ``done`` to the end. Used once."""

    def __init__(self, upload: Upload, src: int, dest: int, done: int) -> None:
        self._upload, self._src, self._dest = upload, src, dest
        self._done = self._safe = done
        self._step = _FIRST_STEP

    def run(self) -> None:
        upload = self._upload
        size, big = upload.state.size, is_big(upload)
        if self._done:
            upload.progress(self._done)
        while True:
            upload.check()
            block = _read(self._src, min(BLOCK, size - self._done + 1))
            if not block:
                break
            upload.content.add(self._done, block)
            self._done += len(block)
            if self._done > size:
                raise SourceChanged("The file grew while it was read.")
            upload.pace(len(block))
            _write(self._dest, block)
            upload.progress(self._done)
            if big and self._done - self._safe >= self._step:
                self._make_safe()
        if self._done != size:
            raise SourceChanged("The file shrank while it was read.")
        if not size:
            upload.progress(0)

    def _make_safe(self) -> None:
        """Bring all so far to the disk, then say so; adapts the step to the disk's speed."""
        started = time.monotonic()
        sync_file(self._dest)
        self._safe = self._done
        self._upload.ledger.put(self._upload.remote_path, _record(self._upload, self._done))
        took = time.monotonic() - started
        if took > _SLOW:
            self._step = max(BLOCK, self._step // 2)
        elif took < _FAST:
            self._step = min(_LAST_STEP, self._step * 2)


@contextlib.contextmanager
def _opened_source(upload: Upload) -> Iterator[tuple[int, int]]:
    """The source, known to be the version that the upload is of, and its permission bits."""
    try:
        fd = os.open(upload.src_path, READ_ONLY)
    except OSError as error:
        raise source_error(error) from error
    try:
        st = os.fstat(fd)
        if not stat.S_ISREG(st.st_mode):
            raise SourceUnreadable("This is not a regular file.")
        if FileState.of(st) != upload.state:
            raise SourceChanged("The file changed before it was read.")
        yield fd, st.st_mode & 0o777
    finally:
        os.close(fd)


def _fresh(temp: str) -> int:
    """A new, empty file that nobody else writes to, whatever an earlier attempt left there."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY
    try:
        return os.open(temp, flags, 0o600)
    except FileExistsError:
        os.unlink(temp)
        return os.open(temp, flags, 0o600)


def _resumed(upload: Upload, src: int, temp: str) -> tuple[int | None, int]:
    """The open rest of an earlier attempt and how many of its bytes count; (None, 0) if there
    is none to trust. Both files then stand at that place."""
    record = upload.ledger.get(upload.remote_path)
    done = (record or {}).get("done", 0)
    if not isinstance(done, int) or done <= 0 or record != _record(upload, done):
        upload.ledger.put(upload.remote_path, _record(upload, 0))
        return None, 0
    try:
        dest = os.open(temp, os.O_RDWR | _BINARY | NO_FOLLOW)
    except OSError:
        return None, 0
    try:
        if os.fstat(dest).st_size >= done and _tail(src, done) == _tail(dest, done):
            os.ftruncate(dest, done)
            return dest, done
        os.lseek(src, 0, os.SEEK_SET)
    except BaseException:
        os.close(dest)
        raise
    os.close(dest)
    return None, 0


def _record(upload: Upload, done: int) -> dict[str, int]:
    state = upload.state
    return {
        "size": state.size,
        "mtime_ns": state.mtime_ns,
        "ctime_ns": state.ctime_ns,
        "done": done,
    }


def _tail(fd: int, end: int) -> bytes:
    """The last bytes before ``end``; leaves the file there."""
    start = max(0, end - _TAIL)
    os.lseek(fd, start, os.SEEK_SET)
    tail = b""
    while len(tail) < end - start:
        block = _read(fd, end - start - len(tail))
        if not block:
            break
        tail += block
    return tail


def _read(fd: int, count: int) -> bytes:
    try:
        return os.read(fd, count)
    except OSError as error:
        raise source_error(error) from error


def _write(fd: int, block: bytes) -> None:
    written = os.write(fd, block)
    while written < len(block):
        written += os.write(fd, memoryview(block)[written:])
