"""A crash at any moment: after every remote operation, before it is committed (promise 5)."""

from __future__ import annotations

import contextlib
import os
import shutil

import pytest

from skynet_desktop.core.actions import delete, move, send
from skynet_desktop.core.errors import ConnectionLost
from tests.engine.rig import Rig, put

REQUESTS = {"send": "b", "move": "moved", "delete": "gone", "move_tree": "n"}


def change(rig: Rig) -> None:
    put(rig.root / "b", "edited", age=3)
    put(rig.root / "new")
    os.rename(rig.root / "a", rig.root / "moved")
    (rig.root / "gone").unlink()
    os.rename(rig.root / "d", rig.root / "n")
    shutil.rmtree(rig.root / "e")


@pytest.mark.parametrize("after_crash", ["as it is", "all changes again", "new files go"])
@pytest.mark.parametrize("request_name", list(REQUESTS))
def test_crash_after_the_remote_and_before_the_index(
    rig: Rig, request_name: str, after_crash: str
) -> None:
    for name in ("a", "b", "gone", "d/x", "d/y/z", "e/1", "e/2", "keep"):
        put(rig.root / name, name)
    mapping = rig.open()
    rig.sweep(mapping)
    change(rig)
    copy = rig.home / "copy"

    def crash(name: str, path: str) -> None:
        if name == request_name and not copy.exists():
            rig.crash_copy(mapping, copy)
            rig.remote.down = ConnectionLost("Dead.")  # a dead process asks for nothing more

    rig.remote.after.append(crash)
    hints = [send("b"), send("new"), move("a", "moved"), delete("gone"), move("d", "n")]
    with contextlib.suppress(ConnectionLost):
        rig.handle(mapping, *hints, delete("e"))
    rig.remote.after.clear()
    rig.remote.down = None
    assert copy.exists()
    mapping.close()
    rig._mappings.clear()

    rig.come_back_from(copy)
    if after_crash == "all changes again":
        put(rig.root / "b", "edited once more", age=2)
        os.rename(rig.root / "moved", rig.root / "a")
        os.rename(rig.root / "n", rig.root / "d")
        put(rig.root / "gone", "back")
    elif after_crash == "new files go":
        (rig.root / "new").unlink()
        (rig.root / "moved").unlink()
        shutil.rmtree(rig.root / "n")
    mapping = rig.open()
    assert mapping.q.counts().in_flight == 0
    rig.sweep(mapping)
    rig.assert_same()
    assert mapping.index.all_sure_below("")


def test_a_new_file_that_was_sent_and_then_went_is_known(rig: Rig) -> None:
    """Crash between the confirmation and the index, then deleted here: no orphan stays."""
    put(rig.root / "keep")
    put(rig.root / "new")
    mapping = rig.open()
    copy = rig.home / "copy"

    def crash(name: str, path: str) -> None:
        if path.endswith("/new") and not copy.exists():
            rig.crash_copy(mapping, copy)

    rig.remote.after.append(crash)
    rig.handle(mapping, send("keep"), send("new"))
    rig.remote.after.clear()
    mapping.close()
    rig._mappings.clear()
    rig.come_back_from(copy)
    (rig.root / "new").unlink()
    rig.sweep(rig.open())
    rig.assert_same()
