"""A missing, emptied or swapped folder is never "everything was deleted" (promise 4)."""

from __future__ import annotations

import os
import shutil
import time

import pytest

from skynet_desktop.core.errors import ConnectionLost
from skynet_desktop.core.events import State
from skynet_desktop.engine import root
from skynet_desktop.engine.mirror import Mirror, Outcome
from tests.engine.rig import Rig, put, wait_until

NAMES = [f"d{n % 3}/f{n}" for n in range(12)]


def running(rig: Rig) -> Mirror:
    for name in NAMES:
        put(rig.root / name, name)
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    return mirror


def stays(rig: Rig, seconds: float = 0.6) -> None:
    """Nothing is removed, though there is time to."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert len(rig.there) == len(NAMES)
        assert not rig.remote.named("delete")
        time.sleep(0.01)


def test_a_missing_folder(rig: Rig) -> None:
    mirror = running(rig)
    away = rig.home / "away"
    rig.root.rename(away)
    rig.wait_for(mirror, State.ACTION_REQUIRED)
    assert "not there" in mirror.status().reason
    stays(rig)
    put(away / "d0/new")
    away.rename(rig.root)
    rig.wait_for(mirror, State.UP_TO_DATE)
    wait_until(lambda: "d0/new" in rig.there)
    put(rig.root / "seen again")
    wait_until(lambda: rig.there == rig.here)


@pytest.mark.parametrize("content", [[], ["other/file"]])
def test_another_folder_in_its_place(rig: Rig, content: list[str]) -> None:
    """A share that is not mounted shows the empty folder below it."""
    mirror = running(rig)
    away = rig.home / "away"
    rig.root.rename(away)
    rig.root.mkdir()
    for name in content:
        put(rig.root / name)
    rig.wait_for(mirror, State.ACTION_REQUIRED)
    stays(rig)
    shutil.rmtree(rig.root)
    away.rename(rig.root)
    rig.wait_for(mirror, State.UP_TO_DATE)  # the right folder is back: nothing to ask
    stays(rig, 0.2)


def test_an_emptied_folder_asks(rig: Rig) -> None:
    mirror = running(rig)
    for entry in os.scandir(rig.root):
        shutil.rmtree(entry)
    rig.wait_for(mirror, State.ACTION_REQUIRED)
    stays(rig)
    assert mirror.answer(True)
    wait_until(lambda: not rig.there)
    rig.wait_for(mirror, State.UP_TO_DATE)


@pytest.mark.parametrize("swap", ["missing", "empty", "other"])
def test_the_same_while_we_were_not_running(rig: Rig, swap: str) -> None:
    for name in NAMES:
        put(rig.root / name, name)
    assert rig.once() is Outcome.MIRRORED
    rig.root.rename(rig.home / "away")
    if swap != "missing":
        rig.root.mkdir()
    if swap == "other":
        put(rig.root / "other")
    assert rig.once() is Outcome.QUESTION
    assert set(rig.there) == set(NAMES)
    assert not rig.remote.named("delete")


def test_a_restored_copy_of_the_folder_is_taken_as_it_is(rig: Rig) -> None:
    for name in NAMES:
        put(rig.root / name, name)
    rig.once()
    rig.root.rename(rig.home / "away")
    shutil.copytree(rig.home / "away", rig.root)
    assert rig.once() is Outcome.MIRRORED
    rig.assert_same()


def test_what_waited_is_not_taken_from_a_swapped_folder(rig: Rig) -> None:
    """The mapping stops and asks: also files of the old folder's names are not sent."""
    mirror = running(rig)
    rig.remote.down = ConnectionLost("Out.")
    put(rig.root / "d0/f0", "edited here")
    rig.wait_for(mirror, State.OFFLINE)
    wait_until(lambda: mirror.status().queued > 0)
    rig.root.rename(rig.home / "away")
    rig.root.mkdir()
    put(rig.root / "d0/f0", "of another disk")
    wait_until(lambda: bool(mirror.status().question))
    rig.remote.down = None
    wait_until(lambda: mirror._outage.error is None)
    end = time.monotonic() + 0.5
    wait_until(lambda: time.monotonic() > end)
    assert rig.there["d0/f0"] == b"d0/f0"


def test_yes_to_another_folder_mirrors_that_one(rig: Rig) -> None:
    mirror = running(rig)
    rig.root.rename(rig.home / "away")
    rig.root.mkdir()
    put(rig.root / "other")
    rig.wait_for(mirror, State.ACTION_REQUIRED)
    deadline = time.monotonic() + 10
    while mirror.status().state is not State.UP_TO_DATE:
        mirror.answer(True)  # to the folder, then to the removals that follow from it
        assert time.monotonic() < deadline
        time.sleep(0.05)
    rig.assert_same()


def test_a_volume_of_another_id_is_looked_into() -> None:
    """Two sticks of one make: only the volume's id tells them apart."""
    before: root.Identity = {"ino": 1, "dev": 8, "fsid": 8, "volume": "AAAA-1111"}
    assert root.differs(before, {**before, "volume": "BBBB-2222"})
    assert not root.differs(before, {"ino": 1, "dev": 8, "fsid": 8})
    assert root.differs(before, {"ino": 2, "dev": 8})
    assert not root.differs({"ino": 1, "dev": 8}, before), "written by an older version"
