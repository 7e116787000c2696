from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

IDLE = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from skynet_desktop.desktop.signals import Signals
app = QCoreApplication([])
def told():
    print("told", flush=True)
    if "stubborn" not in sys.argv:
        app.quit()
signals = Signals(told)
QTimer.singleShot(0, lambda: print("ready", flush=True))
sys.exit(app.exec())
"""


def idle(*arguments: str) -> subprocess.Popen[str]:
    """A program without any timer, its loop asleep."""
    program = subprocess.Popen(
        [sys.executable, "-c", IDLE, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    return program


pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_program_ends_at_once(number: signal.Signals) -> None:
    program = idle()
    program.send_signal(number)
    output, _ = program.communicate(timeout=5)
    assert (program.returncode, output) == (0, "told\n")


def test_a_second_one_ends_it_the_hard_way() -> None:
    program = idle("stubborn")
    program.send_signal(signal.SIGINT)
    assert program.stdout is not None
    assert program.stdout.readline() == "told\n"
    program.send_signal(signal.SIGINT)
    assert program.wait(5) == -signal.SIGINT
    program.stdout.close()
