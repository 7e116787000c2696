"""The keyring library is imported late, and by whichever threads come first."""

from __future__ import annotations

import subprocess
import sys

# One thread is held amidst the import of the package while the other asks for a module of it.
TWO_AT_ONCE = """
import sys, threading, time
from concurrent.futures import ThreadPoolExecutor

class Slow:
    begun = threading.Event()
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name == "keyring":
            cls.begun.set()
            time.sleep(0.5)

sys.meta_path.insert(0, Slow)
from skynet_desktop.credentials.backend import find_backend, is_chosen_outside
from skynet_desktop.credentials.store import _tried

def told(call, wait=10):
    Slow.begun.wait(wait)
    try:
        return call()
    except Exception as error:
        return type(error).__name__

with ThreadPoolExecutor(4) as pool:
    calls = [pool.submit(told, find_backend, 0), pool.submit(told, is_chosen_outside),
             pool.submit(told, lambda: _tried(lambda: "done"))]
    print([call.result() for call in calls])
"""


def test_two_threads_may_be_the_first_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWO_AT_ONCE], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "Deadlock" not in done.stdout, done.stdout
    assert "'done'" in done.stdout
