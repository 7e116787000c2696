"""The controller with the real engine, on local folders."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from skynet_desktop.app import App
from skynet_desktop.core.events import Done, State
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.stalls import Stalls
from skynet_desktop.engine.status import MappingStatus
from skynet_desktop.host.channel import ControlServer, ask
from skynet_desktop.settings import MappingSettings, Paths, ServiceSettings, Settings, store

_SECONDS = 20.0


class Home:
    """A controller on a home with the mapping Notes: ``source`` goes to ``target``."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.source, self.target = folder / "source", folder / "target"
        self.source.mkdir()
        self.target.mkdir()
        self.app = App(Paths.of(folder / "home"))
        self.app.paths.make()
        self.file = self.app.paths.settings_file
        store.add_service(self.file, ServiceSettings("disk", "local", {"path": str(self.target)}))
        self.add("Notes", self.source)
        self._qtbot = qtbot
        self.controller = Controller(self.app)
        self.settings: list[Settings] = []
        self.broken: list[str] = []
        self.trouble: list[Exception] = []
        self._listen()
        self.is_stopped = False

    def _listen(self) -> None:
        self.controller.settingsChanged.connect(self.settings.append)
        self.controller.settingsBroken.connect(self.broken.append)
        self.controller.trouble.connect(self.trouble.append)

    def add(self, name: str, source: Path, **more: object) -> None:
        made = MappingSettings(name, str(source), "disk", name.lower())
        store.add_mapping(self.file, dataclasses.replace(made, **more))  # type: ignore[arg-type]

    def again(self) -> None:
        """A new start of the program."""
        self.controller = Controller(App(self.app.paths))
        self._listen()
        self.is_stopped = False
        self.controller.start()

    def stop(self) -> bool:
        self.is_stopped = True
        return self.controller.stop()

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=int(_SECONDS * 1000))

    def status(self, name: str = "Notes") -> MappingStatus | None:
        found = self.controller.snapshot.find(name)
        return found.status if found is not None else None

    def until_state(self, state: State, name: str = "Notes") -> None:
        self.until(lambda: (now := self.status(name)) is not None and now.state is state)

    def copied(self, path: str) -> bool:
        return (self.target / "notes" / path).exists()


@pytest.fixture
def home(tmp_path: Path, qtbot: QtBot) -> Iterator[Home]:
    home = Home(tmp_path, qtbot)
    yield home
    if not home.is_stopped:
        assert home.stop()


def test_from_start_to_up_to_date(home: Home) -> None:
    (home.source / "a.txt").write_text("hello")
    seen: list[object] = []
    home.controller.events.connect(seen.extend)
    home.controller.start()
    home.until_state(State.UP_TO_DATE)
    assert (home.target / "notes" / "a.txt").read_text() == "hello"
    home.until(lambda: any(isinstance(event, Done) and event.path == "a.txt" for event in seen))
    assert home.controller.is_loaded
    assert [list(settings.mappings) for settings in home.settings] == [["Notes"]]


def test_pause_resume_and_what_is_kept_of_it(home: Home) -> None:
    home.controller.start()
    home.until_state(State.UP_TO_DATE)
    end = datetime.now().astimezone() + timedelta(hours=2)
    home.controller.pause(["Notes"], end)
    home.until_state(State.PAUSED)
    stored = store.load(home.file).mappings["Notes"]
    assert stored.paused and stored.pause_ends == pytest.approx(end.timestamp(), abs=1)
    (home.source / "later.txt").write_text("later")
    home.controller.resume()
    home.until(lambda: home.copied("later.txt"))
    home.until_state(State.UP_TO_DATE)
    assert not store.load(home.file).mappings["Notes"].paused
    home.controller.pause()
    home.until_state(State.PAUSED)
    assert store.load(home.file).mappings["Notes"].paused_until == ""


def test_a_hold_keeps_everything_and_the_last_word_counts(home: Home) -> None:
    home.controller.hold("On a metered connection, nothing is sent.")
    home.controller.start()
    home.until_state(State.PAUSED)
    status = home.status()
    assert status is not None and status.reason == "On a metered connection, nothing is sent."
    assert not store.load(home.file).mappings["Notes"].paused
    for _ in range(20):
        home.controller.hold("Once more.")
        home.controller.hold("")
    home.until_state(State.UP_TO_DATE)


def test_ignore_leaves_out_from_now_on(home: Home) -> None:
    home.controller.start()
    home.until_state(State.UP_TO_DATE)
    home.controller.ignore("Notes", "*.tmp")
    home.controller.ignore("Notes", "*.tmp")
    home.until(lambda: home.settings[-1].mappings["Notes"].ignore == ("*.tmp",))
    (home.source / "a.tmp").write_text("x")
    (home.source / "b.txt").write_text("x")
    home.until(lambda: home.copied("b.txt"))
    home.until_state(State.UP_TO_DATE)
    assert not home.copied("a.tmp")
    assert store.load(home.file).mappings["Notes"].ignore == ("*.tmp",)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="a name that is impossible")
def test_an_issue_is_read_and_tried_again(home: Home) -> None:
    (home.target / "notes").mkdir()
    (home.target / "notes" / "a.txt").mkdir()
    (home.target / "notes" / "a.txt" / "inside").write_text("in the way")
    (home.source / "a.txt").write_text("hello")
    home.controller.start()
    home.until_state(State.ISSUES)
    read: list[object] = []
    home.controller.read_issues(lambda found: read.extend(found["Notes"]))
    home.until(lambda: read)
    (home.target / "notes" / "a.txt" / "inside").unlink()
    (home.target / "notes" / "a.txt").rmdir()
    home.controller.retry("Notes", "a.txt")
    home.until_state(State.UP_TO_DATE)
    assert (home.target / "notes" / "a.txt").read_text() == "hello"


def test_a_question_is_answered(home: Home) -> None:
    home.controller.change(lambda: store.update_mapping(home.file, _with_deletes(home.file)))
    for number in range(40):
        (home.source / f"{number}.txt").write_text("x")
    home.controller.start()
    home.until_state(State.UP_TO_DATE)
    for number in range(30):
        (home.source / f"{number}.txt").unlink()
    home.controller.sync()
    home.until_state(State.ACTION_REQUIRED)
    home.controller.answer("Notes", True)
    home.until_state(State.UP_TO_DATE)
    assert len(list((home.target / "notes").glob("*.txt"))) == 10


def _with_deletes(file: Path) -> MappingSettings:
    mapping = store.load(file).mappings["Notes"]
    return dataclasses.replace(mapping, complete_sync=True, delete_limit_count=5)


def test_a_lost_service_is_back_with_a_wake(home: Home) -> None:
    home.controller.start()
    home.until_state(State.UP_TO_DATE)
    away = home.target.with_name("away")
    home.target.rename(away)
    (home.source / "a.txt").write_text("x")
    home.until_state(State.OFFLINE)
    away.rename(home.target)
    home.controller.wake()
    home.until_state(State.UP_TO_DATE)
    assert home.copied("a.txt")


def test_broken_settings_are_said_and_mended(home: Home) -> None:
    good = home.file.read_text()
    home.file.write_text(good.replace("[mappings", "[mappings]]"))
    home.controller.start()
    home.until(lambda: home.broken)
    assert str(home.file) in home.broken[0]
    assert not home.controller.is_loaded and not home.settings
    home.file.write_text(good)
    home.controller.reload()
    home.until_state(State.UP_TO_DATE)
    assert len(home.settings) == 1


def test_mended_to_what_they_were_is_said_too(home: Home) -> None:
    home.controller.start()
    home.until_state(State.UP_TO_DATE)
    good = home.file.read_text()
    home.file.write_text("nonsense")
    home.controller.reload()
    home.until(lambda: home.broken)
    home.file.write_text(good)
    home.controller.reload()
    home.until(lambda: len(home.settings) == 2)
    assert home.settings[0] == home.settings[1]


def test_a_change_that_fails_is_told_to_who_asked_or_as_trouble(home: Home) -> None:
    home.controller.start()
    home.until_state(State.UP_TO_DATE)
    told: list[Exception] = []
    home.controller.change(lambda: store.remove_mapping(home.file, "None"), None, told.append)
    home.until(lambda: told)
    assert not home.trouble
    home.controller.ignore("None", "*")
    home.until(lambda: home.trouble)


@pytest.fixture
def channel(home: Home) -> Iterator[ControlServer]:
    server = ControlServer(home.app.paths.state, home.controller.handle)
    server.start()
    yield server
    server.close()


@pytest.mark.usefixtures("channel")
def test_the_terminal_changes_settings_shows_and_quits(home: Home, qtbot: QtBot) -> None:
    home.controller.start()
    home.until_state(State.UP_TO_DATE)
    more = home.source.with_name("more")
    more.mkdir()
    home.add("More", more)
    assert ask(home.app.paths.state, {"command": "reload"}) == {}
    home.until_state(State.UP_TO_DATE, "More")
    assert list(home.settings[-1].mappings) == ["Notes", "More"]
    with qtbot.waitSignal(home.controller.placeWanted) as shown:
        assert ask(home.app.paths.state, {"command": "show"}) == {}
    assert shown.args == [Place.OVERVIEW, ""]
    with qtbot.waitSignal(home.controller.quitWanted):
        assert ask(home.app.paths.state, {"command": "quit"}) == {}
    answer = ask(home.app.paths.state, {"command": "status"})
    assert answer is not None and len(answer["mappings"]) == 2


@pytest.mark.usefixtures("channel")
def test_settings_mended_by_the_terminal_start_everything(home: Home) -> None:
    good = home.file.read_text()
    home.file.write_text("nonsense")
    home.controller.start()
    home.until(lambda: home.broken)
    answer = ask(home.app.paths.state, {"command": "reload"})
    assert answer is not None and str(home.file) in answer["error"]
    home.file.write_text(good)
    assert ask(home.app.paths.state, {"command": "reload"}) == {}
    home.until_state(State.UP_TO_DATE)


def test_stop_amid_transfers_and_the_rest_at_the_next_start(home: Home) -> None:
    for number in range(2_000):
        (home.source / f"{number}.txt").write_text("x" * 1000)
    stalls = Stalls()
    stalls.start()
    home.controller.start()
    home.until(lambda: sum(1 for _ in home.target.rglob("*.txt")) > 20)
    before = time.perf_counter()
    assert home.stop()
    assert time.perf_counter() - before < 2.0
    some = sum(1 for _ in home.target.rglob("*.txt"))
    assert some < 2_000
    home.again()
    stalls.longest = 0.0
    home.until_state(State.UP_TO_DATE)
    assert sum(1 for _ in home.target.rglob("*.txt")) == 2_000
    assert stalls.longest < 5.0, "longer than any busy machine needs"
    print("longest stall", stalls.longest)
    stalls.stop()
