"""What the tests of LocalConnection share: real small disks, a ledger in a file, temp files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.base import MemoryLedger
from skynet_desktop.connections.local import LocalConnection

MIB = 1024 * 1024
may_mount = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount a disk"
)
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


def opened(folder: Path, **options: Any) -> LocalConnection:
    connection = LocalConnection(str(folder), **options)
    connection.open()
    return connection


def unfinished(folder: Path) -> list[Path]:
    """Our temporary files below the folder."""
    return sorted(folder.rglob(".skynet-*.part"))


def mount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=True)


@contextmanager
def disk(folder: Path, options: str = "size=64m") -> Iterator[Path]:
    """A disk in memory, mounted at the folder."""
    folder.mkdir(exist_ok=True)
    mount(folder, options)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


class FileLedger(MemoryLedger):
    """Survives the process: one JSON file, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        if path.exists():
            self._records = json.loads(path.read_text())

    def put(self, remote_path: str, record: Mapping[str, Any]) -> None:
        super().put(remote_path, record)
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self._records))
        os.replace(new, self._path)
