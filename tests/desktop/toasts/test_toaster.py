"""Which toasts are shown and what a click does: with a played engine, and with the real one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from skynet_desktop.app import App
from skynet_desktop.core.actions import Kind as ActionKind
from skynet_desktop.core.events import Done, State
from skynet_desktop.desktop import words
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.toasts import Toaster, toaster
from skynet_desktop.desktop.toasts.wording import Toast
from skynet_desktop.engine.restoring.tally import Failure, Restored
from skynet_desktop.engine.verifying.report import Verified
from skynet_desktop.settings import (
    MappingSettings,
    Notifications,
    Paths,
    ServiceSettings,
    Settings,
    store,
)
from tests.desktop.made_controller import MadeController, view


class Stage:
    """A toaster on a system without a notification service; ``shown`` is what the tray was
    given, ``heard`` counts sounds."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        self.shown: list[Toast] = []
        self.heard = 0
        monkeypatch.setattr(toaster, "sys", SimpleNamespace(platform="win32"))
        monkeypatch.setattr(toaster, "time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(QApplication, "beep", self._beep)
        self.controller = MadeController(home)
        self.toaster = Toaster(self.controller.typed, self.shown.append)
        self.be()

    def _beep(self) -> None:
        self.heard += 1

    def be(self, state: State = State.UP_TO_DATE, **status: Any) -> None:
        chosen = self.controller.settings.notifications
        self.controller.show_views(view("Photos", state, **status))
        self._choose(chosen)

    def say(self, **notifications: object) -> None:
        self._choose(dataclasses.replace(Notifications(), **notifications))  # type: ignore[arg-type]

    def _choose(self, chosen: Notifications) -> None:
        settings = dataclasses.replace(self.controller.settings, notifications=chosen)
        self.controller.load(settings)

    def arrive(self, count: int) -> None:
        self.controller.happen(*[Done("Photos", ActionKind.SEND, "a", 100)] * count)

    def pass_(self, seconds: int) -> list[str]:
        """A look each second; titles of what was shown."""
        before = len(self.shown)
        for _ in range(seconds):
            self.now += 1
            self.toaster._look()
        return [toast.title for toast in self.shown[before:]]


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Stage]:
    stage = Stage(tmp_path / "home", monkeypatch)
    yield stage
    stage.toaster.close()


@pytest.mark.parametrize(
    ("how", "shown", "heard"), [("off", 0, 0), ("toast", 1, 0), ("sound", 0, 1), ("both", 1, 1)]
)
def test_each_class_has_its_switch(stage: Stage, how: str, shown: int, heard: int) -> None:
    stage.say(completed=how)
    stage.arrive(3)
    stage.pass_(5)
    assert (len(stage.shown), stage.heard) == (shown, heard)


def test_a_click_leads_to_its_page(stage: Stage) -> None:
    stage.arrive(3)
    stage.pass_(5)
    stage.toaster.open_last()
    assert stage.controller.calls[-1] == ("show", Place.ACTIVITY, "Photos")
    stage.be(State.ISSUES, issues=2)
    stage.pass_(15)
    stage.toaster.open_last()
    assert stage.controller.calls[-1] == ("show", Place.ISSUES, "Photos")


def test_the_grace_of_the_settings(stage: Stage) -> None:
    stage.say(grace_seconds=100)
    stage.be(State.OFFLINE)
    assert stage.pass_(99) == []
    assert stage.pass_(3) == ["nas cannot be reached"]
    stage.be()
    assert stage.pass_(3) == ["nas is back"]


def test_not_right_after_a_wake(stage: Stage) -> None:
    stage.say(grace_seconds=30)
    stage.be(State.OFFLINE)
    stage.toaster.woke()
    assert stage.pass_(85) == []
    assert stage.pass_(10) == ["nas cannot be reached"]


def test_snoozed_then_told(stage: Stage) -> None:
    stage.toaster.snooze(3600)
    stage.arrive(3)
    stage.be(State.ACTION_REQUIRED, question="Remove 30 files?")
    assert stage.pass_(60) == []
    assert stage.toaster.is_snoozed
    stage.toaster.snooze(0)
    assert stage.pass_(5) == ["Photos needs you"]
    stage.be()
    assert stage.pass_(5) == ["3 file(s) are on nas"]


def test_no_timer_runs_while_there_is_nothing_to_wait_for(stage: Stage) -> None:
    timer = stage.toaster._timer
    stage.pass_(1)
    assert not timer.isActive()
    stage.arrive(1)
    assert timer.isActive()
    stage.pass_(5)
    assert not timer.isActive()
    stage.be(State.OFFLINE)
    stage.pass_(1)
    assert timer.isActive()


def test_looks_are_not_put_off_while_much_happens(stage: Stage, qtbot: QtBot) -> None:
    stage.pass_(1)
    stage.arrive(1)
    left = stage.toaster._timer.remainingTime()
    qtbot.waitUntil(lambda: stage.toaster._timer.remainingTime() < left - 50)
    stage.be(State.UPLOADING, queued=1)
    assert stage.toaster._timer.remainingTime() < left - 50


class Mirroring:
    """The real engine on local folders, and a toaster that shows balloons."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
        self.source, self.target = folder / "source", folder / "target"
        self.source.mkdir()
        self.target.mkdir()
        app = App(Paths.of(folder / "home"))
        app.paths.make()
        file = app.paths.settings_file
        store.add_service(file, ServiceSettings("disk", "local", {"path": str(self.target)}))
        store.add_mapping(file, MappingSettings("Notes", str(self.source), "disk", "notes"))
        self.controller = Controller(app)
        self._qtbot = qtbot
        self._titles: list[str] = []
        monkeypatch.setattr(toaster, "sys", SimpleNamespace(platform="win32"))
        self.toaster = Toaster(self.controller, lambda toast: self._titles.append(toast.title))
        self.controller.settingsChanged.connect(self._hurry)

    def _hurry(self, settings: Settings) -> None:
        self.toaster._policy.grace = 1.0

    def wait_for(self, state: State) -> None:
        self._qtbot.waitUntil(lambda: self.controller.snapshot.state is state, timeout=60_000)

    def wait_until_told(self, *titles: str) -> None:
        self._qtbot.waitUntil(lambda: self._titles == list(titles), timeout=30_000)


@pytest.fixture
def mirroring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Mirroring]:
    mirroring = Mirroring(tmp_path, monkeypatch, qtbot)
    yield mirroring
    mirroring.toaster.close()
    assert mirroring.controller.stop()


def test_5000_files_are_one_toast(mirroring: Mirroring) -> None:
    for number in range(5_000):
        (mirroring.source / f"{number}.txt").write_text("x")
    mirroring.controller.start()
    mirroring.wait_for(State.UP_TO_DATE)
    mirroring.wait_until_told(f"{words.number(5_000)} file(s) are on disk")


def test_one_loss_and_one_return(mirroring: Mirroring) -> None:
    mirroring.controller.start()
    mirroring.wait_for(State.UP_TO_DATE)
    away = mirroring.target.with_name("away")
    mirroring.target.rename(away)
    (mirroring.source / "a.txt").write_text("x")
    mirroring.wait_until_told("disk cannot be reached")
    away.rename(mirroring.target)
    mirroring.controller.wake()
    mirroring.wait_for(State.UP_TO_DATE)
    told = "disk cannot be reached", "disk is back", "1 file(s) are on disk"
    mirroring.wait_until_told(*told)


def test_what_came_back_while_nobody_looked(stage: Stage) -> None:
    ended = Restored(12, 3_000, 0, 0, 0, (), True)
    stage.toaster.restored("Photos", ended)
    failed = (Failure("a.txt", "The disk is full."),)
    stage.toaster.restored("Photos", dataclasses.replace(ended, failed=failed, failures=1))
    assert [(toast.title, toast.place, toast.stays) for toast in stage.shown] == [
        ("12 file(s) are back", Place.RESTORE, False),
        ("Not everything came back", Place.RESTORE, True),
    ]
    stage.toaster.snooze(60)
    stage.toaster.restored("Photos", ended)
    assert len(stage.shown) == 2
    stage.toaster.open_last()
    assert stage.controller.calls == [("show", Place.RESTORE, "Photos")]


def test_a_verification_and_a_question_lead_to_their_windows(stage: Stage) -> None:
    stage.pass_(1)
    wrong = Verified("Photos", False, 1.0, 2.0, 9, differences=3)
    stage.controller.show_views(
        view(
            "Photos", State.ACTION_REQUIRED, question="Remove them?", about="removals",
            verified=wrong,
        )
    )  # fmt: skip
    stage.pass_(10)
    assert {(toast.title, toast.place) for toast in stage.shown} == {
        ("3 file(s) differ at the destination", Place.VERIFICATION),
        ("Photos needs you", Place.QUESTION),
    }
