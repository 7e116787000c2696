"""A mirror's life: status words, pause, stop, single runs (promises 6, 7 and 9)."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from watchdog.observers.inotify_c import InotifyFD

from skynet_desktop.connections.base import Upload
from skynet_desktop.core.actions import Kind, send
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathDenied,
    PathImpossible,
    ServiceRefused,
    StorageFull,
)
from skynet_desktop.core.events import State, StateChanged
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.guard import Limits
from skynet_desktop.engine.jobs import BIG
from skynet_desktop.engine.mirror import Mirror, Outcome
from skynet_desktop.engine.status import stored_status
from tests.engine.fakes import Full
from tests.engine.rig import BASE, Rig, put, wait_until


def test_live_changes_arrive(rig: Rig) -> None:
    put(rig.root / "before")
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    put(rig.root / "a", "one", age=0)
    put(rig.root / "d/e/f", age=0)
    wait_until(lambda: rig.there == rig.here)
    (rig.root / "a").rename(rig.root / "d/a")
    (rig.root / "d").rename(rig.root / "n")
    wait_until(lambda: rig.there == rig.here)
    rig.wait_for(mirror, State.UP_TO_DATE)
    rig.assert_same()


def test_words_by_precedence(rig: Rig) -> None:
    """Each trouble hides the lesser ones and they show again when it is gone."""
    put(rig.root / "ok")
    put(rig.root / "bad")
    rig.remote.fail[f"{BASE}/bad"] = PathDenied("No.")
    mirror = rig.start()
    rig.wait_for(mirror, State.ISSUES)
    mirror.pause()
    rig.wait_for(mirror, State.PAUSED)
    rig.remote.down = ConnectionLost("Out.")
    mirror.resume()
    rig.wait_for(mirror, State.OFFLINE)
    rig.remote.down = StorageFull("Full.")
    mirror.sync()
    rig.wait_for(mirror, State.ACTION_REQUIRED)
    rig.remote.down = ServiceRefused("No.")
    mirror.sync()
    wait_until(lambda: mirror.status().reason == "No.")
    rig.remote.down = None
    mirror.resume()
    rig.wait_for(mirror, State.ISSUES)
    rig.remote.fail.clear()
    mirror.sync()
    rig.wait_for(mirror, State.UP_TO_DATE)
    words = [e.state for e in rig.events if isinstance(e, StateChanged)]
    assert State.OFFLINE in words
    assert words[-1] is State.UP_TO_DATE


def test_up_to_date_only_after_a_completed_sweep(rig: Rig) -> None:
    """Unreachable from the start: nothing is proven, and it is not said."""
    rig.remote.down = ConnectionLost("Out.")
    mirror = rig.start()
    rig.wait_for(mirror, State.OFFLINE)
    assert mirror.status().last_reconcile is None
    rig.remote.down = None
    rig.wait_for(mirror, State.UP_TO_DATE)
    assert mirror.status().last_reconcile is not None


def test_never_up_to_date_while_something_is_under_way(rig: Rig) -> None:
    gate = rig.remote.block(f"{BASE}/a")
    put(rig.root / "a")
    mirror = rig.start()
    wait_until(gate.reached.is_set)
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        assert mirror.status().state in (State.UPLOADING, State.CHECKING)
    gate.opened.set()
    rig.wait_for(mirror, State.UP_TO_DATE)


def test_a_sweep_that_ends_between_two_questions_proves_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Q was empty when it was counted, and full when the sweep was complete."""
    mirror = Mirror(rig.spec(), rig.bus, lambda target, name: None)
    real = mirror._standing.work

    def work() -> int:
        count = real()
        mirror._m.q.put(send("found by the sweep"))
        mirror._patrol.swept_at, mirror._patrol._due = time.time(), None
        return count

    monkeypatch.setattr(mirror._standing, "work", work)
    mirror._standing.connected = True
    try:
        assert mirror.status().state is not State.UP_TO_DATE
    finally:
        monkeypatch.undo()
        mirror.join(0)


def test_pause_and_resume(rig: Rig) -> None:
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    mirror.pause()
    rig.wait_for(mirror, State.PAUSED)
    put(rig.root / "a")
    wait_until(lambda: mirror.status().queued)
    assert not rig.there
    mirror.resume()
    rig.wait_for(mirror, State.UP_TO_DATE)
    rig.assert_same()


class Deaf(Full):
    """Neither stop nor close reaches it."""

    release = threading.Event()
    inside = threading.Event()

    def send_upload(self, upload: Upload) -> None:
        Deaf.inside.set()
        Deaf.release.wait(10)


@pytest.mark.parametrize("deaf", [False, True])
def test_a_blocked_transfer_does_not_hold_up_the_stop(rig: Rig, deaf: bool) -> None:
    """And the file is sent at the next start."""
    put(rig.root / "a", bytes(BIG))
    put(rig.root / "b")
    gate = rig.remote.block(f"{BASE}/a")
    Deaf.release.clear()
    Deaf.inside.clear()
    if deaf:
        rig.remote.kind = Deaf
    mirror = rig.start()
    wait_until(Deaf.inside.is_set if deaf else gate.reached.is_set)
    started = time.monotonic()
    mirror.stop()
    assert mirror.join(5)
    assert time.monotonic() - started < 2
    gate.opened.set()
    Deaf.release.set()
    rig.remote.kind = None
    assert rig.once() is Outcome.MIRRORED
    rig.assert_same()


def test_what_happened_while_we_were_away_is_found(rig: Rig) -> None:
    for name in ("a", "b", "c/d"):
        put(rig.root / name, name)
    rig.once()
    put(rig.root / "a", "edited", age=4)
    (rig.root / "b").unlink()
    (rig.root / "c").rename(rig.root / "e")
    put(rig.root / "new")
    assert rig.once() is Outcome.MIRRORED
    rig.assert_same()


# --- single runs: the terminal's exit codes ----------------------------------------------


def test_mirrored_is_0(rig: Rig) -> None:
    put(rig.root / "a")
    assert rig.once() == 0
    assert stored_status("m", rig.state, paused=False).state is State.UP_TO_DATE


def test_issues_are_3(rig: Rig) -> None:
    put(rig.root / "a")
    put(rig.root / "b")
    rig.remote.fail[f"{BASE}/a"] = PathImpossible("No such names there.")
    assert rig.once() == 3
    assert set(rig.there) == {"b"}


@pytest.mark.parametrize("error", [ConnectionLost("Out."), ServiceRefused("No.")])
def test_unreachable_is_4(rig: Rig, error: ConnectionLost) -> None:
    rig.remote.down = error
    put(rig.root / "a")
    started = time.monotonic()
    assert rig.once() == 4
    assert time.monotonic() - started < 6


def test_a_service_that_fails_at_every_transfer_is_4_too(rig: Rig) -> None:
    """Signing in works, sending never does: a single run must come to an end."""
    put(rig.root / "a")
    rig.remote.fail[f"{BASE}/a"] = ConnectionLost("Overloaded.")
    engine = Engine(rig.bus)
    timer = threading.Timer(5, engine.interrupt)
    timer.start()
    started = time.monotonic()
    outcome = engine.run_once([rig.spec()])
    took = time.monotonic() - started
    timer.cancel()
    engine.stop()
    assert took < 4
    assert outcome == 4


def test_a_question_is_5_and_new_files_are_sent_all_the_same(rig: Rig) -> None:
    rig.options["limits"] = Limits(count=3)
    for number in range(8):
        put(rig.root / f"f{number}")
    rig.once()
    for number in range(6):
        (rig.root / f"f{number}").unlink()
    put(rig.root / "new")
    assert rig.once() == 5
    put(rig.root / "newer")
    assert rig.once() == 5
    assert len(rig.there) == 10


def test_a_paused_mapping_does_not_hang_a_single_run(rig: Rig) -> None:
    put(rig.root / "a")
    engine = Engine(rig.bus)
    timer = threading.Timer(3, engine.interrupt)
    timer.start()
    started = time.monotonic()
    engine.run_once([rig.spec(paused=True)])
    took = time.monotonic() - started
    timer.cancel()
    engine.stop()
    assert took < 2


# --- what could make the status lie ------------------------------------------------------


def test_an_issue_of_a_file_that_is_gone_does_not_stay(rig: Rig) -> None:
    """Its row in the Q was lost (power loss, a damaged Q), so nothing looks at it again."""
    put(rig.root / "a")
    rig.once()
    mapping = rig.open()
    mapping.issues.add("ghost", Kind.SEND, PathDenied("No."))
    mapping.close()
    rig._mappings.clear()
    assert rig.once() is Outcome.MIRRORED


def test_a_folder_that_cannot_be_watched_is_said_and_polled(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It appears while we run: its later files are found at the polling pace, not the hourly."""
    mirror = rig.start(poll_seconds=0.3)
    rig.wait_for(mirror, State.UP_TO_DATE)
    real = InotifyFD._get_or_create_watch

    def refuse(self: InotifyFD, path: bytes, mask: Any) -> object:
        if path.endswith(b"/unseen"):
            raise OSError(28, "No space left on device")
        return real(self, path, mask)

    monkeypatch.setattr(InotifyFD, "_get_or_create_watch", refuse)
    (rig.root / "unseen").mkdir()
    rig.wait_for(mirror, State.ISSUES)
    assert mirror.status().unwatched == 1
    end = time.monotonic() + 0.5
    wait_until(lambda: time.monotonic() > end)
    put(rig.root / "unseen/file")
    wait_until(lambda: "unseen/file" in rig.there, "the unwatched file", timeout=4)


def test_stopping_twice_is_harmless(rig: Rig) -> None:
    engine = Engine(rig.bus)
    engine.start([rig.spec()])
    wait_until(lambda: engine.status()[0].state is State.UP_TO_DATE)
    assert engine.stop()
    assert engine.stop()


def test_changed_settings_start_a_mapping_anew(rig: Rig) -> None:
    put(rig.root / "a.log")
    put(rig.root / "b")
    engine = Engine(rig.bus)
    engine.start([rig.spec(ignore=("*.log",))])
    try:
        wait_until(lambda: rig.there.keys() == {"b"})
        same = engine.mirrors()
        engine.update([rig.spec(ignore=("*.log",))])
        assert engine.mirrors() == same
        engine.update([rig.spec()])
        wait_until(lambda: rig.there == rig.here)
        engine.update([])
        assert engine.status() == []
    finally:
        engine.stop()
