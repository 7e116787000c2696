"""Pauses that end, holds, hours, retries: what makes a mirror wait and go on by itself."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.errors import ConnectionLost, PathDenied, ServiceRefused
from skynet_desktop.core.events import Bus, Event, State, StateChanged
from skynet_desktop.core.timetable import Timetable
from skynet_desktop.engine import outage
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.guard import Limits
from skynet_desktop.engine.mapping import Spec
from skynet_desktop.engine.mirror import Mirror
from skynet_desktop.engine.remaining import Remaining
from tests.engine.rig import BASE, Rig, put, wait_until

LONG = 3600.0


def stays_away(rig: Rig, name: str, seconds: float = 0.3) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert name not in rig.there
        time.sleep(0.01)


def closed_now() -> Timetable:
    """Hours that do not hold for some hours to come."""
    later = datetime.now() + timedelta(hours=6)
    return Timetable.of([f"daily {later:%H}:00-{later:%H}:30"])


# --- pauses that end ---------------------------------------------------------------------


def test_a_pause_ends_by_itself(rig: Rig) -> None:
    """Nobody asks for the status meanwhile: the mirror finds the end by itself."""
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    end = time.time() + 0.8
    mirror.pause(end)
    status = mirror.status()
    assert (status.state, status.paused) == (State.PAUSED, True)
    assert status.reason.startswith("Sends again at")
    assert status.paused_until is not None
    assert abs(datetime.fromisoformat(status.paused_until).timestamp() - end) <= 1
    put(rig.root / "a")
    while time.time() < end:
        assert "a" not in rig.there
        time.sleep(0.01)
    wait_until(lambda: "a" in rig.there, timeout=3)
    status = mirror.status()
    assert not status.paused
    assert status.paused_until is None


def test_a_pause_that_ended_while_we_were_away(rig: Rig) -> None:
    put(rig.root / "a")
    mirror = rig.start(paused=True, paused_until=time.time() - 1)
    rig.wait_for(mirror, State.UP_TO_DATE)
    assert not mirror.paused


def test_the_end_of_a_pause_can_be_put_off_and_taken_back(rig: Rig) -> None:
    mirror = rig.start(paused=True, paused_until=time.time() + 0.3)
    mirror.pause(time.time() + LONG)
    end = time.monotonic() + 0.5
    wait_until(lambda: time.monotonic() > end)
    assert mirror.paused
    mirror.pause()
    assert mirror.status().paused_until is None
    mirror.resume()
    rig.wait_for(mirror, State.UP_TO_DATE)


def test_a_lost_service_is_not_said_to_be_tried_while_paused(rig: Rig) -> None:
    rig.remote.down = ConnectionLost("Out.")
    mirror = rig.start()
    rig.wait_for(mirror, State.OFFLINE)
    mirror.pause()
    rig.wait_for(mirror, State.PAUSED)
    assert mirror.status().retry_at is None
    mirror.resume()
    rig.wait_for(mirror, State.OFFLINE)


# --- holds and hours ---------------------------------------------------------------------


def test_held_mappings_wait_and_say_why(rig: Rig) -> None:
    engine = Engine(rig.bus)
    engine.hold("This network is metered.")
    engine.start([rig.spec()])
    try:
        put(rig.root / "a")
        wait_until(lambda: engine.status()[0].state is State.PAUSED)
        status = engine.status()[0]
        assert (status.reason, status.paused) == ("This network is metered.", False)
        stays_away(rig, "a")
        engine.hold("")
        wait_until(lambda: engine.status()[0].state is State.UP_TO_DATE)
        assert "a" in rig.there
        engine.hold("This network is metered.")
        put(rig.root / "b")
        stays_away(rig, "b")
        engine.update([rig.spec(ignore=("c",))])
        stays_away(rig, "b")
        engine.hold("")
        wait_until(lambda: "b" in rig.there)
    finally:
        engine.stop()


def test_a_hold_stops_what_is_under_way(rig: Rig) -> None:
    gate = rig.remote.block(f"{BASE}/a")
    put(rig.root / "a")
    mirror = rig.start()
    wait_until(gate.reached.is_set)
    mirror.hold("Not now.")
    rig.wait_for(mirror, State.PAUSED)
    wait_until(lambda: mirror.status().in_flight == 0)
    assert "a" not in rig.there
    gate.opened.set()
    mirror.hold("")
    rig.wait_for(mirror, State.UP_TO_DATE)


def test_outside_of_its_hours_it_waits(rig: Rig) -> None:
    mirror = rig.start(hours=closed_now())
    put(rig.root / "a")
    rig.wait_for(mirror, State.PAUSED)
    status = mirror.status()
    assert status.reason.startswith("Sends again ")
    assert status.paused_until is not None
    assert not status.paused
    stays_away(rig, "a")
    mirror.reconfigure(rig.spec(hours=Timetable()))
    rig.wait_for(mirror, State.UP_TO_DATE)


def test_a_single_run_outside_of_its_hours_says_so(rig: Rig) -> None:
    put(rig.root / "a")
    engine = Engine(rig.bus)
    engine.run_once([rig.spec(hours=closed_now())])
    assert engine.reasons()["m"].startswith("Sends again ")
    assert engine.stop()
    assert not rig.there


def test_hours_begin_and_end_by_the_clock(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock jumps, as after a sleep: the next status notices."""
    night = Timetable.of(["daily 22:00-06:00"])
    mirror = Mirror(rig.spec(hours=night), rig.bus, lambda target, name: None)
    now = [datetime(2026, 11, 23, 12).timestamp()]
    monkeypatch.setattr(mirror._holds, "_clock", lambda: now[0])
    try:
        assert mirror.refresh() == (State.PAUSED, "Sends again at 22:00.")
        mirror._wake.clear()
        mirror.refresh()
        assert not mirror._wake.is_set()
        now[0] = datetime(2026, 11, 23, 23).timestamp()
        assert mirror.refresh() == (State.CHECKING, "")
        assert mirror._wake.is_set()
    finally:
        mirror.join(0)


# --- a service that is lost --------------------------------------------------------------


def test_when_a_lost_service_is_tried_again(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "_FIRST_PAUSE", 40.0)
    monkeypatch.setattr(outage, "_LONGEST_PAUSE", 40.0)
    rig.remote.down = ConnectionLost("Out.")
    mirror = rig.start()
    wait_until(lambda: mirror.status().retry_at)
    retry_at = datetime.fromisoformat(mirror.status().retry_at or "").timestamp()
    assert 20 < retry_at - time.time() <= 40
    assert mirror.status().as_json()["retry_at"] == mirror.status().retry_at


def test_awake_again_it_reconnects_at_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "_FIRST_PAUSE", LONG)
    monkeypatch.setattr(outage, "_LONGEST_PAUSE", LONG)
    rig.remote.down = ConnectionLost("Out.")
    mirror = rig.start()
    wait_until(lambda: mirror.status().retry_at)
    rig.remote.down = None
    for _ in range(100):
        mirror.wake()
    rig.wait_for(mirror, State.UP_TO_DATE)
    assert mirror.status().retry_at is None
    assert rig.remote.opened <= 4


def test_a_refusal_is_not_tried_again_without_a_person(rig: Rig) -> None:
    """Not after sleep, not when a hold ends, not when other settings change."""
    rig.remote.down = ServiceRefused("The password is wrong.")
    mirror = rig.start()
    rig.wait_for(mirror, State.ACTION_REQUIRED)
    opened = rig.remote.opened
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        mirror.wake()
        mirror.hold("Metered.")
        mirror.hold("")
        mirror.reconfigure(rig.spec(limits=Limits(1)))
        mirror.retry("a")
        time.sleep(0.01)
    assert rig.remote.opened == opened
    assert mirror.status().state is State.ACTION_REQUIRED
    rig.remote.down = None
    mirror.sync()
    rig.wait_for(mirror, State.UP_TO_DATE)


def test_a_parked_path_is_tried_when_asked(rig: Rig) -> None:
    put(rig.root / "a")
    put(rig.root / "b")
    for name in "ab":
        rig.remote.fail[f"{BASE}/{name}"] = PathDenied("No.")
    mirror = rig.start()
    wait_until(lambda: len(mirror.issues()) == 2)
    rig.remote.fail.clear()
    mirror.retry("a")
    wait_until(lambda: set(rig.there) == {"a"}, timeout=3)
    assert [issue.path for issue in mirror.issues()] == ["b"]


def test_a_parked_removal_is_tried_when_asked(rig: Rig) -> None:
    put(rig.root / "a")
    put(rig.root / "b")
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    rig.remote.fail[f"{BASE}/a"] = PathDenied("No.")
    (rig.root / "a").unlink()
    wait_until(lambda: [issue.action for issue in mirror.issues()] == [Kind.DELETE])
    rig.remote.fail.clear()
    mirror.retry("a")
    wait_until(lambda: set(rig.there) == {"b"}, timeout=4)
    rig.wait_for(mirror, State.UP_TO_DATE)


# --- how much is left --------------------------------------------------------------------


def test_the_bytes_that_are_left(rig: Rig) -> None:
    rig.once()
    for number in range(10):
        put(rig.root / str(number), bytes(1000))
    put(rig.root / "gone", bytes(1000)).unlink()
    mirror = rig.start(paused=True)
    wait_until(lambda: mirror.status().queued == 10)
    wait_until(lambda: mirror.status().bytes_left == 10_000, timeout=5)
    mirror.resume()
    rig.wait_for(mirror, State.UP_TO_DATE)
    assert mirror.status().bytes_left == 0, "never stale when nothing waits"


def test_the_bytes_of_many_files_are_estimated(rig: Rig) -> None:
    for number in range(1200):
        put(rig.root / f"d{number % 7}" / str(number), bytes(100))
    mapping = rig.open()
    mapping.snap.sweep()
    mapping.progress["big"] = (400, 1000)
    remaining = Remaining(mapping)
    sample = remaining.sample()
    assert sample is not None
    assert len(sample.paths) <= 500
    assert remaining.weigh(sample) == pytest.approx(1199 * 100 + 600, rel=0.02)
    assert remaining.sample() is None, "fresh"


# --- changes while it runs ---------------------------------------------------------------


def test_what_a_running_mapping_takes_over(rig: Rig) -> None:
    engine = Engine(rig.bus)
    engine.start([rig.spec()])
    try:
        [mirror] = engine.mirrors()
        wait_until(lambda: mirror.status().state is State.UP_TO_DATE)
        spec = rig.spec(limits=Limits(7), hours=closed_now())
        for new in (
            spec,
            replace(spec, paused=True),
            replace(spec, paused=True, paused_until=time.time() + LONG),
        ):
            engine.update([new])
            assert engine.mirrors() == [mirror]
            assert mirror.status().paused == new.paused
        assert mirror._m.guard.limits == Limits(7)
        engine.update([rig.spec()])
        assert engine.mirrors() == [mirror]
        wait_until(lambda: mirror.status().state is State.UP_TO_DATE)
        engine.update([replace(rig.spec(), connect=lambda: rig.remote.connect())])
        assert engine.mirrors() != [mirror], "another way to the service"
    finally:
        engine.stop()


class Slow:
    """Mirrors whose end takes a moment, and a count of those that are ending."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.release = threading.Event()
        self.told: list[str] = []
        stop, join = Mirror.stop, Mirror.join

        def told(mirror: Mirror) -> None:
            self.told.append(mirror.name)
            stop(mirror)

        def slowly(mirror: Mirror, timeout: float | None = None) -> bool:
            self.release.wait(10)
            return join(mirror, timeout)

        monkeypatch.setattr(Mirror, "stop", told)
        monkeypatch.setattr(Mirror, "join", slowly)


def test_changed_mappings_end_together_and_the_status_goes_on(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def specs(**changes: object) -> list[Spec]:
        found = []
        for name in ("m", "n", "gone"):
            (rig.home / name).mkdir(exist_ok=True)
            found.append(
                replace(
                    rig.spec(**changes), name=name, local=str(rig.home / name),
                    remote=f"{BASE}/{name}", state_folder=rig.home / "states" / name,
                )
            )  # fmt: skip
        return found

    engine = Engine(rig.bus)
    engine.start(specs())
    slow = Slow(monkeypatch)
    try:
        wait_until(lambda: {s.state for s in engine.status()} == {State.UP_TO_DATE})
        before = engine.mirrors()
        changed = specs(ignore=("x",))[:2]
        update = threading.Thread(target=engine.update, args=(changed,))
        update.start()
        wait_until(lambda: sorted(slow.told) == ["gone", "m", "n"], "all are told at once")
        started = time.monotonic()
        assert [s.name for s in engine.status()] == ["m", "n"]
        assert all(s.state is State.UP_TO_DATE for s in engine.status())
        engine.hold("")
        engine.wake()
        assert engine.waiting() == 0
        assert set(engine.issues()) == {"m", "n"}
        assert time.monotonic() - started < 1
        slow.release.set()
        update.join(10)
        assert not update.is_alive()
        assert [m.name for m in engine.mirrors()] == ["m", "n"]
        assert not {*engine.mirrors()} & {*before}
        assert all(mirror.closed for mirror in before)
    finally:
        slow.release.set()
        engine.stop()


def test_a_mapping_that_has_ended_tells_what_there_was_last(rig: Rig) -> None:
    put(rig.root / "a")
    put(rig.root / "b")
    rig.remote.fail[f"{BASE}/a"] = PathDenied("No.")
    mirror = rig.start()
    rig.wait_for(mirror, State.ISSUES)
    wait_until(lambda: "b" in rig.there)
    before = mirror.status()
    mirror.stop()
    assert mirror.join(5)
    assert mirror.status().issues == before.issues == 1
    assert [issue.path for issue in mirror.issues()] == ["a"]
    assert mirror.refresh()[0] is State.ISSUES
    mirror.sync()
    mirror.retry("a")
    assert mirror.answer(True) == ""
    assert mirror.work() == 0


def test_one_mapping_that_cannot_start_keeps_no_other_from_it(rig: Rig) -> None:
    put(rig.root / "a")
    blocked = rig.home / "file"
    blocked.write_text("in the way")
    engine = Engine(rig.bus)
    bad = replace(rig.spec(), name="bad", state_folder=blocked / "state")
    try:
        with pytest.raises(OSError):
            engine.start([bad, rig.spec()])
        wait_until(lambda: "a" in rig.there)
        assert [mirror.name for mirror in engine.mirrors()] == ["m"]
    finally:
        engine.stop()


def test_who_listens_may_ask_back_from_another_thread(rig: Rig) -> None:
    """A listener with a lock of its own, held by another thread that asks for the status."""
    bus, lock, inside = Bus(), threading.Lock(), threading.Event()
    mirror = Mirror(rig.spec(), bus, lambda target, name: None)

    def listen(event: Event) -> None:
        if isinstance(event, StateChanged):
            inside.set()
            with lock:
                pass

    bus.subscribe(listen)
    with lock:
        teller = threading.Thread(target=mirror.refresh)
        teller.start()
        assert inside.wait(5)
        answers: list[int] = []
        asker = threading.Thread(target=lambda: answers.append(mirror.work()))
        asker.start()
        asker.join(5)
        assert answers == [0]
    teller.join(5)
    mirror.join(0)
