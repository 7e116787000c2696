"""What the destination holds already is found by one listing (DESIGN, section 7)."""

from __future__ import annotations

import sqlite3

import pytest

from skynet_desktop.core.errors import ConnectionLost
from skynet_desktop.engine import queue, statedb
from skynet_desktop.engine.mirror import Outcome
from tests.engine.fakes import Plain
from tests.engine.rig import BASE, Rig, put


def test_only_what_differs_is_sent(rig: Rig) -> None:
    for name in ("same", "d/same", "differs", "new"):
        put(rig.root / name, name)
    rig.remote.write(f"{BASE}/same", b"same", 5)
    rig.remote.write(f"{BASE}/d/same", b"d/same", 5)
    rig.remote.write(f"{BASE}/differs", b"DIFFERS", 5)
    rig.remote.write(f"{BASE}/foreign", b"theirs", 5)
    assert rig.once() is Outcome.MIRRORED
    assert sorted(rig.remote.paths("send")) == [f"{BASE}/differs", f"{BASE}/new"]
    assert rig.there == {**rig.here, "foreign": b"theirs"}
    assert rig.once() is Outcome.MIRRORED
    assert len(rig.remote.named("list")) == 1, "listed once, not at every start"
    assert not rig.remote.named("delete")


def test_adopted_files_are_followed_from_then_on(rig: Rig) -> None:
    put(rig.root / "a")
    put(rig.root / "b")
    rig.remote.write(f"{BASE}/a", b"x", 5)
    rig.once()
    (rig.root / "a").unlink()
    assert rig.once() is Outcome.MIRRORED
    assert set(rig.there) == {"b"}


def test_a_listing_that_broke_off_is_done_anew(rig: Rig) -> None:
    put(rig.root / "a")
    rig.remote.write(f"{BASE}/a", b"x", 5)
    rig.remote.lose_at(1)
    assert rig.once() is Outcome.MIRRORED
    assert len(rig.remote.named("list")) == 2
    assert not rig.remote.named("send")


def test_without_a_listing_all_is_sent(rig: Rig) -> None:
    rig.remote.kind = Plain
    put(rig.root / "a")
    rig.remote.write(f"{BASE}/a", b"x", 5)
    rig.once()
    assert rig.remote.paths("send") == [f"{BASE}/a"]


@pytest.mark.parametrize("database", [statedb.DATABASE, queue.DATABASE])
@pytest.mark.parametrize("damage", ["garbage", "cut", "gone"])
def test_damaged_state_is_rebuilt_without_sending_all_again(
    rig: Rig, database: str, damage: str
) -> None:
    for number in range(30):
        put(rig.root / f"f{number}", f"content {number}")
    rig.once()
    rig.remote.calls.clear()
    file = rig.state / database
    if damage == "gone":
        file.unlink()
    else:
        data = file.read_bytes()
        file.write_bytes(b"garbage" * 999 if damage == "garbage" else data[: len(data) // 2])
    put(rig.root / "f1", "edited", age=3)
    assert rig.once() is Outcome.MIRRORED
    rig.assert_same()
    assert rig.remote.paths("send") == [f"{BASE}/f1"]
    if damage != "gone":
        assert list(rig.state.glob(f"{database}.damaged-*")), "kept beside the new one"


def test_another_place_at_the_remote_is_adopted_anew(rig: Rig) -> None:
    put(rig.root / "a")
    rig.once(remote_identity="one")
    rig.remote.files.clear()
    assert rig.once(remote_identity="two") is Outcome.MIRRORED
    rig.assert_same()


def test_a_locked_database_is_not_a_damaged_one(rig: Rig) -> None:
    """Somebody looks at the state with a tool of his own while we start."""
    put(rig.root / "a")
    rig.once()
    with sqlite3.connect(rig.state / statedb.DATABASE) as db:
        db.execute("BEGIN")
        db.execute("SELECT * FROM files").fetchall()
        mapping = rig.open()
        assert mapping.index.get("a") is not None
    assert not list(rig.state.glob("*.damaged-*"))


def test_a_broken_off_listing_adopts_nothing_wrong(rig: Rig) -> None:
    put(rig.root / "a")
    rig.remote.down = ConnectionLost("Out.")
    assert rig.once() is Outcome.UNREACHABLE
    rig.remote.down = None
    assert rig.once() is Outcome.MIRRORED
    rig.assert_same()
