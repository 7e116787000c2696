from __future__ import annotations

import subprocess
import sys

import pytest

_GROW = """
import sys, threading
from skynet_desktop.host import memory

if sys.argv[1] == "giving back":
    memory.give_back()

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

def work():
    '''Buffers of a part's size, with something small that outlives each.'''
    for _ in range(5):
        buffers = [bytearray(6 << 20) for _ in range(2)]
        kept.append([bytes(2_000) for _ in range(50)])
        del buffers

kept = []
before = resident()
for _ in range(3):
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's memory")
def test_what_threads_needed_for_a_moment_is_given_back() -> None:
    grown = {
        how: int(subprocess.check_output([sys.executable, "-c", _GROW, how]))
        for how in ("giving back", "as it is")
    }
    assert grown["giving back"] < grown["as it is"] / 2, grown
