"""SFTPConnection passes the public suite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from skynet_desktop.connections.conformance import ConnectionConformance
from skynet_desktop.connections.sftp import SFTPConnection
from tests.servers.sshd import Sshd


class TestSFTP(ConnectionConformance):
    @pytest.fixture
    def make_connection(self, sftp_server: Sshd, sftp_root: Path) -> Callable[[], SFTPConnection]:
        self.base = str(sftp_root / "base")
        return lambda: SFTPConnection(**sftp_server.options())  # type: ignore[arg-type]
