"""Reading back by SFTP: one version of the file, and a channel that is as good as new after."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from skynet_desktop.connections.recovery import Compares, Reads
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathError,
    RemoteMissing,
)
from tests.servers.made_sshd import MadeSshd
from tests.servers.sshd import Sshd

MIB = 1 << 20


def read(connection: SFTPConnection, path: Path | str, offset: int = 0) -> bytes:
    with connection.read(str(path), offset=offset) as content:
        return b"".join(content.blocks)


def test_capabilities() -> None:
    connection = SFTPConnection(host="nas")
    assert isinstance(connection, Reads)
    assert not isinstance(connection, Compares)  # no server that we know has a checksum to ask for


def test_blocks_come_in_order_from_a_server_that_gives_less_than_asked(
    made_sftp: MadeSshd,
) -> None:
    content = os.urandom(300_001)
    (made_sftp.root / "file").write_bytes(content)
    connection = SFTPConnection(**made_sftp.options())
    connection.open()
    for offset in (0, 1, 32_768, 123_456, 300_000, 300_001):
        assert read(connection, "file", offset) == content[offset:]
    connection.close()


def test_the_file_and_its_content_belong_together(sftp: SFTPConnection, sftp_root: Path) -> None:
    """It is replaced between the two."""
    path = sftp_root / "file"
    path.write_bytes(b"former")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    with sftp.read(str(path)) as content:
        (sftp_root / "new").write_bytes(b"another content")
        os.replace(sftp_root / "new", path)
        assert (content.file.path, content.file.size) == ("file", 6)
        assert content.file.mtime_ns == 1_600_000_000_000_000_000
        assert b"".join(content.blocks) == b"former"


def truncate(path: Path) -> None:
    os.truncate(path, 6 * MIB)


def write_into(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"another beginning")


@pytest.mark.parametrize("meddle", [truncate, write_into])
def test_a_file_that_changes_while_it_is_read(
    sftp: SFTPConnection, sftp_root: Path, meddle: Callable[[Path], None]
) -> None:
    path = sftp_root / "file"
    path.write_bytes(os.urandom(12 * MIB))
    os.utime(path, (1_600_000_000, 1_600_000_000))
    with sftp.read(str(path)) as content:
        next(content.blocks)
        meddle(path)
        with pytest.raises(PathError, match="changed at the destination"):
            list(content.blocks)
    (sftp_root / "other").write_bytes(b"fine")
    assert read(sftp, sftp_root / "other") == b"fine"


def test_who_leaves_early_leaves_nothing_behind(
    sftp_server: Sshd, sftp: SFTPConnection, sftp_root: Path
) -> None:
    """More often than the server has channels for one session, and with nothing read at all."""
    path = sftp_root / "file"
    content = os.urandom(8 * MIB)
    path.write_bytes(content)
    for _ in range(40):
        with sftp.read(str(path)) as reading:
            assert next(reading.blocks) == content[:261_120]
        with sftp.read(str(path)):
            pass
    with pytest.raises(ZeroDivisionError), sftp.read(str(path)) as reading:
        next(reading.blocks)
        raise ZeroDivisionError
    assert read(sftp, path) == content
    assert list(reading.blocks) == []
    sftp.stat(str(path))  # the channel that was closed last is gone when others are answered
    assert [name for name in sftp_server.open_files(sftp_root) if "file" in name] == []


def test_what_is_no_file_is_refused_at_once(sftp: SFTPConnection, sftp_root: Path) -> None:
    """Opening a pipe would wait for its writer for ever."""
    os.mkfifo(sftp_root / "pipe")
    (sftp_root / "file").write_bytes(b"elsewhere")
    (sftp_root / "link").symlink_to("file")
    for name in ("pipe", "link", ""):
        with pytest.raises(PathBlocked):
            read(sftp, sftp_root / name)
    for name in ("gone", "file/below", "no/such/folder"):
        with pytest.raises(RemoteMissing):
            read(sftp, sftp_root / name)
    with pytest.raises(RemoteMissing), sftp.read(f"{sftp_root}/file", version="1"):
        pass


def test_a_server_that_dies_while_it_is_read(sftp_server: Sshd, sftp_root: Path) -> None:
    (sftp_root / "file").write_bytes(bytes(64 * MIB))
    connection = SFTPConnection(**sftp_server.options())  # type: ignore[arg-type]
    connection.open()
    with pytest.raises(ConnectionLost), connection.read(f"{sftp_root}/file") as content:
        next(content.blocks)
        sftp_server.drop_sessions()
        list(content.blocks)
    connection.close()
