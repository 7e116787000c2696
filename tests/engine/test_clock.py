"""The wall clock is set back or forward: nothing stalls, nothing is removed that was not meant."""

from __future__ import annotations

import time

import pytest

from skynet_desktop.core.errors import ConnectionLost
from skynet_desktop.core.events import State
from skynet_desktop.core.reserved import TRASH
from skynet_desktop.engine.mapping import Keep
from skynet_desktop.engine.mirror import Outcome
from tests.engine.rig import Rig, put, wait_until

_DAY = 86_400.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The wall clock as all of Python sees it, with ``off`` seconds added."""
    true, shift = time.time, {"off": 0.0}
    true_ns = time.time_ns
    monkeypatch.setattr(time, "time", lambda: true() + shift["off"])
    monkeypatch.setattr(time, "time_ns", lambda: true_ns() + int(shift["off"] * 1e9))
    return shift


@pytest.mark.parametrize("off", [-_DAY, _DAY, -400 * _DAY])
def test_removals_go_on_after_a_leap(rig: Rig, clock: dict[str, float], off: float) -> None:
    put(rig.root / "a")
    put(rig.root / "b")
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    (rig.root / "a").unlink()
    wait_until(lambda: mirror.work(), "noted")
    clock["off"] = off
    put(rig.root / "c")
    wait_until(lambda: set(rig.there) == {"b", "c"}, "removed and sent")
    rig.wait_for(mirror, State.UP_TO_DATE)


def test_a_yes_does_not_cover_what_comes_after_the_clock_was_set_back(
    rig: Rig, clock: dict[str, float]
) -> None:
    for number in range(300):
        put(rig.root / f"f{number}")
    mapping = rig.open()
    rig.sweep(mapping)
    for number in range(200):
        (rig.root / f"f{number}").unlink()
    rig.sweep(mapping)
    assert mapping.guard.question() is not None
    assert mapping.guard.answer(True)
    clock["off"] = -_DAY
    assert mapping.removals.note("f250") == 1
    covered = mapping.removals.batch(1_000, until=mapping.guard.allowed_until)
    assert len(covered) == 200
    assert "f250" not in covered


def test_an_unreachable_service_is_tried_again_in_time(rig: Rig, clock: dict[str, float]) -> None:
    rig.remote.down = ConnectionLost("Down.")
    put(rig.root / "a")
    mirror = rig.start()
    rig.wait_for(mirror, State.OFFLINE)
    clock["off"] = -_DAY
    rig.remote.down = None
    wait_until(lambda: "a" in rig.there, "sent", timeout=20)


def test_files_from_the_future_are_sent_once(rig: Rig, clock: dict[str, float]) -> None:
    put(rig.root / "a", "one")
    clock["off"] = -_DAY
    put(rig.root / "b", "two")
    assert rig.once() is Outcome.MIRRORED
    rig.assert_same()
    assert len(rig.remote.named("send")) == 2
    clock["off"] = 0.0
    assert rig.once() is Outcome.MIRRORED
    assert len(rig.remote.named("send")) == 2


def test_a_yes_does_not_outlive_its_removals(rig: Rig, clock: dict[str, float]) -> None:
    for number in range(300):
        put(rig.root / f"f{number}")
    mapping = rig.open()
    rig.sweep(mapping)
    for number in range(200):
        (rig.root / f"f{number}").unlink()
    rig.sweep(mapping)
    assert mapping.guard.answer(True)
    rig.handle(mapping)
    assert len(rig.there) == 100
    mapping.close()
    clock["off"] = -_DAY
    again = rig.open()
    assert again.removals.note("f250") == 1
    assert not again.removals.batch(10, until=again.guard.allowed_until)


def test_what_is_kept_while_the_clock_is_behind_is_not_thrown_away_too_soon(
    rig: Rig, clock: dict[str, float]
) -> None:
    rig.options |= {"keep": Keep.ALL, "keep_days": 30}
    put(rig.root / "a")
    put(rig.root / "b")
    rig.once()
    clock["off"] = -20_000 * _DAY
    (rig.root / "a").unlink()
    rig.once()
    clock["off"] = 1.1 * _DAY
    (rig.root / "b").unlink()
    rig.once()
    assert sorted(path.rpartition("/")[2] for path in rig.there if TRASH in path) == ["a", "b"]
