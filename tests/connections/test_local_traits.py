"""LocalConnection on file systems that bend names, times or permissions."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

import pytest

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.local.names import refusal, temporary_beside
from skynet_desktop.connections.local.probe import probe
from skynet_desktop.core.errors import (
    PathDenied,
    PathImpossible,
)
from tests.connections.local_rig import opened, posix, unfinished

# --- times, permissions, odd file systems ------------------------------------------------


@posix
def test_times_and_permissions_are_kept(there: Path, src: Path) -> None:
    connection = opened(there)
    for mode in (0o640, 0o755, 0o444):
        src.chmod(mode)
        os.utime(src, ns=(5, 1_234_567_890_123_456_789))
        connection.send(str(src), "file")
        st = (there / "file").stat()
        assert (st.st_mtime_ns, st.st_mode & 0o777) == (1_234_567_890_123_456_789, mode)


@posix
def test_a_read_only_leftover_is_no_hindrance(there: Path, src: Path) -> None:
    connection = opened(there)
    leftover = Path(temporary_beside(str(there / "file"), "file"))
    leftover.write_bytes(b"?")
    leftover.chmod(0o400)
    connection.send(str(src), "file")
    assert (there / "file").read_bytes() == b"content"
    assert not unfinished(there)


def test_probe_of_a_file_system_that_folds(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not probe(str(there)).folds_names
    names = os.listdir

    def folding(path: str) -> bool:
        folder, name = os.path.split(path)
        return name.casefold() in [other.casefold() for other in names(folder)]

    monkeypatch.setattr(os.path, "lexists", folding)
    assert opened(there).folds_names


def test_names_that_a_file_system_would_cut_are_refused(
    there: Path, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = os.path.exists
    monkeypatch.setattr(os.path, "lexists", lambda path: exists(path.rstrip(". ")))
    connection = opened(there)
    monkeypatch.undo()
    with pytest.raises(PathImpossible, match="dot or space"):
        connection.send(str(src), "name.")


def test_two_seconds_do_not_matter_on_fat(
    there: Path, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.utime

    def coarse(path: str, *, ns: tuple[int, int]) -> None:
        rounded = ns[1] // 2_000_000_000 * 2_000_000_000
        real(path, ns=(rounded, rounded))

    monkeypatch.setattr(os, "utime", coarse)
    connection = opened(there)
    real(src, ns=(0, 1_000_000_001_999_999_999))
    connection.send(str(src), "file")
    (entry,) = connection.list("")
    assert connection.matches(str(src), "", entry)
    later = RemoteFile("file", entry.size, (entry.mtime_ns or 0) + 4_000_000_000)
    assert not connection.matches(str(src), "", later)


def test_a_file_system_without_times_proves_nothing(
    there: Path, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "utime", refusing)
    connection = opened(there)
    connection.send(str(src), "file")
    (entry,) = connection.list("")
    assert not connection.matches(str(src), "", entry)


@pytest.mark.parametrize(
    "name",
    ["CON", "nul.txt", "Com1", "LPT9.tar.gz", "COM¹", "dot.", "space ", "a:b", "a\\b", "q?", "\t"],
)
def test_names_that_windows_bends_are_refused_there_only(name: str) -> None:
    assert refusal(name, windows=True, drops_tails=False)
    assert not refusal(name, windows=False, drops_tails=False)


@pytest.mark.parametrize("name", ["console", "com10", "nul-l", ".hidden", "a.b", "x" * 255, "ü"])
def test_ordinary_names_are_fine_everywhere(name: str) -> None:
    assert not refusal(name, windows=True, drops_tails=True)


@pytest.mark.skipif(sys.platform != "linux", reason="syncfs is Linux's")
def test_settles_without_syncfs(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []

    def no_library(*_: object, **__: object) -> None:
        raise OSError("no such library")

    monkeypatch.setattr(ctypes, "CDLL", no_library)
    monkeypatch.setattr(os, "sync", lambda: called.append(1))
    opened(there).settle()
    assert called


def test_the_disks_own_closed_folders_are_passed_over(
    there: Path, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk's top has folders that nobody may read; any other unreadable one is an error."""
    connection = opened(there)
    connection.send(str(src), "dir/file")
    (there / "lost+found").mkdir()
    real = os.scandir
    closed = {str(there / "lost+found")}

    def guarded(path: str) -> object:
        if path in closed:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert [file.path for file in connection.list("")] == ["dir/file"]
    closed.add(str(there / "dir"))
    with pytest.raises(PathDenied):
        list(connection.list(""))
