"""Whether a file is still written to, asked of the system."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
from pathlib import Path

import pytest

from skynet_desktop.engine.writers import nobody_writes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells")


def test_a_closed_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    assert nobody_writes(str(file))
    with open(file, "rb"):
        assert nobody_writes(str(file)), "readers do no harm"


@pytest.mark.parametrize("mode", ["ab", "r+b"])
def test_a_file_that_is_open(tmp_path: Path, mode: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    with open(file, mode):
        assert not nobody_writes(str(file))
    assert nobody_writes(str(file))


def test_a_file_that_is_mapped(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(4096))
    with open(file, "r+b") as opened:
        mapped = mmap.mmap(opened.fileno(), 4096)
    assert not nobody_writes(str(file))
    mapped.close()
    assert nobody_writes(str(file))


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "file").write_bytes(b"x")
    for name in ("pipe", "link", "none", ""):
        assert not nobody_writes(str(tmp_path / name)), name


WRITER = """
import os, sys, time
until = time.monotonic() + 1.5
while time.monotonic() < until:
    os.close(os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND))
"""


def test_a_writer_that_comes_meanwhile_is_not_kept_and_does_not_end_us(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(file)])
    looks = 0
    while process.poll() is None:
        nobody_writes(str(file))
        looks += 1
    assert process.returncode == 0 and looks > 100
