"""What SFTP uploads replace is kept: by links, and by renaming where there are none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.recovery import KeepsReplaced
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.connections.sftp.batch import SMALL_BYTES
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.core.errors import PathBlocked, PathError
from tests.connections.local_rig import disk, may_mount
from tests.servers.fixtures_sftp import Source, leftovers
from tests.servers.made_sshd import MadeSshd
from tests.servers.sshd import Sshd

SIZES = pytest.mark.parametrize("size", [10, SMALL_BYTES + 10], ids=["small", "big"])


@pytest.fixture(scope="module")
def linkless_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """OpenSSH that does not offer hard links."""
    folder = tmp_path_factory.mktemp("linkless")
    server = Sshd(folder, "Subsystem sftp internal-sftp -P hardlink").start()
    yield server
    server.stop()


@pytest.fixture
def linkless(linkless_server: Sshd) -> Iterator[SFTPConnection]:
    connection = SFTPConnection(**linkless_server.options())  # type: ignore[arg-type]
    connection.open()
    with connection._pipe() as sftp:
        assert not sftp.links
    yield connection
    connection.close()


def keeping(src: str, target: Path | str, keep_as: Path | str) -> Upload:
    upload = Upload.of(src, str(target))
    upload.keep_as = str(keep_as)
    return upload


def test_capability() -> None:
    assert isinstance(SFTPConnection(host="nas"), KeepsReplaced)
    assert SFTPConnection.keeps_replaced is True


@SIZES
def test_the_old_file_itself_is_kept(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source, size: int
) -> None:
    target, kept = sftp_root / "a" / "file", sftp_root / ".skynet/trash/day/time/a/file"
    sftp.send(sftp_source(b"former", 1_500_000_000), str(target))
    former = target.stat()
    sftp.send_upload(keeping(sftp_source(b"x" * size), target, kept))
    sftp.set_time(str(target), 1_700_000_000_000_000_000)
    now = kept.stat()
    assert (now.st_ino, now.st_mtime, now.st_mode) == (
        former.st_ino,
        former.st_mtime,
        former.st_mode,
    )
    assert (kept.read_bytes(), now.st_nlink) == (b"former", 1)
    assert target.read_bytes() == b"x" * size
    assert not leftovers(sftp_root / "a")


@SIZES
def test_where_there_are_no_links_it_is_renamed(
    linkless: SFTPConnection, linkless_server: Sshd, sftp_source: Source, size: int
) -> None:
    root = linkless_server.folder / f"root{size}"
    target, kept = root / "file", root / ".skynet/trash/file"
    linkless.send_upload(keeping(sftp_source(b"first"), target, kept))
    assert not (root / ".skynet").exists()
    for content, before in ((b"2" * size, b"first"), (b"3" * size, b"2" * size)):
        linkless.send_upload(keeping(sftp_source(content), target, kept))
        assert (target.read_bytes(), kept.read_bytes()) == (content, before)
    linkless.delete(str(target))
    (root / "file").mkdir()
    with pytest.raises(PathBlocked):
        linkless.send_upload(keeping(sftp_source(b"4" * size), target, kept))
    assert kept.read_bytes() == b"2" * size


@SIZES
def test_a_server_without_any_extension_keeps_too(
    made_sftp: MadeSshd, sftp_source: Source, size: int
) -> None:
    connection = SFTPConnection(**made_sftp.options())
    connection.open()
    for number in range(4):
        source = sftp_source(str(number).encode() * size)
        connection.send_upload(keeping(source, "x/file", ".skynet/trash/x/file"))
    connection.close()
    assert (made_sftp.root / "x/file").read_bytes() == b"3" * size
    assert (made_sftp.root / ".skynet/trash/x/file").read_bytes() == b"2" * size
    assert not leftovers(made_sftp.root / "x")


def test_a_batch_keeps_in_many_folders(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source
) -> None:
    """With files that replace nothing, files that keep nothing, and files that cannot be kept
    among them."""
    names = [f"{n % 7}/{n % 3}/{n}" for n in range(300)]
    trash = sftp_root / ".skynet/trash/2026-11-22/23-15-07"
    for name in names[::2]:
        sftp.send(sftp_source(f"former {name}".encode()), f"{sftp_root}/{name}")
    (trash / names[2]).mkdir(parents=True)
    uploads = [keeping(sftp_source(f"new {n}".encode()), sftp_root / n, trash / n) for n in names]
    for upload in uploads[4::10]:
        upload.keep_as = ""
    answers = {upload.remote_path: error for upload, error in sftp.send_batch(uploads)}
    assert len(answers) == len(names)
    assert isinstance(answers.pop(f"{sftp_root}/{names[2]}"), PathBlocked)
    assert set(answers.values()) == {None}
    for number, name in enumerate(names):
        new = f"former {name}" if number == 2 else f"new {name}"
        assert (sftp_root / name).read_text() == new
        if number % 2 or number == 2 or number % 10 == 4:
            assert not (trash / name).is_file()
        else:
            assert (trash / name).read_text() == f"former {name}"
    assert not leftovers(sftp_root / "0")


def test_a_batch_keeps_without_waiting_for_each(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests that are waited for one by one are few: those for the folders."""
    uploads = [
        keeping(sftp_source(), sftp_root / f"{n}", sftp_root / f".skynet/trash/{n}")
        for n in range(200)
    ]
    for upload in uploads:
        Path(upload.remote_path).write_bytes(b"former")
    waited = 0
    call = SFTP.call

    def counting(self: SFTP, *more: object) -> tuple[int, bytes]:
        nonlocal waited
        waited += 1
        return call(self, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(SFTP, "call", counting)
    assert not any(error for _, error in sftp.send_batch(uploads))
    assert waited < 20
    assert len(list((sftp_root / ".skynet/trash").iterdir())) == 200


@SIZES
def test_a_trash_that_was_emptied_behind_our_back(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source, size: int
) -> None:
    target, kept = sftp_root / "file", sftp_root / ".skynet/trash/day/file"
    for content in (b"1" * size, b"2" * size, b"3" * size):
        sftp.send_upload(keeping(sftp_source(content), target, kept))
        if kept.exists():
            kept.unlink()
            kept.parent.rmdir()
            kept.parent.parent.rmdir()
    sftp.send_upload(keeping(sftp_source(b"4" * size), target, kept))
    assert (target.read_bytes(), kept.read_bytes()) == (b"4" * size, b"3" * size)


@may_mount
@SIZES
@pytest.mark.parametrize("server", ["sftp", "linkless"])
def test_what_cannot_be_kept_is_not_replaced(
    request: pytest.FixtureRequest,
    sftp_root: Path,
    sftp_source: Source,
    size: int,
    server: str,
) -> None:
    """The trash is on another disk: neither links nor renaming lead there."""
    connection = request.getfixturevalue(server)
    (sftp_root / ".skynet").mkdir()
    target, kept = sftp_root / "file", sftp_root / ".skynet/file"
    target.write_bytes(b"former")
    with disk(sftp_root / ".skynet", "size=1m"):
        with pytest.raises(PathError):
            connection.send_upload(keeping(sftp_source(b"n" * size), target, kept))
        assert not kept.exists()
    assert target.read_bytes() == b"former"


@SIZES
def test_a_link_that_is_replaced_is_kept_as_a_link(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source, size: int, tmp_path: Path
) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    target, kept = sftp_root / "file", sftp_root / ".skynet/trash/file"
    target.symlink_to(tmp_path / "precious")
    sftp.send_upload(keeping(sftp_source(b"n" * size), target, kept))
    assert kept.is_symlink() and os.readlink(kept) == str(tmp_path / "precious")
    assert not target.is_symlink() and target.read_bytes() == b"n" * size
    assert (tmp_path / "precious").read_bytes() == b"precious"
