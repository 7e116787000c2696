from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import pytest

from skynet_desktop.host.watch_use import InstanceLimit, WatchUse, instance_limit, watch_use

if sys.platform != "linux":
    pytest.skip("inotify is Linux's", allow_module_level=True)


def test_what_a_process_uses(tmp_path: Path) -> None:
    """Ours, with a real instance of three watches; of others nothing is seen here."""
    proc = tmp_path / "proc"
    proc.mkdir()
    (proc / str(os.getpid())).symlink_to(f"/proc/{os.getpid()}")
    before = watch_use(proc=proc)
    assert before is not None
    libc = ctypes.CDLL(None, use_errno=True)
    opened = libc.inotify_init()
    assert opened >= 0
    try:
        for name in ("a", "b", "c"):
            (tmp_path / name).mkdir()
            assert libc.inotify_add_watch(opened, os.fsencode(tmp_path / name), 0x100) > 0
        now, others = watch_use(proc=proc), watch_use((os.getpid(),), proc)
    finally:
        os.close(opened)
    assert now == WatchUse(before.watches + 3, before.instances + 1)
    assert others == WatchUse(0, 0)


def test_processes_that_end_or_hide_are_passed_over(tmp_path: Path) -> None:
    assert watch_use(proc=tmp_path) == WatchUse(0, 0)
    (tmp_path / "12").mkdir()
    (tmp_path / "self").mkdir()
    assert watch_use(proc=tmp_path) == WatchUse(0, 0)


def test_the_limit_of_instances(tmp_path: Path) -> None:
    kernel = tmp_path / "max_user_instances"
    assert instance_limit(3, kernel) is None
    kernel.write_text("128\n")
    assert instance_limit(3, kernel) == InstanceLimit(128, 3)
    assert InstanceLimit(128, 128).suffices
    assert not InstanceLimit(128, 129).suffices
    assert "fs.inotify.max_user_instances=512 |" in InstanceLimit(128, 129).command
    assert "fs.inotify.max_user_instances=2048 |" in InstanceLimit(128, 1000).command
