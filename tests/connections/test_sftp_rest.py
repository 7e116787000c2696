"""Deleting, moving, listing, comparing and fetching."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from skynet_desktop.connections.base import (
    CleansUp,
    DeletesBatches,
    Fetches,
    HasFolders,
    Lists,
    Matches,
    MovesTrees,
    RemoteFile,
    SendsBatches,
    SendsUploads,
    SetsTimes,
)
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.core.errors import PathBlocked, PathDenied, RemoteMissing
from tests.servers.fixtures_sftp import Source, leftovers
from tests.servers.made_sshd import MadeSshd


def test_capabilities() -> None:
    connection = SFTPConnection(host="nas", username="anna")
    for capability in (
        SendsUploads,
        SendsBatches,
        Lists,
        Matches,
        Fetches,
        DeletesBatches,
        MovesTrees,
        HasFolders,
        SetsTimes,
        CleansUp,
    ):
        assert isinstance(connection, capability)
    assert connection.describe() == "anna@nas:22"
    assert {o.name for o in SFTPConnection.options if o.secret} == {"password", "passphrase"}
    connection.close()


def test_delete(sftp: SFTPConnection, sftp_root: Path) -> None:
    (sftp_root / "IMG_1").touch()
    (sftp_root / "IMG_10").touch()
    (sftp_root / "folder").mkdir()
    (sftp_root / "link").symlink_to("IMG_10")
    for _ in range(2):
        sftp.delete(f"{sftp_root}/IMG_1")
    sftp.delete(f"{sftp_root}/link")
    sftp.delete(f"{sftp_root}/IMG_10/below a file")
    sftp.delete(f"{sftp_root}/no/such/folder")
    with pytest.raises(PathBlocked):
        sftp.delete(f"{sftp_root}/folder")
    assert {file.name for file in sftp_root.iterdir()} == {"IMG_10", "folder"}


def test_delete_many(sftp: SFTPConnection, sftp_root: Path) -> None:
    (sftp_root / "folder").mkdir()
    names = [f"{sftp_root}/{number}" for number in range(200)]
    for name in names[:150]:
        Path(name).touch()
    answers = dict(sftp.delete_batch([*names, f"{sftp_root}/folder", "half \ud800"]))
    assert isinstance(answers.pop(f"{sftp_root}/folder"), PathBlocked)
    assert answers.pop("half \ud800") is not None
    assert answers == dict.fromkeys(names)
    assert [file.name for file in sftp_root.iterdir()] == ["folder"]


def test_move(sftp: SFTPConnection, sftp_root: Path) -> None:
    (sftp_root / "a").write_bytes(b"a")
    (sftp_root / "b").write_bytes(b"b")
    (sftp_root / "empty").mkdir()
    sftp.move(f"{sftp_root}/a", f"{sftp_root}/new/place/a")
    sftp.move(f"{sftp_root}/new/place/a", f"{sftp_root}/b")
    assert (sftp_root / "b").read_bytes() == b"a"
    with pytest.raises(RemoteMissing):
        sftp.move(f"{sftp_root}/a", f"{sftp_root}/b")
    with pytest.raises(PathBlocked):
        sftp.move(f"{sftp_root}/b", f"{sftp_root}/empty")
    with pytest.raises(PathBlocked):
        sftp.move(f"{sftp_root}/empty", f"{sftp_root}/new/empty")
    with pytest.raises(PathBlocked):
        sftp.move(f"{sftp_root}/b", f"{sftp_root}/b/below")
    assert (sftp_root / "b").read_bytes() == b"a"


def test_move_tree(sftp: SFTPConnection, sftp_root: Path) -> None:
    (sftp_root / "tree/below").mkdir(parents=True)
    (sftp_root / "tree/below/file").write_bytes(b"x")
    (sftp_root / "empty").mkdir()
    (sftp_root / "file").touch()
    for taken in ("empty", "file"):
        with pytest.raises(PathBlocked):
            sftp.move_tree(f"{sftp_root}/tree", f"{sftp_root}/{taken}")
    with pytest.raises(PathBlocked):
        sftp.move_tree(f"{sftp_root}/file", f"{sftp_root}/new")
    with pytest.raises(RemoteMissing):
        sftp.move_tree(f"{sftp_root}/missing", f"{sftp_root}/new")
    sftp.move_tree(f"{sftp_root}/tree", f"{sftp_root}/far/away")
    assert (sftp_root / "far/away/below/file").read_bytes() == b"x"
    assert not (sftp_root / "tree").exists()


def test_remove_folder(sftp: SFTPConnection, sftp_root: Path) -> None:
    (sftp_root / "full").mkdir()
    (sftp_root / "full/file").touch()
    (sftp_root / "empty").mkdir()
    for name in ("full", "empty", "empty", "full/file"):
        sftp.remove_folder(f"{sftp_root}/{name}")
    assert [file.name for file in sftp_root.iterdir()] == ["full"]
    assert (sftp_root / "full/file").exists()


def test_list(sftp: SFTPConnection, sftp_root: Path) -> None:
    expected = {}
    for number in range(1200):
        folder = sftp_root if number < 700 else sftp_root / f"d{number % 40}" / "deep"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"file {number}"
        path.write_bytes(b"x" * (number % 100))
        os.utime(path, (number, number))
        expected[str(path.relative_to(sftp_root))] = (number % 100, number * 10**9)
    (sftp_root / "d1/.skynet-0123.part").touch()
    (sftp_root / "loop").symlink_to(".")
    (sftp_root / "link").symlink_to("file 1")
    os.mkfifo(sftp_root / "pipe")
    (sftp_root / "nothing in it").mkdir()
    files = list(sftp.list(str(sftp_root)))
    assert len(files) == len(expected)
    assert {file.path: (file.size, file.mtime_ns) for file in files} == expected
    assert {f.path for f in sftp.list(f"{sftp_root}/d1/")} == {
        name[3:] for name in expected if name.startswith("d1/")
    }
    assert list(sftp.list(f"{sftp_root}/missing")) == []
    with pytest.raises(PathBlocked):
        list(sftp.list(f"{sftp_root}/file 1"))
    lazily = sftp.list(str(sftp_root))
    assert isinstance(next(lazily), RemoteFile)
    sftp.delete(f"{sftp_root}/file 1")  # while a listing is under way


def test_a_folder_that_may_not_be_read_is_never_empty(made_sftp: MadeSshd) -> None:
    (made_sftp.root / "below" / "closed").mkdir(parents=True)
    connection = SFTPConnection(**made_sftp.options())
    connection.open()
    with pytest.raises(PathDenied):
        list(connection.list(""))
    connection.close()


def test_times_and_matches(sftp: SFTPConnection, sftp_root: Path, sftp_source: Source) -> None:
    path = sftp_source(b"x", 1_600_000_000)
    sftp.send(path, f"{sftp_root}/file")
    [remote] = sftp.list(str(sftp_root))
    assert sftp.stat(f"{sftp_root}/file") == remote
    assert sftp.stat(str(sftp_root)) is None
    assert sftp.stat(f"{sftp_root}/missing") is None
    assert sftp.matches(path, str(sftp_root), remote)
    sftp.set_time(f"{sftp_root}/file", 1_500_000_000_999_999_999)
    [remote] = sftp.list(str(sftp_root))
    assert remote.mtime_ns == 1_500_000_000 * 10**9
    assert not sftp.matches(path, str(sftp_root), remote)
    for off, same in ((1, True), (-1, True), (2, False)):
        moved = RemoteFile("file", 1, (1_600_000_000 + off) * 10**9)
        assert sftp.matches(path, str(sftp_root), moved) is same
    assert not sftp.matches(path, str(sftp_root), RemoteFile("file", 1))
    with pytest.raises(RemoteMissing):
        sftp.set_time(f"{sftp_root}/missing", 0)


@pytest.mark.parametrize("size", [0, 5, 300_000, 9_000_001])
def test_fetch(sftp: SFTPConnection, sftp_root: Path, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (sftp_root / "file").write_bytes(content)
    os.utime(sftp_root / "file", (1_600_000_000, 1_600_000_000))
    sftp.fetch(f"{sftp_root}/file", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == content
    assert (tmp_path / "back").stat().st_mtime == 1_600_000_000
    with pytest.raises(RemoteMissing):
        sftp.fetch(f"{sftp_root}/missing", str(tmp_path / "none"))
    with pytest.raises(PathBlocked):
        sftp.fetch(str(sftp_root), str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError):
        sftp.fetch(f"{sftp_root}/file", str(tmp_path / "no folder" / "x"))
    assert not (tmp_path / "none").exists()
    assert not leftovers(tmp_path)
