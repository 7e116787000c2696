"""Servers and disks at fault: full, read-only, without extensions, dead."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.connections.sftp.batch import SMALL_BYTES
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathDenied,
    PathError,
    StorageFull,
)
from tests.servers.fixtures_sftp import Source, leftovers
from tests.servers.made_sshd import MadeSshd
from tests.servers.sshd import Sshd


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MiB, where we may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("no right to mount a file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("size", [3 << 20, 7 << 20])
def test_a_full_disk(sftp_server: Sshd, small_disk: Path, sftp_source: Source, size: int) -> None:
    connection = SFTPConnection(**sftp_server.options())  # type: ignore[arg-type]
    connection.open()
    target = small_disk / "file"
    target.write_bytes(b"old" * (1 << 20))
    with pytest.raises(StorageFull):
        connection.send(sftp_source(b"n" * (size + 4096)), str(target))
    connection.close()
    assert target.read_bytes() == b"old" * (1 << 20)
    assert size > SMALL_BYTES or not leftovers(small_disk)


def test_what_a_full_disk_holds_stays(
    sftp_server: Sshd, small_disk: Path, sftp_source: Source
) -> None:
    """Files to be kept under another name too: nothing is given up for what does not fit."""
    connection = SFTPConnection(**sftp_server.options())  # type: ignore[arg-type]
    connection.open()
    former = {small_disk / str(number): b"%d" % number * 500_000 for number in range(10)}
    for path, content in former.items():
        path.write_bytes(content)
    uploads = [Upload.of(sftp_source(b"n" * 500_000), str(path)) for path in former]
    for upload in uploads:
        upload.keep_as = f"{small_disk}/.skynet/trash/{Path(upload.remote_path).name}"
    with pytest.raises(StorageFull):
        list(connection.send_batch(uploads))
    connection.close()
    kept = small_disk / ".skynet" / "trash"
    for path, content in former.items():
        assert content in [p.read_bytes() for p in (path, kept / path.name) if p.exists()]


def test_a_read_only_disk(sftp: SFTPConnection, small_disk: Path, sftp_source: Source) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(PathDenied):
        sftp.send(sftp_source(), f"{small_disk}/file")


@pytest.mark.parametrize("size", [100_000, SMALL_BYTES + 100])
def test_a_failed_write_is_never_renamed_into_place(
    made_sftp: MadeSshd, sftp_source: Source, size: int
) -> None:
    (made_sftp.root / "file").write_bytes(b"old")
    connection = SFTPConnection(**made_sftp.options())
    connection.open()
    made_sftp.rules.full_after = 40_000
    with pytest.raises(PathError, match="Failure"):
        connection.send(sftp_source(b"n" * size), "file")
    assert (made_sftp.root / "file").read_bytes() == b"old"
    made_sftp.rules.full_after = None
    connection.send(sftp_source(b"n" * size), "file")
    connection.close()
    assert (made_sftp.root / "file").read_bytes() == b"n" * size
    assert not leftovers(made_sftp.root)


@pytest.mark.parametrize("status", [4, 14, 15])
@pytest.mark.parametrize("size", [100, 100_000, SMALL_BYTES + 100])
def test_a_used_up_quota(made_sftp: MadeSshd, sftp_source: Source, size: int, status: int) -> None:
    """Which the file system does not tell of: a bare failure, or a later draft's status."""
    (made_sftp.root / "file").write_bytes(b"old")
    connection = SFTPConnection(**made_sftp.options())
    connection.open()
    made_sftp.rules.quota_status = status
    made_sftp.rules.quota = 3 + size // 2
    with pytest.raises(StorageFull):
        connection.send(sftp_source(b"n" * size), "file")
    with pytest.raises(StorageFull):
        more = [Upload.of(sftp_source(b"n" * size), f"more {n}") for n in range(5)]
        list(connection.send_batch(more))
    assert (made_sftp.root / "file").read_bytes() == b"old"
    made_sftp.rules.quota = None
    connection.send(sftp_source(b"n" * size), "file")
    connection.close()
    assert (made_sftp.root / "file").read_bytes() == b"n" * size
    assert len(leftovers(made_sftp.root)) == (size > SMALL_BYTES), "one is worth resuming"


@pytest.mark.parametrize("size", [100, SMALL_BYTES + 100])
def test_a_server_without_any_extension(
    made_sftp: MadeSshd, sftp_source: Source, size: int
) -> None:
    made_sftp.rules.keeps_times = False
    connection = SFTPConnection(**made_sftp.options())
    connection.open()
    for letter in (b"a", b"b"):  # the second replaces the first
        connection.send(sftp_source(letter * size), "x/file")
        assert (made_sftp.root / "x/file").read_bytes() == letter * size
    connection.send(sftp_source(b"other"), "x/other")
    connection.move("x/other", "x/file")
    assert [file.path for file in connection.list("")] == ["x/file"]
    connection.send(sftp_source(b"c" * size), "x/file")
    back = made_sftp.root.parent / "back"
    connection.fetch("x/file", str(back))
    assert back.read_bytes() == b"c" * size
    with pytest.raises(PathBlocked):
        connection.send(sftp_source(), "x")
    assert not leftovers(made_sftp.root)
    connection.close()


def test_a_server_that_dies(sftp_server: Sshd, sftp_root: Path, sftp_source: Source) -> None:
    connection = SFTPConnection(**sftp_server.options())  # type: ignore[arg-type]
    connection.open()
    uploads = [Upload.of(sftp_source(), f"{sftp_root}/{number}") for number in range(500)]
    try:
        started = time.monotonic()
        with pytest.raises(ConnectionLost):
            for number, _ in enumerate(connection.send_batch(uploads)):
                if number == 50:
                    sftp_server.kill()
        assert time.monotonic() - started < 5
        with pytest.raises(ConnectionLost):
            connection.delete("x")
        connection.close()
        with pytest.raises(ConnectionLost):
            SFTPConnection(**sftp_server.options()).open()  # type: ignore[arg-type]
    finally:
        sftp_server.start()
    fresh = SFTPConnection(**sftp_server.options())  # type: ignore[arg-type]
    fresh.open()
    assert all(error is None for _, error in fresh.send_batch(uploads))
    fresh.close()
    assert not leftovers(sftp_root)  # those of the first try were written over
    assert len(list(sftp_root.iterdir())) == 500
