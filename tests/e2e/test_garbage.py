"""A mirrored file leaves nothing for Python's garbage collector, which stops all threads, the
window's too, for as long as there is much of it: 75 ms every two seconds, once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.driver import Skynet

_FILES = 300
_COUNTING = """
import atexit, collections, gc, sys

gc.disable()

def tell():
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    found = collections.Counter(type(thing).__qualname__ for thing in gc.garbage)
    print("garbage", *(f"{name}={count}" for name, count in found.items()), file=sys.stderr)

atexit.register(tell)
from skynet_desktop.__main__ import main
sys.argv = ["skynet", "run", "--once"]
sys.exit(main())
"""


def _garbage(skynet: Skynet) -> dict[str, int]:
    """How many of each type only the collector would have freed."""
    run = subprocess.run(
        [sys.executable, "-c", _COUNTING],
        env=skynet.env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    [line] = [line for line in run.stderr.splitlines() if line.startswith("garbage ")]
    pairs = (word.rpartition("=") for word in line.split()[1:])
    return {name: int(count) for name, _, count in pairs}


def test_a_mirrored_file_leaves_no_garbage(skynet: Skynet, source: Path) -> None:
    skynet.set_up(source)
    before = _garbage(skynet)
    for number in range(_FILES):
        (source / f"file {number}").write_bytes(b"content")
    after = _garbage(skynet)
    grown = {name: n for name, n in after.items() if n - before.get(name, 0) > _FILES // 3}
    assert not grown
