"""Reads a file of the folder: block by block, to bring it here, or to compare it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator
from typing import BinaryIO

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.local.copying import BLOCK, NO_FOLLOW
from skynet_desktop.connections.local.leftovers import discard
from skynet_desktop.connections.local.root import Root
from skynet_desktop.connections.recovery import Content
from skynet_desktop.core.errors import (
    PathBlocked,
    PathError,
    SourceUnreadable,
    source_error,
)
from skynet_desktop.core.files import READ_ONLY, is_regular


@contextlib.contextmanager
def reading(root: Root, path: str, offset: int) -> Iterator[Content]:
    """As ``Reads.read``, of a full path below the root. What is said of the file and its
    content come of one open file; one that changes meanwhile raises a ``PathError`` from
    ``blocks``. Raises the destination's errors."""
    with root.errors():
        fd = os.open(path, READ_ONLY | NO_FOLLOW)
    try:
        with root.errors():
            st = os.fstat(fd)
        if not is_regular(st):
            raise PathBlocked("This is not a file at the destination.")
        file = RemoteFile(os.path.basename(path), st.st_size, st.st_mtime_ns)
        with contextlib.closing(_blocks(root, fd, st, offset)) as blocks:
            yield Content(file, blocks)
    finally:
        os.close(fd)


def _blocks(root: Root, fd: int, st: os.stat_result, offset: int) -> Generator[bytes, None, None]:
    position, size = offset, st.st_size
    if position < size:
        os.lseek(fd, position, os.SEEK_SET)
    while position < size:
        with root.errors():
            block = os.read(fd, min(BLOCK, size - position))
        if not block:
            break
        position += len(block)
        yield block
    with root.errors():
        now = os.fstat(fd)
    if position < size or (now.st_size, now.st_mtime_ns) != (size, st.st_mtime_ns):
        raise PathError("The file changed at the destination while it was read.")


def fetch_file(content: Content, dest_path: str) -> None:
    """Copy to a local path that does not exist yet, with the time of the last change.

    Raises ``PathError`` for ``dest_path`` and what ``content.blocks`` raises; then nothing is
    left there.
    """
    with _written_here():
        with open(dest_path, "xb") as writer, _discarded(writer, dest_path):
            writer.writelines(content.blocks)
            writer.flush()
        if content.file.mtime_ns is not None:
            os.utime(dest_path, ns=(content.file.mtime_ns, content.file.mtime_ns))


@contextlib.contextmanager
def _discarded(writer: BinaryIO, path: str) -> Iterator[None]:
    """On failure nothing is left: Windows removes no file that is open."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):  # what could not be written cannot be now
            writer.close()
        discard(path)
        raise


@contextlib.contextmanager
def _written_here() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PathError(f"The file cannot be written here: {error.strerror}.") from error


def same_as_source(src_path: str, content: Content) -> bool:
    """Whether the local file has this content, which is read from its start. Raises the
    source's :class:`PathError`, and what ``content.blocks`` raises."""
    try:
        with open(src_path, "rb", opener=lambda path, _: os.open(path, READ_ONLY)) as source:
            st = os.fstat(source.fileno())
            if not is_regular(st):
                raise SourceUnreadable("This is not a regular file.")
            if st.st_size != content.file.size:
                return False
            same = all(source.read(len(block)) == block for block in content.blocks)
            return same and not source.read(1)
    except OSError as error:
        raise source_error(error) from error
