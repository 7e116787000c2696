from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from skynet_desktop.host.watch_limit import WatchLimit, watch_limit

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify")


@linux
def test_what_the_kernel_says() -> None:
    known = int(Path("/proc/sys/fs/inotify/max_user_watches").read_text())
    found = watch_limit(3)
    assert found == WatchLimit(known, 3)


@pytest.mark.parametrize(
    ("folders", "suffices", "better"),
    [(0, True, 524_288), (6_000, True, 524_288), (6_001, False, 524_288),
     (262_145, False, 1_048_576), (600_000, False, 2_097_152)],
)  # fmt: skip
def test_a_part_is_left_to_other_programs(folders: int, suffices: bool, better: int) -> None:
    found = WatchLimit(8_000, folders)
    assert (found.suffices, found.better) == (suffices, better)
    assert WatchLimit(found.better, folders).suffices


def test_the_command_is_one_for_a_shell(tmp_path: Path) -> None:
    """Run for real, but for ``sudo``, and for the folder that is not ours."""
    command = WatchLimit(8_192, 10_000).command
    assert command.count("sudo ") == 2
    played = command.replace("sudo sysctl -p", "cat").replace("sudo ", "")
    played = played.replace("/etc/sysctl.d", str(tmp_path))
    done = subprocess.run(["sh", "-c", played], capture_output=True, text=True, timeout=60)
    assert done.stdout == "fs.inotify.max_user_watches=524288\n" * 2
    assert (tmp_path / "90-skynet-desktop.conf").exists()


def test_none_where_there_is_no_such_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert watch_limit(5, tmp_path / "none") is None
    (tmp_path / "odd").write_text("much")
    assert watch_limit(5, tmp_path / "odd") is None
    monkeypatch.setattr(sys, "platform", "darwin")
    assert watch_limit(5) is None
