from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.host.instance import Instance

HOLD = (
    "import sys; from pathlib import Path\n"
    "from skynet_desktop.host.instance import Instance\n"
    "instance = Instance(Path(sys.argv[1]))\n"
    "print(instance.acquire(), flush=True)\n"
    "sys.stdin.read()\n"
)


def holder(state: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    return process


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate()


def test_one_at_a_time_and_the_other_is_named(tmp_path: Path) -> None:
    process = holder(tmp_path / "state")
    instance = Instance(tmp_path / "state")
    assert not instance.acquire()
    assert instance.holder() == process.pid
    finish(process)
    assert instance.acquire()
    assert instance.acquire()
    assert instance.holder() == os.getpid()
    instance.release()
    instance.release()
    assert instance.holder() is None


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.kill()
    finish(process)
    assert Instance(tmp_path).holder() == process.pid
    instance = Instance(tmp_path)
    assert instance.acquire()
    instance.release()


def test_two_homes_do_not_know_each_other(tmp_path: Path) -> None:
    one, two = Instance(tmp_path / "1"), Instance(tmp_path / "2")
    assert one.acquire()
    assert two.acquire()
    one.release()
    two.release()


def test_a_state_folder_that_cannot_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be used"):
        Instance(tmp_path / "file").acquire()
