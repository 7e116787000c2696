"""A mapping knows its destination again, and asks when it is another one (engine/mark.py)."""

from __future__ import annotations

import json

import pytest

from skynet_desktop.core.errors import PathDenied
from skynet_desktop.core.events import State
from skynet_desktop.core.reserved import MARK
from skynet_desktop.engine.mirror import Outcome
from tests.engine.rig import BASE, Rig, put, wait_until
from tests.engine.trusty import Trusty

_MARK = f"{BASE}/{MARK}"


@pytest.fixture
def marked(rig: Rig) -> Rig:
    rig.remote.kind = Trusty
    for number in range(20):
        put(rig.root / f"f{number}")
    assert rig.once() is Outcome.MIRRORED
    rig.remote.calls.clear()
    return rig


def files(rig: Rig) -> dict[str, bytes]:
    return {path: data for path, data in rig.there.items() if path != MARK}


def lose_all(rig: Rig) -> None:
    for path in list(rig.remote.files):
        rig.remote.remove(path)


def test_a_known_place_costs_one_request(marked: Rig) -> None:
    assert json.loads(marked.remote.files[_MARK][0])["id"]
    marked.once()
    assert marked.remote.paths("fetch") == [_MARK]
    assert not marked.remote.named("list", "send", "stat")


def test_an_emptied_destination_asks_before_anything_is_sent(marked: Rig) -> None:
    lose_all(marked)
    put(marked.root / "new")
    assert marked.once() is Outcome.QUESTION
    assert not marked.remote.files
    assert marked.once() is Outcome.QUESTION, "and asks again"
    mirror = marked.start()
    marked.wait_for(mirror, State.ACTION_REQUIRED)
    assert mirror.status().about == "place"
    assert mirror.answer(False)
    assert mirror.status().about == "place", "a no leaves all as it is"
    assert mirror.answer(True)
    marked.wait_for(mirror, State.UP_TO_DATE)
    assert files(marked) == marked.here
    assert not mirror.status().question


def test_the_right_disk_comes_back_by_itself(marked: Rig) -> None:
    there = dict(marked.remote.files)
    lose_all(marked)
    assert marked.once() is Outcome.QUESTION
    marked.remote.files.update(there)
    assert marked.once() is Outcome.MIRRORED
    assert not marked.remote.named("send")


def test_a_removed_mark_costs_a_listing_and_no_upload(marked: Rig) -> None:
    marked.remote.remove(_MARK)
    assert marked.once() is Outcome.MIRRORED
    assert marked.remote.paths("send") == [_MARK]
    assert files(marked) == marked.here


def test_another_place_with_the_same_files_is_adopted(marked: Rig) -> None:
    """A restored backup of the destination, with the mark of another mapping and a gap."""
    marked.remote.write(_MARK, b'{"id": "somebody else"}', 5)
    marked.remote.remove(f"{BASE}/f3")
    assert marked.once() is Outcome.MIRRORED
    assert marked.remote.paths("send") == [f"{BASE}/f3"]
    assert files(marked) == marked.here


def test_a_mark_that_may_not_be_read_stops_nothing(marked: Rig) -> None:
    marked.remote.fail[_MARK] = PathDenied("Reading is not allowed.")
    put(marked.root / "new")
    assert marked.once() is Outcome.MIRRORED
    assert "new" in files(marked)


def test_garbage_in_the_mark_is_another_place(marked: Rig) -> None:
    marked.remote.write(_MARK, b"\xff not json", 5)
    assert marked.once() is Outcome.MIRRORED
    assert json.loads(marked.remote.files[_MARK][0])["id"]
    assert marked.remote.paths("send") == [_MARK]


def test_a_place_lost_while_it_runs_is_noticed_at_the_next_sign_in(marked: Rig) -> None:
    mirror = marked.start()
    marked.wait_for(mirror, State.UP_TO_DATE)
    lose_all(marked)
    marked.remote.lose_at(1)
    put(marked.root / "new")
    wait_until(lambda: mirror.status().about == "place", "asked")
    assert not files(marked)
