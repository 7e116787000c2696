"""Most untouched files rewritten at once: asked about before it reaches the remote."""

from __future__ import annotations

import os
import shutil
import time

import pytest

from skynet_desktop.core.events import AttentionNeeded, State
from skynet_desktop.engine import changes
from skynet_desktop.engine.guard import CHANGES, Limits
from skynet_desktop.engine.mirror import Outcome, stopped_would_go
from skynet_desktop.engine.statedb import StateDB
from tests.engine.rig import Rig, put, wait_until
from tests.engine.trusty import Trusty

_WEEK_NS = 7 * 86_400 * 10**9


@pytest.fixture
def old(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """200 mirrored files that lie untouched for a week, as far as the index knows."""
    monkeypatch.setattr(changes, "_BURST_SECONDS", 0.3)
    monkeypatch.setattr(changes, "_LONGEST_SECONDS", 2.0)
    rig.remote.kind = Trusty
    rig.options["complete_sync"] = False
    for number in range(200):
        put(rig.root / f"f{number}", f"content {number}", age=8 * 86_400)
    assert rig.once() is Outcome.MIRRORED
    rig.remote.calls.clear()
    return rig


def age_index(rig: Rig) -> None:
    """A ctime cannot be set: the index is told an older one, so every file looks touched."""
    db = StateDB(rig.state)
    with db.transaction() as opened:
        opened.execute("UPDATE files SET ctime_ns = ctime_ns - ?", (_WEEK_NS,))
    db.close()


def encrypt(rig: Rig, count: int) -> None:
    for number in range(count):
        put(rig.root / f"f{number}", f"ENCRYPTED {number}!", age=0)


def unchanged(rig: Rig) -> int:
    return sum(data.startswith(b"content") for data in rig.there.values())


def test_a_mass_change_asks_and_a_few_pass(old: Rig) -> None:
    age_index(old)
    encrypt(old, 150)
    put(old.root / "new", "new", age=0)
    assert old.once() is Outcome.QUESTION
    assert unchanged(old) >= 200 - 20
    assert old.there["new"] == b"new", "new files are never held up"
    questions = [event for event in old.events if isinstance(event, AttentionNeeded)]
    assert len(questions) == 1
    assert questions[0].examples
    assert old.once() is Outcome.QUESTION, "it outlives a restart"
    assert unchanged(old) >= 200 - 20, "and no restart lets more through"
    first = stopped_would_go(old.spec(), 100, "")
    assert len(first) == 100
    assert 30 <= len(stopped_would_go(old.spec(), 1_000, first[-1])) <= 100


def test_yes_sends_them(old: Rig) -> None:
    age_index(old)
    encrypt(old, 150)
    mirror = old.start()
    old.wait_for(mirror, State.ACTION_REQUIRED)
    assert mirror.status().about == CHANGES
    assert len(mirror.would_go(1_000)) >= 130
    assert mirror.would_go(3) == mirror.would_go(1_000)[:3]
    assert mirror.answer(False)
    time.sleep(0.3)
    assert unchanged(old) >= 180, "a no keeps it waiting"
    assert mirror.answer(True)
    old.wait_for(mirror, State.UP_TO_DATE, timeout=20)
    assert {p: d for p, d in old.there.items() if not p.startswith(".skynet")} == old.here


def test_files_put_back_withdraw_the_question(old: Rig) -> None:
    shutil.copytree(old.root, old.home / "backup")
    age_index(old)
    encrypt(old, 150)
    mirror = old.start()
    old.wait_for(mirror, State.ACTION_REQUIRED)
    for number in range(150):
        path = old.root / f"f{number}"
        shutil.copy2(old.home / "backup" / path.name, path)
    mirror.sync()
    old.wait_for(mirror, State.UP_TO_DATE, timeout=30)
    assert unchanged(old) == 200


def test_an_everyday_edit_of_many_files_goes_through(old: Rig) -> None:
    """Less than half: it waits for the end of the burst, and nobody is asked."""
    age_index(old)
    for number in range(90):  # the others look touched too, but have their content still
        put(old.root / f"f{number}", f"edited {number}", age=0)
    for path in old.root.iterdir():
        if path.read_bytes().startswith(b"content"):
            os.utime(path)
    db = StateDB(old.state)
    with db.transaction() as opened:  # those were not touched at all
        for path in old.root.iterdir():
            if path.read_bytes().startswith(b"content"):
                st = path.stat()
                opened.execute(
                    "UPDATE files SET mtime_ns=?, ctime_ns=? WHERE path=?",
                    (st.st_mtime_ns, st.st_ctime_ns, os.fsencode(path.name)),
                )
    db.close()
    assert old.once() is Outcome.MIRRORED
    assert unchanged(old) == 110


def test_a_touch_of_everything_asks_nothing_and_sends_nothing(old: Rig) -> None:
    age_index(old)
    for path in old.root.iterdir():
        os.utime(path)
    assert old.once() is Outcome.MIRRORED
    assert not old.remote.named("send")


def test_it_can_be_switched_off(old: Rig) -> None:
    age_index(old)
    encrypt(old, 200)
    assert old.once(limits=Limits(change_share=1.0)) is Outcome.MIRRORED
    assert unchanged(old) == 0


def test_files_that_change_all_the_time_are_never_held_up(old: Rig) -> None:
    mirror = old.start()
    old.wait_for(mirror, State.UP_TO_DATE)
    encrypt(old, 200)  # their index rows are new: written a moment ago
    wait_until(lambda: unchanged(old) == 0, "sent")
    assert not mirror.status().question
