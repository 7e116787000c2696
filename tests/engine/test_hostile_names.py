"""Any name a file system allows goes through the whole engine unharmed (promises 1, 8 and 9);
on real services: tests/e2e/test_hostile_names.py."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from skynet_desktop.core.actions import Action, delete, move, send
from skynet_desktop.core.events import State
from skynet_desktop.core.mapper import Mapper
from tests.engine.hostile import hostile_paths, is_ours, make_files
from tests.engine.rig import Rig, wait_until
from tests.engine.simulated_connections import CAPABILITIES, connection_class
from tests.engine.simulated_world import World

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse the names")

_HOSTILE = st.sampled_from([path.rpartition(b"/")[2] for path in hostile_paths(600, seed=1)])
_ANY = st.binary(min_size=1, max_size=255).map(lambda name: name.replace(b"/", b"").strip(b"\0"))
NAMES = (_HOSTILE | _ANY).filter(
    lambda name: name not in (b"", b".", b"..") and b"\0" not in name and b"/" not in name
).map(os.fsdecode)  # fmt: skip
EXAMPLES = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


@EXAMPLES
@given(st.lists(NAMES, min_size=1, max_size=4).map("/".join))
def test_a_path_survives_the_mapper_and_the_q(path: str) -> None:
    mapper = Mapper.of("/home/it's %s/root", "/there/base")
    assert mapper.relative(mapper.local(path)) == path
    assert mapper.remote(path) == "/there/base/" + path
    for action in (send(path), delete(path), move(path, path + "2")):
        assert Action.from_json(action.to_json()) == action
        assert action.to_json().isascii()


@pytest.mark.timeout(600)  # should it fail, the simplest names take their time to be found
@settings(EXAMPLES, max_examples=60)
@given(
    names=st.lists(NAMES, min_size=2, max_size=6, unique=True),
    folder=NAMES,
    new_names=st.lists(NAMES, min_size=6, max_size=6, unique=True),
    capable=st.booleans(),
)
def test_names_come_change_and_go(
    names: list[str], folder: str, new_names: list[str], capable: bool
) -> None:
    assume(folder not in names and folder not in new_names)
    world = World(connection_class(CAPABILITIES if capable else ()))
    try:
        world.start()
        files = world.folder
        files.make_folder(folder)
        for name in names:
            files.write(name, files.content(1))
            files.write(f"{folder}/{name}", files.content(1))
        world.settle()
        for old, new in zip(names, new_names, strict=False):
            if old in files.files:  # it may be another's new name
                files.rename(old, f"{folder}/{new}")
        world.settle()
        for name in new_names[:2]:
            if f"{folder}/{name}" in files.files:
                files.delete(f"{folder}/{name}")
        files.rename(folder, names[0])
        world.settle()
        files.remove_tree(names[0])
        world.settle()
    finally:
        world.close()


def test_thousands_of_names_are_seen_as_they_come(rig: Rig) -> None:
    """By the system's events, with nothing there at the start to be swept."""
    mirror = rig.start(rescan_seconds=3_600.0)
    rig.wait_for(mirror, State.UP_TO_DATE)
    # Without the deepest: a hundred nested folders that appear one by one take their time.
    paths = [path for path in hostile_paths(2_000, seed=3) if path.count(b"/") < 20]
    make_files(rig.root, paths)
    wanted = {os.fsdecode(path) for path in paths if not is_ours(path)}
    wait_until(lambda: set(rig.there) == wanted, timeout=60)
    rig.wait_for(mirror, State.UP_TO_DATE, timeout=60)
    assert rig.there == {path: data for path, data in rig.here.items() if path in wanted}
