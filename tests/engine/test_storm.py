"""More events than the system's queue holds, more folders than may be watched: noticed, said,
and made good (promises 1, 2 and 7). The queue's limit is the kernel's own, made small for a moment.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.core.events import State
from skynet_desktop.engine.guard import Limits
from skynet_desktop.engine.mirror import Mirror
from skynet_desktop.engine.patrol import Patrol
from tests.engine.rig import BASE, Rig, tree, wait_until
from tests.engine.watch_limit import watch_limit

_LIMITS = Path("/proc/sys/fs/inotify")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="inotify's limits"),
    pytest.mark.skipif(
        not os.access(_LIMITS / "max_queued_events", os.W_OK),
        reason="limits cannot be changed here",
    ),
]
_NO_LIMITS = Limits(count=10**9, share=1.0)

_STORM = """
import os, random, sys
root, events = sys.argv[1], int(sys.argv[2])
rng, files, number = random.Random(events), [], 0
folders = [os.path.join(root, f"d{n % 10}", f"e{n}") for n in range(50)]
for folder in folders:
    os.makedirs(folder, exist_ok=True)
while number < events:
    number += 1
    what = rng.random()
    if what < 0.4 or len(files) < 50:
        files.append(os.path.join(rng.choice(folders), f"f{number}"))
        with open(files[-1], "w") as file:
            file.write(str(number))
    elif what < 0.6:
        with open(rng.choice(files), "a") as file:
            file.write(str(number))
    elif what < 0.75:
        at = rng.randrange(len(files))
        new = os.path.join(rng.choice(folders), f"r{number}")
        os.rename(files[at], new)
        files[at] = new
    else:
        at = rng.randrange(len(files))
        files[at], files[-1] = files[-1], files[at]
        os.unlink(files.pop())
"""


@contextlib.contextmanager
def kernel_limit(name: str, value: int) -> Iterator[None]:
    """It holds for what is made while it stands."""
    limit = _LIMITS / name
    before = limit.read_text()
    limit.write_text(str(value))
    try:
        yield
    finally:
        limit.write_text(before)


@pytest.fixture
def storm_rig(tmp_path: Path) -> Iterator[Rig]:
    """Mirrors to a real folder on the same disk."""
    there = tmp_path / "there"
    there.mkdir()
    rig = Rig(tmp_path, options={"limits": _NO_LIMITS, "rescan_seconds": 86_400.0})
    rig.remote.connect = lambda: LocalConnection(path=str(there))  # type: ignore[assignment, return-value, method-assign]
    yield rig
    rig.close()


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Why sweeps were asked for."""
    found: list[str] = []
    request = Patrol.request

    def note(patrol: Patrol, reason: str, *more: float) -> None:
        found.append(reason)
        request(patrol, reason, *more)

    monkeypatch.setattr(Patrol, "request", note)
    return found


def copies(rig: Rig) -> dict[str, bytes]:
    found = tree(rig.home / "there" / BASE)
    return {path: data for path, data in found.items() if not path.startswith(".skynet/")}


def wait_for_the_same(rig: Rig, mirror: Mirror, *states: State, timeout: float) -> None:
    """Status first: what it says must be so when it says it."""

    def is_the_same() -> bool:
        return mirror.refresh()[0] in states and copies(rig) == rig.here

    wait_until(is_the_same, f"{mirror.status()}", timeout=timeout)


@pytest.mark.parametrize(
    ("events", "queue"),
    [
        (20_000, 64),
        pytest.param(200_000, 512, marks=[pytest.mark.torture, pytest.mark.timeout(1_800)]),
    ],
)
def test_a_storm_of_events(storm_rig: Rig, reasons: list[str], events: int, queue: int) -> None:
    """No timer helps: only who notices the overflow can find what was lost."""
    with kernel_limit("max_queued_events", queue):
        mirror = storm_rig.start()
        storm_rig.wait_for(mirror, State.UP_TO_DATE)
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", _STORM, str(storm_rig.root), str(events)], check=True)
    blown = time.monotonic() - began
    wait_for_the_same(storm_rig, mirror, State.UP_TO_DATE, timeout=1_200)
    overflows = reasons.count("The system dropped events.")
    print(
        f"\n{events} operations in {blown:.1f} s on a queue of {queue}: {overflows} overflows, "
        f"{len(storm_rig.here)} files mirrored {time.monotonic() - began - blown:.1f} s later"
    )
    assert overflows, "the queue was large enough: nothing was shown"
    assert not mirror.issues()


def test_folders_beyond_the_watch_limit_are_polled_and_told(storm_rig: Rig) -> None:
    for number in range(60):
        (storm_rig.root / f"d{number:02}" / "sub").mkdir(parents=True)
    with watch_limit(20):
        mirror = storm_rig.start(poll_seconds=0.3)
        storm_rig.wait_for(mirror, State.ISSUES)
        assert mirror.status().unwatched >= 100 - 20
        assert "cannot be watched" in mirror.status().reason
        for attempt in range(2):
            for number in range(60):
                path = storm_rig.root / f"d{number:02}" / "sub" / f"f{number % 7}"
                path.write_text(f"{attempt}")
            wait_for_the_same(storm_rig, mirror, State.ISSUES, timeout=60)
        (storm_rig.root / "d07/sub/f0").unlink()
        (storm_rig.root / "d59/sub").rename(storm_rig.root / "d00/moved")
        wait_for_the_same(storm_rig, mirror, State.ISSUES, timeout=60)
        assert mirror.status().unwatched, "it never says that all is watched while it is not"
