"""LocalConnection: what is its own beyond the suite that all connections pass."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from skynet_desktop.connections.base import MemoryLedger, Upload
from skynet_desktop.connections.local import reading
from skynet_desktop.connections.local import root as root_module
from skynet_desktop.connections.local.names import temporary_beside
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathDenied,
    PathError,
    PathImpossible,
    RemoteMissing,
    ServiceRefused,
    SourceChanged,
    SourceUnreadable,
    StorageFull,
    sorted_error,
)
from tests.connections.local_rig import disk, may_mount, opened, posix, unfinished

# --- errors of one side and of the other -------------------------------------------------


@posix
def test_a_pipe_as_source_does_not_hang(there: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    if sys.platform != "win32":
        os.mkfifo(pipe)
    with pytest.raises(SourceUnreadable):
        opened(there).send(str(pipe), "pipe")
    assert not unfinished(there)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_failing_read_is_the_sources_error(there: Path) -> None:
    """EIO of the source; the same number at the destination means that the disk is lost."""
    with pytest.raises(SourceUnreadable):
        opened(there).send("/proc/self/mem", "memory")
    assert not unfinished(there)


@pytest.mark.parametrize(
    "number, kind",
    [
        (errno.EIO, ConnectionLost),
        (errno.ENOTCONN, ConnectionLost),
        (errno.ESTALE, ConnectionLost),
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EROFS, ServiceRefused),
        (errno.EACCES, PathDenied),
        (errno.EINVAL, PathImpossible),
        (errno.EILSEQ, PathImpossible),
        (errno.ENAMETOOLONG, PathImpossible),
        (errno.EFBIG, PathImpossible),
    ],
)
def test_a_failing_write_is_the_destinations_error(
    there: Path, src: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    connection = opened(there)
    connection.send(str(src), "file")

    def failing(fd: int, data: bytes) -> int:
        raise OSError(number, os.strerror(number))

    src.write_bytes(b"new")
    monkeypatch.setattr(os, "write", failing)
    with pytest.raises(kind):
        connection.send(str(src), "file")
    monkeypatch.undo()
    assert (there / "file").read_bytes() == b"content"
    assert not unfinished(there)


@posix
def test_errors_leak_no_descriptors(there: Path, src: Path) -> None:
    connection = opened(there)
    (there / "folder").mkdir()
    before = len(os.listdir("/dev/fd"))
    for _ in range(5):
        for source, name in ((src, "folder"), (there, "x"), (src.with_name("gone"), "y")):
            with pytest.raises(PathError):
                connection.send(str(source), name)
    assert len(os.listdir("/dev/fd")) == before


def test_an_older_version_is_noticed_before_a_byte_is_copied(there: Path, src: Path) -> None:
    """Another file that has the name just while it is opened would pass the last look."""
    seen: list[int] = []
    upload = Upload.of(str(src), "file")
    upload.progress = seen.append
    src.write_bytes(b"another")
    os.utime(src, ns=(0, 1))
    with pytest.raises(SourceChanged):
        opened(there).send_upload(upload)
    assert not seen


def test_an_empty_folder_is_a_taken_name(there: Path, src: Path) -> None:
    connection = opened(there)
    connection.send(str(src), "dir/file")
    (there / "empty").mkdir()
    with pytest.raises(PathBlocked):
        connection.move_tree("dir", "empty")
    assert (there / "dir/file").exists()


# --- several disks below one folder -------------------------------------------------------


@may_mount
def test_moves_between_disks(there: Path, src: Path) -> None:
    connection = opened(there)
    with disk(there / "other"):
        connection.send(str(src), "file")
        os.utime(there / "file", ns=(0, 1_000_000_000_000_000_001))
        connection.move("file", "other/file")
        connection.send(str(src), "dir/file")
        with pytest.raises(PathBlocked):
            connection.move_tree("dir", "other/dir")
        found = {file.path: file.mtime_ns for file in connection.list("")}
        assert set(found) == {"other/file", "dir/file"}
        assert found["other/file"] == 1_000_000_000_000_000_001
        assert not unfinished(there)


# --- reading back and cleaning up ----------------------------------------------------------


def test_fetch_keeps_the_two_sides_errors_apart(there: Path, src: Path, tmp_path: Path) -> None:
    connection = opened(there)
    os.utime(src, ns=(0, 1_000_000_000_123_456_789))
    connection.send(str(src), "file")
    fetched = tmp_path / "fetched"
    connection.fetch("file", str(fetched))
    assert fetched.stat().st_mtime_ns == src.stat().st_mtime_ns
    for taken in (fetched, tmp_path / "no" / "folder"):
        with pytest.raises(PathError, match="cannot be written here") as caught:
            connection.fetch("file", str(taken))
        assert type(caught.value) is PathError
    assert fetched.read_bytes() == b"content"
    with pytest.raises(RemoteMissing):
        connection.fetch("gone", str(tmp_path / "new"))


def test_a_fetch_that_breaks_off_leaves_nothing(
    there: Path, src: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = opened(there)
    connection.send(str(src), "file")

    def broken(*_: object) -> bytes:
        raise ConnectionLost("The disk or share is no longer reachable.")

    monkeypatch.setattr(reading, "_blocks", broken)
    with pytest.raises(ConnectionLost):
        connection.fetch("file", str(tmp_path / "fetched"))
    assert not (tmp_path / "fetched").exists()


def test_discard_takes_this_paths_leftover_only(there: Path, src: Path) -> None:
    connection = opened(there)
    connection.send(str(src), "dir/file")
    (there / "dir" / ".skynet-notes").write_bytes(b"?")
    leftover = Path(temporary_beside(str(there / "dir" / "file"), "dir/file"))
    leftover.write_bytes(b"half")
    connection.discard("dir/other")
    connection.discard("nowhere/file")
    assert leftover.exists()
    connection.discard("dir/file")
    connection.discard("dir/file")
    assert not leftover.exists()
    assert (there / "dir" / "file").exists()
    assert (there / "dir" / ".skynet-notes").exists()


def test_records_of_lost_folders_are_dropped(there: Path) -> None:
    ledger = MemoryLedger()
    for path in ("gone/file", "../odd", "kept/file"):
        ledger.put(path, {"done": 1})
    opened(there).clean_up("", ledger, lambda path: path.startswith("kept"))
    assert [path for path, _ in ledger.records()] == ["kept/file"]


@pytest.mark.skipif(sys.platform != "linux", reason="POSIX limits")
def test_a_limit_on_file_sizes_is_the_files_problem(there: Path, tmp_path: Path) -> None:
    """A file system's largest size, played by the process's own limit."""
    big = tmp_path / "big"
    big.write_bytes(b"x" * 200_000)
    code = f"""
import resource, sys
from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.core.errors import PathImpossible
connection = LocalConnection({str(there)!r})
connection.open()
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    connection.send({str(big)!r}, "big")
except PathImpossible:
    sys.exit(7)
"""
    assert subprocess.run([sys.executable, "-c", code], timeout=30).returncode == 7
    assert list(there.iterdir()) == []


def test_unknown_errors_are_sorted() -> None:
    assert isinstance(sorted_error(root_module.destination_error(OSError("odd"))), PathError)
