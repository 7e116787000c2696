"""Windows' consoles; elsewhere signals say what they say (tests/e2e/test_commands.py)."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

if sys.platform != "win32":
    pytest.skip("Windows' consoles", allow_module_level=True)

_WAITS = """
from skynet_desktop.cli.stopping import told_to_stop
with told_to_stop() as stop:
    print("waits", flush=True)
    stop.wait()
    if {hangs}:
        print("hangs", flush=True)
        __import__("threading").Event().wait()
print("ended", flush=True)
"""


@pytest.fixture(autouse=True, scope="module")
def console() -> Iterator[None]:
    """For programs that have none of ours: a key reaches those of one's own console alone."""
    made = ctypes.windll.kernel32.AllocConsole()
    yield
    if made:
        ctypes.windll.kernel32.FreeConsole()


def started(*, hangs: bool) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", _WAITS.format(hangs=hangs)], stdout=subprocess.PIPE, text=True,
        creationflags=subprocess.CREATE_NEW_PROCESS_GROUP,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "waits\n"
    return child


def test_a_key_wakes_a_main_thread_that_waits() -> None:
    with started(hangs=False) as child:
        child.send_signal(signal.CTRL_BREAK_EVENT)
        said, _ = child.communicate(timeout=20)
    assert (said, child.returncode) == ("ended\n", 0)


def test_a_second_one_ends_what_hangs() -> None:
    with started(hangs=True) as child:
        child.send_signal(signal.CTRL_BREAK_EVENT)
        assert child.stdout is not None
        assert child.stdout.readline() == "hangs\n"
        child.send_signal(signal.CTRL_BREAK_EVENT)
        assert child.wait(20) == 130
