"""What LocalConnection replaces is kept, on any file system, and never outside of the folder."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.connections.recovery import KeepsReplaced
from skynet_desktop.core.content import hash_of_file
from skynet_desktop.core.errors import PathBlocked, PathDenied, StorageFull
from tests.connections.local_rig import MIB, disk, may_mount, opened, posix, unfinished

KEPT = ".skynet/trash/2026-11-22/23-15-07/dir/file"


def send(connection: LocalConnection, src: Path, content: bytes, keep_as: str = KEPT) -> None:
    src.write_bytes(content)
    upload = Upload.of(str(src), "dir/file")
    upload.keep_as = keep_as
    connection.send_upload(upload)


def test_capability(there: Path) -> None:
    assert isinstance(LocalConnection(str(there)), KeepsReplaced)
    assert LocalConnection.keeps_replaced is True


@posix
@pytest.mark.parametrize("size", [3, 17 * MIB])
def test_the_old_file_itself_is_kept(there: Path, src: Path, size: int) -> None:
    connection = opened(there)
    send(connection, src, b"former")
    assert not (there / ".skynet").exists(), "nothing was there to keep"
    os.utime(there / "dir/file", ns=(0, 1_234_567_890_123_456_789))
    former = (there / "dir/file").stat()
    src.chmod(0o600)
    send(connection, src, b"x" * size)
    connection.set_time("dir/file", 5)
    kept = (there / KEPT).stat()
    assert (kept.st_ino, kept.st_nlink, kept.st_mode) == (former.st_ino, 1, former.st_mode)
    assert kept.st_mtime_ns == 1_234_567_890_123_456_789
    assert (there / KEPT).read_bytes() == b"former"
    assert (there / "dir/file").read_bytes() == b"x" * size
    send(connection, src, b"third")
    assert (there / KEPT).read_bytes() == b"x" * size, "what was kept there is replaced"
    assert not unfinished(there)


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS])
def test_where_there_are_no_links_it_is_renamed(
    there: Path, src: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refusing(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refusing)
    connection = opened(there)
    for content in (b"first", b"second", b"third"):
        send(connection, src, content)
    assert (there / KEPT).read_bytes() == b"second"
    assert (there / "dir/file").read_bytes() == b"third"


@may_mount
def test_a_trash_on_another_disk_takes_a_copy(there: Path, src: Path) -> None:
    (there / ".skynet").mkdir()
    with disk(there / ".skynet", "size=1m"):
        connection = opened(there)
        send(connection, src, b"former")
        os.utime(there / "dir/file", ns=(0, 1_234_567_890_123_456_789))
        send(connection, src, os.urandom(2 * MIB))
        assert (there / KEPT).read_bytes() == b"former"
        assert (there / KEPT).stat().st_mtime_ns == 1_234_567_890_123_456_789
        before = (there / "dir/file").read_bytes()
        with pytest.raises(StorageFull):
            send(connection, src, b"not sent")
        assert (there / "dir/file").read_bytes() == before
        assert not unfinished(there)


def test_what_cannot_be_kept_is_not_replaced(
    there: Path, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = opened(there)
    send(connection, src, b"former")
    replace = os.replace

    def refusing(src: str, dest: Any, **more: Any) -> None:
        if ".skynet/" in str(dest):
            raise PermissionError(errno.EACCES, "Permission denied")
        replace(src, dest, **more)

    monkeypatch.setattr(os, "link", refusing)
    monkeypatch.setattr(os, "replace", refusing)
    with pytest.raises(PathDenied):
        send(connection, src, b"new")
    for taken in ("folder", "folder/file/below"):
        (there / "folder/file").mkdir(parents=True, exist_ok=True)
        (there / "folder/file/below").touch()
        with pytest.raises(PathBlocked):
            send(connection, src, b"new", taken if taken == "folder" else f"{taken}/it")
    assert (there / "dir/file").read_bytes() == b"former"
    assert not unfinished(there)


@posix
def test_a_planted_link_leads_nothing_away(there: Path, src: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "trash").mkdir(parents=True)
    connection = opened(there)
    send(connection, src, b"former")
    (there / ".skynet").symlink_to(outside)
    with pytest.raises(PathBlocked):
        send(connection, src, b"new")
    with pytest.raises(PathBlocked):
        list(connection.list(".skynet"))
    assert (there / "dir/file").read_bytes() == b"former"
    assert list((outside / "trash").iterdir()) == []


@posix
def test_a_link_that_is_replaced_is_kept_as_a_link(there: Path, src: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (there / "dir").mkdir()
    (there / "dir/file").symlink_to(tmp_path / "precious")
    send(opened(there), src, b"new")
    assert (there / KEPT).is_symlink() and (there / "dir/file").read_bytes() == b"new"
    assert (tmp_path / "precious").read_bytes() == b"precious"


@may_mount
def test_a_full_disk_keeps_what_it_has(there: Path, src: Path) -> None:
    with disk(there, "size=1m"):
        connection = opened(there)
        send(connection, src, b"former" * 100_000)
        with pytest.raises(StorageFull):
            send(connection, src, b"n" * 600_000)
        assert (there / "dir/file").read_bytes() == b"former" * 100_000
        assert not (there / KEPT).exists() and not unfinished(there)


def test_our_folder_is_entered_only_by_name(
    there: Path, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = opened(there)
    for content in (b"1", b"22"):
        send(connection, src, content)
    connection.send(str(src), "dir/.skynet/file")
    entered: list[str] = []
    scandir = os.scandir

    def noticed(path: str) -> Any:
        entered.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", noticed)
    assert {file.path for file in connection.list("")} == {"dir/file", "dir/.skynet/file"}
    assert str(there / ".skynet") not in entered
    assert {file.path for file in connection.list(".skynet")} == {KEPT.partition("/")[2]}


@pytest.mark.parametrize("size", [0, 5, MIB, 20 * MIB])
def test_the_content_is_told(there: Path, src: Path, size: int) -> None:
    src.write_bytes(os.urandom(size))
    upload = Upload.of(str(src), "file")
    opened(there).send_upload(upload)
    assert upload.content.of(size) == hash_of_file(str(src), lambda: None)
