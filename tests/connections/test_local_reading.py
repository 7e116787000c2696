"""LocalConnection reads back: one version of the file, by itself and against another."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.connections.recovery import Compares, Reads
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathError,
    RemoteMissing,
    SourceUnreadable,
    SourceVanished,
)
from tests.connections.local_rig import MIB, opened, posix


def read(connection: LocalConnection, path: str, offset: int = 0) -> bytes:
    with connection.read(path, offset=offset) as content:
        return b"".join(content.blocks)


def test_capabilities(there: Path) -> None:
    connection = LocalConnection(str(there))
    assert isinstance(connection, Reads) and isinstance(connection, Compares)


@posix
def test_the_file_and_its_content_belong_together(there: Path) -> None:
    """It is replaced between the two."""
    (there / "file").write_bytes(b"former")
    os.utime(there / "file", ns=(5, 1_234_567_890_123_456_789))
    with opened(there).read("file") as content:
        (there / "new").write_bytes(b"another content")
        os.replace(there / "new", there / "file")
        assert (content.file.path, content.file.size) == ("file", 6)
        assert content.file.mtime_ns == 1_234_567_890_123_456_789
        assert b"".join(content.blocks) == b"former"


def truncate(path: Path) -> None:
    os.truncate(path, MIB + 5)


def write_into(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"another beginning")


@pytest.mark.parametrize("meddle", [truncate, write_into])
def test_a_file_that_changes_while_it_is_read(
    there: Path, tmp_path: Path, meddle: Callable[[Path], None]
) -> None:
    (there / "file").write_bytes(os.urandom(3 * MIB))
    os.utime(there / "file", ns=(0, 0))
    connection = opened(there)
    with connection.read("file") as content:
        next(content.blocks)
        meddle(there / "file")
        with pytest.raises(PathError, match="changed at the destination"):
            list(content.blocks)


@posix
def test_nothing_stays_open(there: Path) -> None:
    (there / "file").write_bytes(bytes(3 * MIB))
    connection = opened(there)
    before = len(os.listdir("/dev/fd"))
    with connection.read("file") as left_early:
        next(left_early.blocks)
    with pytest.raises(ZeroDivisionError), connection.read("file"):
        raise ZeroDivisionError
    assert list(left_early.blocks) == []
    assert len(os.listdir("/dev/fd")) == before


@posix
def test_what_is_no_file_is_refused_at_once(there: Path) -> None:
    """Opening a pipe would wait for its writer for ever."""
    os.mkfifo(there / "pipe")
    (there / "file").write_bytes(b"elsewhere")
    (there / "link").symlink_to("file")
    (there / "dir").mkdir()
    connection = opened(there)
    for name in ("pipe", "link", "dir"):
        with pytest.raises(PathBlocked):
            read(connection, name)
    for name in ("gone", "file/below", "no/such/folder"):
        with pytest.raises(RemoteMissing):
            read(connection, name)
    with pytest.raises(RemoteMissing), connection.read("file", version="1"):
        pass


def test_a_disk_that_goes_away_while_it_is_read(
    there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (there / "file").write_bytes(bytes(3 * MIB))

    def failing(fd: int, size: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    with opened(there).read("file") as content:
        next(content.blocks)
        monkeypatch.setattr(os, "read", failing)
        with pytest.raises(ConnectionLost):
            next(content.blocks)


def test_same_content_goes_by_every_byte(there: Path, src: Path) -> None:
    content = bytearray(os.urandom(2 * MIB + 3))
    src.write_bytes(content)
    connection = opened(there)
    connection.send(str(src), "file")
    os.utime(src, ns=(0, 0))
    assert connection.same_content(str(src), "file")
    st = (there / "file").stat()
    for place in (0, MIB, len(content) - 1):
        changed = content.copy()
        changed[place] ^= 1
        (there / "file").write_bytes(changed)
        os.utime(there / "file", ns=(st.st_mtime_ns, st.st_mtime_ns))
        assert not connection.same_content(str(src), "file")
    (there / "file").write_bytes(content[:-1])
    assert not connection.same_content(str(src), "file")


@posix
def test_same_content_keeps_the_two_sides_errors_apart(
    there: Path, src: Path, tmp_path: Path
) -> None:
    connection = opened(there)
    with pytest.raises(RemoteMissing):
        connection.same_content(str(src), "gone")
    connection.send(str(src), "file")
    with pytest.raises(SourceVanished):
        connection.same_content(str(tmp_path / "gone"), "file")
    os.mkfifo(tmp_path / "pipe")
    for odd in (tmp_path / "pipe", tmp_path):
        with pytest.raises(SourceUnreadable):
            connection.same_content(str(odd), "file")


def test_a_fetch_of_a_changing_file_leaves_nothing(there: Path, tmp_path: Path) -> None:
    """Two versions mixed are none."""
    (there / "file").write_bytes(bytes(40 * MIB))
    os.utime(there / "file", ns=(0, 0))
    connection, begun = opened(there), threading.Event()
    fetched = tmp_path / "fetched"

    def meddle() -> None:
        begun.wait(10)
        write_into(there / "file")

    real = os.read

    def noticed(fd: int, size: int) -> bytes:
        begun.set()
        thread.join(10)
        return real(fd, size)

    thread = threading.Thread(target=meddle)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "read", noticed)
        with pytest.raises(PathError, match="changed at the destination"):
            connection.fetch("file", str(fetched))
    assert not fetched.exists()
