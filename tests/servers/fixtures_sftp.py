"""Fixtures for tests that need an SFTP server."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skynet_desktop.connections.sftp import SFTPConnection
from tests.servers.made_sshd import MadeSshd
from tests.servers.sshd import Sshd

Source = Callable[..., str]
"""``source(content, mtime)`` makes a local file and returns its path."""

_numbers = itertools.count()


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """One server for the whole run. Who stops it starts it again."""
    server = Sshd(tmp_path_factory.mktemp("sshd")).start()
    yield server
    server.stop()


@pytest.fixture
def sftp_root(sftp_server: Sshd) -> Path:
    """A fresh folder on the server; its path there and here is the same."""
    root = sftp_server.folder / f"root{next(_numbers)}"
    root.mkdir()
    return root


@pytest.fixture
def sftp(sftp_server: Sshd) -> Iterator[SFTPConnection]:
    """An open connection."""
    connection = SFTPConnection(**sftp_server.options())  # type: ignore[arg-type]
    connection.open()
    yield connection
    connection.close()


@pytest.fixture
def made_sftp(tmp_path: Path) -> Iterator[MadeSshd]:
    """A server made to order that serves a fresh folder."""
    root = tmp_path / "made"
    root.mkdir()
    server = MadeSshd(root)
    yield server
    server.stop()


@pytest.fixture
def sftp_source(tmp_path: Path) -> Source:
    folder = tmp_path / "sources"
    folder.mkdir()

    def make(content: bytes = b"content", mtime: int = 1_600_000_000) -> str:
        path = folder / str(next(_numbers))
        path.write_bytes(content)
        os.utime(path, (mtime, mtime))
        return str(path)

    return make


def leftovers(root: Path) -> list[Path]:
    """Temporary files of ours."""
    return list(root.rglob(".skynet-*"))
