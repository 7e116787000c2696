"""Brings a file back from the folder, with the two sides' errors kept apart."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from io import FileIO

from skynet_desktop.connections.local.copying import BLOCK
from skynet_desktop.connections.local.leftovers import discard
from skynet_desktop.connections.local.root import Root
from skynet_desktop.core.errors import PathError


def fetch_file(root: Root, path: str, dest_path: str, mtime_ns: int) -> None:
    """Copy ``path``, a full path below the root, to a local path that does not exist yet.

    Raises the destination's errors for ``path`` and ``PathError`` for ``dest_path``; then
    nothing is left there.
    """
    with root.errors():
        reader = FileIO(path)
    with reader, _written_here(), open(dest_path, "xb") as writer:
        try:
            while block := _read(root, reader):
                writer.write(block)
        except BaseException:
            discard(dest_path)
            raise
    with _written_here():
        os.utime(dest_path, ns=(mtime_ns, mtime_ns))


def _read(root: Root, reader: FileIO) -> bytes:
    with root.errors():
        return reader.read(BLOCK)


@contextlib.contextmanager
def _written_here() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PathError(f"The file cannot be written here: {error.strerror}.") from error
