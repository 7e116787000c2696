"""What a verification found, on disk and in the status, and how it is put right."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.core.errors import ConnectionLost, PathDenied
from skynet_desktop.core.events import State, VerifyDone
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.guard import Limits
from skynet_desktop.engine.jobs import BIG
from skynet_desktop.engine.mapping import Keep
from skynet_desktop.engine.mirror import Outcome
from skynet_desktop.engine.status import stored_status
from skynet_desktop.engine.verifying import again as verify_again
from skynet_desktop.engine.verifying import run as verify_run
from skynet_desktop.engine.verifying.differences import Differences
from skynet_desktop.engine.verifying.report import Difference, Fault, Verified
from tests.engine.fakes import Plain, Remote
from tests.engine.rig import BASE, Rig, put, wait_until
from tests.engine.verifying.verified import (
    Reading,
    Tagging,
    flipped,
    found,
    plant,
    verify,
    verify_in,
)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_again, "_NOTED_SECONDS", 0.2)


@pytest.fixture(params=[Reading, Tagging])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    kind: type[Plain] = request.param
    made = Rig(tmp_path, Remote(kind))
    for number in range(30):
        put(made.root / f"d{number % 3}" / f"f{number:02}", b"%04d " % number * 20)
    assert made.once() == 0
    yield made
    made.close()


def damage(rig: Rig) -> set[str]:
    """One of each kind, at the remote."""
    plant(rig.remote, "d0/f00", data=flipped(rig.there["d0/f00"]))
    plant(rig.remote, "d1/f01", data=b"short")
    plant(rig.remote, "d2/f02", mtime_ns=10**18)
    del rig.remote.files[f"{BASE}/d0/f03"]
    return {"d0/f00", "d1/f01", "d2/f02", "d0/f03"}


def times(rig: Rig) -> dict[str, int]:
    return {path: rig.remote.files[f"{BASE}/{path}"][1] for path in rig.here}


# --- repair ---------------------------------------------------------------------------------


def test_a_running_mapping_puts_it_right(rig: Rig) -> None:
    damaged = damage(rig)
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    result = verify_in(mirror, deep=True)
    assert set(found(result)) == damaged
    assert mirror.repair() == 4
    wait_until(lambda: rig.there == rig.here, "repaired")
    rig.wait_for(mirror, State.UP_TO_DATE)
    assert times(rig)["d2/f02"] == (rig.root / "d2/f02").stat().st_mtime_ns
    assert verify_in(mirror, deep=True).good
    rig.assert_same()


def test_a_stopped_mapping_puts_it_right_when_it_runs(rig: Rig) -> None:
    damaged = damage(rig)
    result = verify(rig, deep=True, repair=True)
    assert (len(damaged), result.differences, result.repaired, result.good) == (4, 4, 4, True)
    assert rig.once() is Outcome.MIRRORED
    rig.assert_same()
    assert verify(rig, deep=True).differences == 0


@pytest.mark.parametrize("how", ["content", "time"])
def test_a_big_file_that_looks_right(tmp_path: Path, how: str) -> None:
    """Before a big file is sent anew it is looked for by size and time."""
    rig = Rig(tmp_path, Remote(Reading))
    data = os.urandom(BIG)
    put(rig.root / "big", data)
    assert rig.once() == 0
    if how == "time":
        plant(rig.remote, "big", mtime_ns=10**18)
    else:
        plant(rig.remote, "big", data=flipped(data))
    result = verify(rig, deep=True, repair=True)
    assert result.repaired == 1
    assert rig.once() == 0
    assert rig.there["big"] == data
    assert times(rig)["big"] == (rig.root / "big").stat().st_mtime_ns
    rig.close()


def test_what_is_too_much_goes_the_guarded_way(rig: Rig) -> None:
    """The removal is noted, and more than the limit waits for a yes, as any other."""
    for path in [*rig.here][:20]:
        (rig.root / path).unlink()
    result = verify(rig, repair=True, limits=Limits(5, 0.5))
    assert (result.differences, result.repaired) == (20, 20)
    assert rig.once(limits=Limits(5, 0.5)) is Outcome.QUESTION
    assert len(rig.there) == 30 + len(rig.remote.below(f"{BASE}/.skynet"))


def test_nothing_is_removed_that_came_back(rig: Rig) -> None:
    (rig.root / "d0/f00").rename(rig.home / "away")
    assert found(verify(rig)) == {"d0/f00": "extra"}
    (rig.home / "away").rename(rig.root / "d0/f00")
    mirror = rig.start()
    mirror.repair()
    rig.wait_for(mirror, State.UP_TO_DATE)
    rig.assert_same()


def test_a_difference_whose_file_was_deleted_since(rig: Rig) -> None:
    """It is not sent, and its wrong copy is not left behind for ever."""
    plant(rig.remote, "d0/f00", data=b"wrong")
    mirror = rig.start(paused=True)
    assert found(verify_in(mirror)) == {"d0/f00": "size"}
    (rig.root / "d0/f00").unlink()
    assert mirror.repair() == 1
    mirror.resume()
    wait_until(lambda: "d0/f00" not in rig.there, "removed")


def test_a_big_one_that_was_deleted_since(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Remote(Reading))
    data = os.urandom(BIG)
    put(rig.root / "big", data)
    put(rig.root / "small", b"x")
    assert rig.once() == 0
    plant(rig.remote, "big", data=flipped(data))
    mirror = rig.start(paused=True)
    assert found(verify_in(mirror, deep=True)) == {"big": "content"}
    (rig.root / "big").unlink()
    mirror.repair()
    mirror.resume()
    wait_until(lambda: "big" not in rig.there, "removed")
    rig.close()


def test_what_a_repair_replaces_is_kept(rig: Rig) -> None:
    """Somebody may have worked on the file at the destination."""
    plant(rig.remote, "d0/f00", data=b"somebody's work")
    verify(rig, repair=True)
    assert rig.once(keep=Keep.ALL) == 0
    assert b"somebody's work" in rig.there.values()


def test_a_repair_is_done_once(rig: Rig) -> None:
    damage(rig)
    mirror = rig.start(paused=True)
    verify_in(mirror, deep=True)
    assert (mirror.repair(), mirror.repair()) == (4, 0)


def test_a_repair_that_fails_is_an_issue(rig: Rig) -> None:
    plant(rig.remote, "d0/f00", data=b"wrong")
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    assert not verify_in(mirror).good
    rig.remote.fail[f"{BASE}/d0/f00"] = PathDenied("Not allowed.")
    mirror.repair()
    rig.wait_for(mirror, State.ISSUES)
    wait_until(mirror.issues, "the issue")


# --- the status -----------------------------------------------------------------------------


def test_the_status_tells_until_it_is_repaired(rig: Rig) -> None:
    damage(rig)
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    assert mirror.status().verified_at is None
    verify_in(mirror, deep=True)
    status = mirror.status()
    assert (status.state, status.differences) == (State.ISSUES, 4)
    assert status.reason.startswith("4 files at the destination are not as they should be")
    assert status.verified_at is not None
    mirror.repair()
    rig.wait_for(mirror, State.UP_TO_DATE)
    assert mirror.status().differences == 0


def test_the_status_tells_until_a_later_one_is_clean(rig: Rig) -> None:
    right = dict(rig.remote.files)
    damage(rig)
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    verify_in(mirror, deep=True)
    assert mirror.status().state is State.ISSUES
    rig.remote.files = right
    verify_in(mirror, deep=True)
    assert mirror.status().state is State.UP_TO_DATE


def test_a_stopped_mapping_tells_too(rig: Rig) -> None:
    assert stored_status("m", rig.state, paused=False).verified_at is None
    plant(rig.remote, "d0/f00", data=b"wrong")
    verify(rig)
    status = stored_status("m", rig.state, paused=False)
    assert (status.state, status.differences) == (State.ISSUES, 1)
    assert status.reason.startswith("1 file at the destination is not as it should be")
    assert status.verified_at is not None


def test_the_last_one_outlives_a_restart(rig: Rig) -> None:
    damage(rig)
    before = verify(rig, deep=True)
    mirror = rig.start()
    rig.wait_for(mirror, State.ISSUES)
    assert mirror.verified == before
    assert mirror.differences(2) == list(before.shown[:2])
    assert mirror.differences(9, before.shown[1].path) == list(before.shown[2:])


def test_another_place_has_no_differences(rig: Rig) -> None:
    plant(rig.remote, "d0/f00", data=b"wrong")
    assert verify(rig).differences == 1
    mirror = rig.start(remote_identity="another")
    assert (mirror.verified, mirror.status().differences) == (None, 0)


# --- the schedule ---------------------------------------------------------------------------


class Ticking:
    """Refreshes a mirror all the time, as the Engine does."""

    def __init__(self, rig: Rig, **changes: object) -> None:
        self.mirror = rig.start(**changes)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping.wait(0.02):
            self.mirror.refresh()

    def __enter__(self) -> Ticking:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()


def ends(rig: Rig) -> list[bool]:
    """Of the verifications that ended, whether they were complete."""
    return [event.complete for event in rig.events if isinstance(event, VerifyDone)]


def test_a_due_one_runs_by_itself_and_only_once(rig: Rig) -> None:
    plant(rig.remote, "d0/f00", data=flipped(rig.there["d0/f00"]))
    with Ticking(rig, verify_seconds=86_400.0, verify_deep=True) as ticking:
        wait_until(lambda: ticking.mirror.verified, "the verification that is due")
        first = ticking.mirror.verified
        assert first is not None
        assert (first.deep, found(first)) == (True, {"d0/f00": "content"})
        rig.wait_for(ticking.mirror, State.ISSUES)
        put(rig.root / "new", b"x")
        wait_until(lambda: "new" in rig.there, "other work goes on")
        assert ticking.mirror.verified is first
    mirror = ticking.mirror
    mirror.stop()
    assert mirror.join(5)
    with Ticking(rig, verify_seconds=86_400.0) as ticking:
        put(rig.root / "newer", b"x")
        wait_until(lambda: "newer" in rig.there, "it runs again")
        assert ticking.mirror.verified == first, "not due yet"


def test_none_runs_while_it_may_not(rig: Rig) -> None:
    with Ticking(rig, verify_seconds=86_400.0, paused=True) as ticking:
        put(rig.root / "new", b"x")
        wait_until(lambda: ticking.mirror.work(), "it runs")
        ticking.mirror.resume()
        wait_until(lambda: ends(rig), "now it may")
    assert ends(rig) == [True], "none began before"


def test_none_runs_while_the_service_is_away(rig: Rig) -> None:
    rig.remote.down = ConnectionLost("Not there.")
    with Ticking(rig, verify_seconds=86_400.0) as ticking:
        rig.wait_for(ticking.mirror, State.OFFLINE)
        rig.remote.down = None
        wait_until(lambda: ends(rig), "now it may")
    assert ends(rig) == [True], "none began before"


def test_a_pause_ends_one_that_began_by_itself(rig: Rig) -> None:
    gate = rig.remote.block(f"{BASE}/d0/f00")
    with Ticking(rig, verify_seconds=86_400.0, verify_deep=True) as ticking:
        assert gate.reached.wait(5)
        ticking.mirror.pause()
        wait_until(lambda: ticking.mirror.verified, "its end")
        assert ticking.mirror.verified is not None
        assert not ticking.mirror.verified.complete
        assert "tried again later" in ticking.mirror.verified.reason
        gate.opened.set()


def test_the_interval_changes_without_a_new_start(rig: Rig) -> None:
    engine = Engine(rig.bus)
    engine.start([rig.spec()])
    [mirror] = engine.mirrors()
    rig.wait_for(mirror, State.UP_TO_DATE)
    engine.update([rig.spec(verify_seconds=86_400.0)])
    assert engine.mirrors() == [mirror]
    wait_until(lambda: mirror.verified, "the verification that is due now")
    assert engine.stop()


# --- what is on disk ------------------------------------------------------------------------


def result(*, complete: bool = True) -> Verified:
    return Verified("m", False, 1.0, 2.0, complete=complete, reason="" if complete else "Lost.")


def wrong(*paths: str) -> list[Difference]:
    return [Difference(path, Fault.SIZE, "It differs.") for path in paths]


@pytest.fixture
def differences(tmp_path: Path) -> Iterator[Differences]:
    rig = Rig(tmp_path)
    yield Differences(rig.open().db)
    rig.close()


def test_a_complete_one_replaces_what_was_known(differences: Differences) -> None:
    for paths in (("a", "b"), ("b", "c", "d"), ()):
        differences.begin()
        differences.add(wrong(*paths))
        last = differences.finish(result())
        assert [d.path for d in differences.page(10)] == list(paths)
        assert (last.differences, differences.left) == (len(paths), len(paths))


def test_one_that_was_cut_off_takes_nothing_back(differences: Differences) -> None:
    differences.add(wrong("a", "b"))
    differences.finish(result())
    differences.begin()
    differences.add(wrong("b", "c"))
    last = differences.finish(result(complete=False))
    assert [d.path for d in last.shown] == ["a", "b", "c"]
    assert (last.differences, differences.left) == (3, 3)


def test_a_crash_leaves_no_half_result(differences: Differences) -> None:
    differences.add(wrong("a"))
    differences.finish(result())
    differences.begin()
    differences.add(wrong("x", "y"))
    again = Differences(differences._db)  # the app was killed and started anew
    assert [d.path for d in again.page(10)] == ["a"]
    again.begin()
    assert again.finish(result()).differences == 0


def test_pages(differences: Differences) -> None:
    names = [f"{number:05}" for number in range(7_000)]
    differences.add(wrong(*names))
    last = differences.finish(result())
    assert (last.differences, len(last.shown)) == (7_000, 1_000)
    assert [d.path for d in differences.page(3, "04999")] == ["05000", "05001", "05002"]
    differences.repaired(names[:6_999])
    assert (differences.left, [d.path for d in differences.page(9, left=True)]) == (1, ["06999"])
    assert differences.last is not None
    assert not differences.last.good
    differences.repaired(["06999"])
    assert differences.last.good


def test_names_of_undecodable_bytes(rig: Rig) -> None:
    name = os.fsdecode(b"na\xffme\n")
    put(rig.root / name, b"content")
    assert rig.once() == 0
    del rig.remote.files[f"{BASE}/{name}"]
    assert found(verify(rig)) == {name: "missing"}
    mirror = rig.start()
    rig.wait_for(mirror, State.ISSUES)
    assert [d.path for d in mirror.differences(10)] == [name]
    mirror.repair()
    wait_until(lambda: name in rig.there, "repaired")


def test_suspects_are_settled_while_a_long_one_goes_on(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found by then is not lost with the connection."""
    monkeypatch.setattr(verify_run, "_REST_SECONDS", 0.0)
    plant(rig.remote, "d0/f00", data=b"wrong")

    def cut(name: str, path: str) -> None:
        if name == "read" and path.endswith("d2/f29"):
            rig.remote.down = ConnectionLost("Gone.")

    rig.remote.before.append(cut)
    outcome = verify(rig, deep=True)
    assert (outcome.complete, found(outcome)) == (False, {"d0/f00": "size"})
