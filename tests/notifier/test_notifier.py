"""The Notifier beside a real engine: what the monitor shows is what is so."""

from __future__ import annotations

import functools
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.errors import ConnectionLost, PathDenied
from skynet_desktop.core.events import PartDone, State
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.meter import Meter
from skynet_desktop.engine.workers import spawn_thread
from skynet_desktop.notifier import looker, notifier, recorder, sender
from skynet_desktop.notifier.news import Note
from skynet_desktop.notifier.notifier import Notifier
from skynet_desktop.notifier.outbox import Outbox
from skynet_desktop.notifier.outbox_file import AUDIENCE, DATABASE
from skynet_desktop.notifier.setup import Setup
from skynet_desktop.notifier.targets import Target
from skynet_desktop.notifier.told import FOLDER
from tests.engine.rig import BASE, Rig, put, wait_until
from tests.notifier.conftest import Place, sqlite_place
from tests.servers.fixtures_postgres import Database
from tests.servers.skywatch_stub import TOKEN, Stub


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, names in (
        (notifier, ("_WRITE_SECONDS",)),
        (looker, ("_FLOCK_SECONDS", "_YOUNG_SECONDS")),
        (sender, ("_FIRST_SECONDS", "_PACE_SECONDS", "_FIRST_PAUSE", "_LONGEST_PAUSE")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, 0.05)
    monkeypatch.setattr(looker, "_LIVELY_SECONDS", 0.3)
    monkeypatch.setattr(sender, "HEARTBEAT_SECONDS", 0.5)


class World:
    """A folder, a remote, an engine and a Notifier on it."""

    def __init__(self, home: Path, place: Place) -> None:
        self.rig = Rig(home)
        self.place = place
        self.home = home
        self.hide = False
        self.connect: Callable[[], Target] = place.target
        self.engine: Engine | None = None
        self.notifier: Notifier | None = None

    def setup(self, **changes: Any) -> Setup:
        values: dict[str, Any] = {
            "url": self.place.url, "machine_name": "laptop", "version": "1",
            "hide_paths": self.hide, "places": {"m": f"fake:{BASE}"},
            "connect": lambda: self.connect(),
        }  # fmt: skip
        return Setup(**{**values, **changes})

    def start(self, *, monitored: bool = True) -> None:
        self.engine = Engine(self.rig.bus)
        if monitored:
            self.notifier = Notifier(
                self.home / "app-state", self.rig.bus, self.engine, spawn_thread, self.setup()
            )
            self.notifier.start()
        self.engine.start([self.rig.spec()])

    def stop(self) -> None:
        if self.engine is not None:
            assert self.engine.stop()
            self.engine = None
        if self.notifier is not None:
            self.notifier.stop()
            self.notifier = None

    def kill(self) -> None:
        """As kill -9 would: what is in memory alone is lost, and no end is noted."""
        assert self.engine is not None and self.notifier is not None
        self.notifier._unsubscribe()
        self.notifier._stopping.set()
        self.notifier._looker.stop()
        self.notifier._sender.stop(0.5)
        self.notifier._outbox.close()
        self.notifier = None
        self.stop()

    def rests(self) -> bool:
        assert self.engine is not None
        [status] = self.engine.status()
        return status.state in (State.UP_TO_DATE, State.ISSUES)

    def wait(self) -> None:
        """Until the mapping rests."""
        wait_until(self.rests, "at rest", 30)

    def shown(self) -> dict[str, str]:
        """States by path, as the monitor has them; without those that were removed."""
        return {p: f[0] for p, f in self.place.files().items() if f[0] != "removed"}

    def is_right(self) -> bool:
        """Whether the monitor shows what the destination holds, and its state."""
        states = self.place.rows("SELECT state FROM skynet_mapping")
        there = dict.fromkeys(self.rig.there, "done")
        return self.shown() == there and states == [("up-to-date",)]

    def outbox(self) -> Path:
        return self.home / "app-state" / FOLDER / DATABASE


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, sqlite_place(tmp_path))
    yield made
    made.stop()
    made.rig.close()


def test_what_is_mirrored_is_shown(tmp_path: Path, place: Place) -> None:
    world = World(tmp_path, place)
    for number in range(30):
        put(world.rig.root / f"d{number % 3}" / f"{number}", b"x" * number)
    try:
        world.start()
        world.wait()
        wait_until(world.is_right)
        [(files, size)] = world.place.rows("SELECT sum(files), sum(bytes) FROM skynet_hour")
        assert (files, size) == (30, sum(range(30)))
        (world.rig.root / "d0" / "0").unlink()
        put(world.rig.root / "new", b"y")
        wait_until(lambda: "d0/0" not in world.rig.there and "new" in world.rig.there)
        wait_until(world.is_right)
        kinds = "SELECT kind, count(*) FROM skynet_event WHERE path != '' GROUP BY kind"
        wait_until(lambda: sorted(world.place.rows(kinds)) == [("done", 31), ("removed", 1)])
    finally:
        world.stop()
        world.rig.close()
    assert world.place.rows("SELECT state FROM skynet_machine") == [("stopped",)]


def test_a_failure_is_shown_with_its_reason_and_its_end(world: World) -> None:
    put(world.rig.root / "bad")
    world.rig.remote.fail[f"{BASE}/bad"] = PathDenied("Not allowed there.")
    world.start()
    wait_until(lambda: world.place.rows("SELECT reason FROM skynet_file WHERE state='failed'"))
    assert world.place.rows("SELECT reason FROM skynet_file") == [("Not allowed there.",)]
    world.rig.remote.fail.clear()
    (world.rig.root / "bad").unlink()  # no event tells of the end of a failure by that
    wait_until(lambda: world.place.files()["bad"][0] == "removed")
    wait_until(world.is_right)


def test_a_moved_folder_takes_its_files_along(world: World) -> None:
    for number in range(5):
        put(world.rig.root / "old" / f"{number}")
    world.start()
    world.wait()
    wait_until(world.is_right)
    (world.rig.root / "old").rename(world.rig.root / "new")
    wait_until(lambda: "new/4" in world.rig.there)
    wait_until(world.is_right)
    assert any(call.name == "move_tree" for call in world.rig.remote.calls), "not moved as a whole"


class Away:
    """A target that can be out of reach, or hang."""

    def __init__(self, inner: Target) -> None:
        self.inner = inner
        self.away = True

    def __call__(self) -> Target:
        if self.away:
            raise ConnectionLost("The monitor is away.")
        return self.inner


def test_days_without_a_monitor_and_restarts(world: World) -> None:
    away = Away(world.place.target())
    world.connect = away
    for day in range(3):
        for number in range(20):
            put(world.rig.root / f"{number}", f"day {day}", age=100 - day)
        put(world.rig.root / f"of day {day}")
        world.start()
        world.wait()
        world.stop()
    away.away = False
    world.start()
    wait_until(world.is_right)
    [(files,)] = world.place.rows("SELECT sum(files) FROM skynet_hour")
    assert files == 63
    assert world.place.count("machine") == 1
    seqs = [seq for (seq,) in world.place.rows("SELECT seq FROM skynet_event ORDER BY seq")]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))  # no line is missing


def test_somebody_new_hears_of_what_is_there_already(world: World) -> None:
    for number in range(1_200):
        put(world.rig.root / f"{number}")
    world.start(monitored=False)
    world.wait()
    world.stop()
    world.start()
    wait_until(world.is_right, timeout=30)


def test_kill_9_in_the_middle_of_a_file_is_set_right(world: World) -> None:
    """The note that it was on its way is in the outbox, and in the monitor, and nothing else."""
    put(world.rig.root / "a")
    world.start(monitored=False)
    world.wait()
    world.stop()
    folder = world.outbox().parent
    outbox = Outbox(folder)
    now = time.time() - 60
    for path in ("a", "gone"):
        outbox.tell_of("m", [(path, Note(Kind.SEND, "sending", now, 5, 1))])
    outbox.set("audience", world.setup().audience)
    outbox.told(outbox.take(10))
    outbox.close()
    world.start()
    wait_until(world.is_right)
    assert world.place.files()["gone"][0] == "removed"


def test_files_that_kill_9_took_from_memory_are_told_after_the_next_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(world.rig.root / "known")
    put(world.rig.root / "changed")
    world.start()
    wait_until(world.is_right)
    world.stop()
    when = "SELECT updated_at FROM skynet_file WHERE path='known'"
    before = world.place.rows(when)
    with monkeypatch.context() as context:
        context.setattr(notifier, "_WRITE_SECONDS", 600.0)
        put(world.rig.root / "changed", b"longer than it was")
        for number in range(30):
            put(world.rig.root / f"{number}", age=1_000_000)
        world.start()
        wait_until(lambda: len(world.rig.there) == 32)
        world.wait()
        world.kill()
    assert set(world.place.files()) == {"known", "changed"}
    world.start()
    wait_until(world.is_right)
    assert world.place.files()["changed"] == ("done", 18, 18)
    assert world.place.rows(when) == before  # nothing happened to it


def test_after_an_end_in_order_nothing_is_told_again(world: World) -> None:
    put(world.rig.root / "a")
    world.start()
    wait_until(world.is_right)
    world.stop()
    with sqlite3.connect(world.home / "monitor.db") as db:
        db.execute("DELETE FROM skynet_file")
    db.close()
    world.start()
    put(world.rig.root / "b")
    wait_until(world.place.files)
    assert set(world.place.files()) == {"b"}


def test_an_end_before_all_was_told_is_not_in_order(world: World) -> None:
    """A folder was moved, which is told of file by file, and nobody came to that."""
    world.start()
    assert world.notifier is not None
    wait_until(functools.partial(world.notifier._outbox.get, AUDIENCE))
    world.notifier._looker.stop()
    for number in range(5):
        put(world.rig.root / "old" / f"{number}")
    wait_until(lambda: len(world.rig.there) == 5)
    world.wait()
    (world.rig.root / "old").rename(world.rig.root / "new")
    wait_until(lambda: "new/4" in world.rig.there)
    world.stop()
    assert any(call.name == "move_tree" for call in world.rig.remote.calls), "not moved as a whole"
    world.start()
    wait_until(lambda: {f"new/{number}" for number in range(5)} <= world.shown().keys())


def test_a_mapping_that_left_the_settings_is_shown_as_gone(world: World) -> None:
    put(world.rig.root / "a")
    world.start()
    wait_until(world.is_right)
    assert world.engine is not None and world.notifier is not None
    world.engine.update([])
    world.notifier.update(world.setup(places={}))
    wait_until(lambda: world.place.rows("SELECT state FROM skynet_mapping") == [("removed",)])


def test_where_very_much_happens_the_end_of_it_does_not_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "_VERY_MUCH", 10)
    monkeypatch.setattr(notifier, "_MOST_ROUNDS", 10_000)
    for number in range(200):
        put(world.rig.root / f"{number}")
    world.start()
    counted = "SELECT sum(files) FROM skynet_hour"
    wait_until(lambda: world.place.rows(counted) == [(200,)], timeout=30)


def test_progress_of_a_file_is_told_once_a_second_at_most(world: World) -> None:
    world.start()
    world.wait()
    for done in range(500):
        world.rig.bus.publish(PartDone("m", "big", done, 500))
    wait_until(lambda: world.place.files().get("big") == ("sending", 500, 499))
    assert world.place.rows("SELECT count(*) FROM skynet_event WHERE path='big'") == [(0,)]


def test_a_damaged_outbox_is_set_aside_and_the_machine_stays_itself(world: World) -> None:
    put(world.rig.root / "a")
    world.start()
    wait_until(world.is_right)
    world.stop()
    data = world.outbox().read_bytes()
    world.outbox().write_bytes(data[:2_000] + b"\0" * (len(data) - 2_000))
    put(world.rig.root / "b")
    world.start()
    wait_until(world.is_right)
    assert world.place.count("machine") == 1


# --- nothing leaks ------------------------------------------------------------------------


def test_hidden_names_are_nowhere(tmp_path: Path) -> None:
    with Stub() as stub:
        world = World(tmp_path / "canary home", Place(stub.url, TOKEN, stub.rows))
        world.hide = True
        put(world.rig.root / "canary folder" / "canary file")
        put(world.rig.root / "canary bad")
        denied = PathDenied("The name canary bad, in canary folder, is not allowed.")
        world.rig.remote.fail[f"{BASE}/canary bad"] = denied
        try:
            world.start()
            world.wait()
            wait_until(lambda: stub.rows("SELECT * FROM skynet_file WHERE state='failed'"))
            states = "SELECT state FROM skynet_file WHERE state != 'removed'"
            wait_until(lambda: sorted(stub.rows(states)) == [("done",), ("failed",)])
            shutil.rmtree(world.rig.root)  # its state will name the folder
            wait_until(
                lambda: ("action-required",) in stub.rows("SELECT state FROM skynet_mapping")
            )
            time.sleep(0.3)
        finally:
            world.stop()
            world.rig.close()
        assert "canary" not in stub.everything().replace(TOKEN, "")
        assert stub.rows("SELECT DISTINCT path FROM skynet_file") == [("",)]


def test_hiding_takes_back_the_names_of_files_that_are_there(world: World) -> None:
    put(world.rig.root / "canary")
    world.start()
    wait_until(world.is_right)
    world.stop()
    world.hide = True
    world.start()
    wait_until(lambda: world.place.rows("SELECT path FROM skynet_file") == [("",)])


def test_the_token_is_nowhere_on_disk(tmp_path: Path) -> None:
    with Stub() as stub:
        place = Place(stub.url, TOKEN, stub.rows)
        world = World(tmp_path, place)
        put(world.rig.root / "a")
        try:
            world.start()
            wait_until(world.is_right)
            stub.status = 401
            put(world.rig.root / "b")
            time.sleep(0.5)
        finally:
            world.stop()
            world.rig.close()
    for path in (tmp_path / "app-state").rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes(), path


# --- never slows or stops the sync ---------------------------------------------------------


def test_a_monitor_that_hangs_does_not_hold_up_the_mirror(tmp_path: Path) -> None:
    """All is mirrored while not one report was answered."""
    with Stub() as stub:
        stub.answering.clear()
        world = World(tmp_path, Place(stub.url, TOKEN, stub.rows))
        for number in range(500):
            put(world.rig.root / f"{number}")
        try:
            world.start()
            wait_until(lambda: len(world.rig.there) == 500, timeout=30)
            assert stub.reports == []
            begun = time.monotonic()
            world.stop()
            assert time.monotonic() - begun < 2.5
            assert stub.reports == []
        finally:
            world.rig.close()


def test_a_database_that_hangs_does_not_hold_up_the_mirror(
    tmp_path: Path, database: Database
) -> None:
    world = World(tmp_path, Place(database.url(), database.password, database.rows))
    put(world.rig.root / "first")
    try:
        world.start()
        wait_until(world.is_right)
        database.server.pause()
        try:
            for number in range(300):
                put(world.rig.root / f"{number}")
            wait_until(lambda: len(world.rig.there) == 301, timeout=30)
            world.wait()
        finally:
            database.server.resume()
        wait_until(world.is_right, timeout=30)
    finally:
        world.stop()
        world.rig.close()


def test_an_engine_thread_only_leaves_a_note(world: World) -> None:
    """Nothing that an event does may wait: not even while the outbox is locked for long."""
    world.start()
    world.wait()
    assert world.notifier is not None
    held = world.notifier._outbox._file._lock
    with held:
        begun = time.monotonic()
        for number in range(2_000):
            world.rig.bus.publish(PartDone("m", f"{number}", 1, 2))
        assert time.monotonic() - begun < 5.0  # and not the ten of a lock's patience
    wait_until(lambda: len(world.place.files()) == 2_000)


def test_an_outbox_that_cannot_be_written_is_said_once_and_made_up_for(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.start()
    world.wait()
    with sqlite3.connect(world.outbox()) as other:
        full = "SELECT RAISE(FAIL, 'disk is full')"
        other.execute(f"CREATE TRIGGER full BEFORE INSERT ON file BEGIN {full}; END")
    for number in range(20):
        put(world.rig.root / f"{number}")
        time.sleep(0.02)
    wait_until(lambda: len(world.rig.there) == 20)
    world.wait()
    time.sleep(0.3)
    said = [r.getMessage() for r in caplog.records if "The sync goes on." in r.getMessage()]
    assert len(said) == 1 and "disk is full" in said[0]
    with sqlite3.connect(world.outbox()) as other:
        other.execute("DROP TRIGGER full")
    other.close()
    wait_until(world.is_right)


def test_the_same_work_is_done_with_and_without_a_monitor(tmp_path: Path) -> None:
    """The requests at the destination are the same ones, but for how files fell into batches,
    after each of which the destination settles."""
    calls = []
    for monitored in (False, True):
        world = World(tmp_path / str(monitored), sqlite_place(tmp_path))
        for number in range(100):
            put(world.rig.root / f"{number}")
        world.start(monitored=monitored)
        world.wait()
        world.stop()
        world.rig.close()
        made = [call for call in world.rig.remote.calls if call.name not in ("batch", "settle")]
        calls.append(sorted((call.name, call.path, call.dest, call.ok) for call in made))
    assert calls[0] == calls[1]
    assert len(calls[0]) >= 100


def test_a_stop_is_heard_in_the_moment_that_forgets_what_woke_it(tmp_path: Path) -> None:
    """Else the thread would end a heartbeat later, and Qt ends the program over one that has not
    ended when it does."""

    def unreachable() -> Target:
        raise ConnectionLost("There is nobody.")

    class Interrupted(threading.Event):
        times = 0

        def clear(self) -> None:
            self.times += 1
            if self.times == 2:  # the look after the first comes soon in any case
                looks.stop()
            super().clear()

    rig = Rig(tmp_path)
    outbox = Outbox(tmp_path)
    setup = Setup("", "", "", hide_paths=False, places={}, connect=unreachable)
    told = sender.Sender(outbox, unreachable, lambda _: pytest.fail("told"))
    told.heartbeat = 60.0
    looks = looker.Looker(Engine(rig.bus), outbox, Meter(), lambda: setup, told)
    looks._wanted = Interrupted()
    thread = threading.Thread(target=looks.run, daemon=True)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
    outbox.close()
