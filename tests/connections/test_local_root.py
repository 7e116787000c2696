"""LocalConnection stays in its folder, and notices when that is no longer there."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path

import pytest

from skynet_desktop.connections.base import MemoryLedger
from skynet_desktop.connections.local import root as root_module
from skynet_desktop.connections.local.probe import Traits
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathError,
    PathImpossible,
    ServiceRefused,
)
from tests.connections.local_rig import disk, may_mount, opened, posix

# --- the folder itself ------------------------------------------------------------------


def test_a_missing_folder_is_waited_for(tmp_path: Path) -> None:
    with pytest.raises(ConnectionLost, match="plugged in"):
        opened(tmp_path / "gone")


def test_a_file_is_refused(src: Path) -> None:
    with pytest.raises(ServiceRefused, match="not a folder"):
        opened(src)


def test_a_folder_without_permission_is_refused(
    there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(folder: str) -> Traits:
        raise PermissionError(errno.EACCES, "Permission denied", folder)

    monkeypatch.setattr(root_module, "probe", denied)
    with pytest.raises(ServiceRefused, match="may not be written"):
        opened(there)


def test_the_probe_leaves_nothing(there: Path) -> None:
    connection = opened(there)
    assert list(there.iterdir()) == []
    assert connection.describe() == str(there)


@may_mount
def test_a_read_only_disk_is_refused(there: Path, src: Path) -> None:
    with disk(there):
        connection = opened(there)
        connection.send(str(src), "before")
        subprocess.run(["mount", "-o", "remount,ro", there], check=True)
        with pytest.raises(ServiceRefused, match="read-only"):
            connection.send(str(src), "after")
        with pytest.raises(ServiceRefused, match="read-only"):
            connection.delete("before")
        with pytest.raises(ServiceRefused, match="read-only"):
            opened(there)


@posix
def test_another_folder_in_its_place_is_not_used(there: Path, src: Path) -> None:
    connection = opened(there)
    connection.send(str(src), "file")
    away = there.with_name("away")
    there.rename(away)
    with pytest.raises(ConnectionLost):
        connection.send(str(src), "new")
    there.mkdir()
    for act in (
        lambda: connection.send(str(src), "new"),
        lambda: connection.delete("file"),
        lambda: connection.move("file", "new"),
        lambda: connection.copy("file", "new"),
        lambda: connection.stat("file"),
        lambda: connection.remove_folder("x"),
        lambda: connection.settle(),
        lambda: list(connection.list("")),
        lambda: connection.clean_up("", MemoryLedger(), lambda _: False),
    ):
        with pytest.raises(ConnectionLost):
            act()
    assert list(there.iterdir()) == []
    assert [file.name for file in away.iterdir()] == ["file"]


@may_mount
def test_an_empty_mount_point_is_not_filled(there: Path, src: Path) -> None:
    with disk(there):
        connection = opened(there, mounted=True)
        connection.send(str(src), "file")
    with pytest.raises(ConnectionLost):
        connection.send(str(src), "file")
    with pytest.raises(ConnectionLost, match="No disk is mounted"):
        opened(there, mounted=True)
    assert list(there.iterdir()) == []


@may_mount
def test_nothing_stays_open_so_the_disk_can_be_ejected(there: Path, src: Path) -> None:
    with disk(there):
        connection = opened(there)
        connection.send(str(src), "a/b")
        connection.settle()
        list(connection.list(""))
        with pytest.raises(PathError):
            connection.send(str(there.parent), "c")
        subprocess.run(["umount", there], check=True)
        with pytest.raises(ConnectionLost):
            connection.delete("a/b")
        subprocess.run(["mount", "-t", "tmpfs", "none", there], check=True)


def test_a_listing_that_is_cut_off_is_no_short_listing(there: Path, src: Path) -> None:
    connection = opened(there)
    for number in range(5):
        connection.send(str(src), f"d{number}/file")
    files = connection.list("")
    next(files)
    there.rename(there.with_name("away"))
    with pytest.raises(ConnectionLost):
        list(files)


# --- staying inside ---------------------------------------------------------------------


@pytest.mark.parametrize("path", ["../out", "a/../../out", "a/..", ".", "", "/", "a\0b"])
def test_no_way_out(there: Path, src: Path, path: str) -> None:
    connection = opened(there)
    with pytest.raises(PathImpossible):
        connection.send(str(src), path)
    with pytest.raises(PathImpossible):
        connection.delete(path)
    assert list(there.iterdir()) == []


def test_leading_slashes_do_not_count(there: Path, src: Path) -> None:
    opened(there).send(str(src), "//a//b")
    assert (there / "a/b").read_bytes() == b"content"


@posix
def test_links_lead_nowhere(there: Path, src: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine").write_bytes(b"precious")
    (there / "link").symlink_to(outside)
    connection = opened(there)
    connection.send(str(src), "file")
    for act in (
        lambda: connection.send(str(src), "link/mine"),
        lambda: connection.delete("link/mine"),
        lambda: connection.move("file", "link/mine"),
        lambda: connection.move("link/mine", "got"),
        lambda: connection.copy("file", "link/mine"),
        lambda: connection.set_time("link/mine", 0),
        lambda: connection.fetch("link/mine", str(tmp_path / "fetched")),
        lambda: list(connection.list("link")),
    ):
        with pytest.raises(PathBlocked):
            act()
    assert [file.path for file in connection.list("")] == ["file"]
    assert (outside / "mine").read_bytes() == b"precious"
    assert list(outside.iterdir()) == [outside / "mine"]


@posix
def test_a_link_with_the_files_name_is_replaced_not_followed(
    there: Path, src: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    connection = opened(there)
    (there / "file").symlink_to(target)
    connection.send(str(src), "file")
    assert not (there / "file").is_symlink()
    (there / "gone").symlink_to(target)
    connection.delete("gone")
    assert target.read_bytes() == b"precious"


def test_our_own_names_are_refused(there: Path, src: Path) -> None:
    with pytest.raises(PathImpossible, match="unfinished copies"):
        opened(there).send(str(src), "dir/.skynet-x.part")
