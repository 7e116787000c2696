"""The menu as it is built and changed, without a tray."""

from __future__ import annotations

import dataclasses
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from skynet_desktop.core.events import State
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.tray.menu import Actions, TrayMenu
from skynet_desktop.settings import Monitor, Settings
from tests.desktop.made_controller import MadeController, view


class Stage:
    """``done`` is what the menu did besides asking the controller."""

    def __init__(self, home: Path) -> None:
        self.done: list[tuple[Any, ...]] = []
        self.controller = MadeController(home)
        self.menu = TrayMenu(
            self.controller.typed,
            Actions(
                open_folder=lambda name: self.done.append(("open", name)),
                show_at_destination=lambda name: self.done.append(("there", name)),
                snooze=lambda seconds: self.done.append(("snooze", seconds)),
                open_log=lambda: self.done.append(("log",)),
                save_diagnostics=lambda: self.done.append(("diagnostics",)),
            ),
        )

    def find(self, *texts: str) -> QAction:
        """The visible one at the end of that path; texts may be beginnings."""
        menu: QMenu = self.menu
        for text in texts:
            found = [a for a in menu.actions() if a.isVisible() and a.text().startswith(text)]
            assert len(found) == 1, f"{text!r} is not one of {texts_of(menu)}"
            below = found[0].menu()
            if isinstance(below, QMenu):
                menu = below
        return found[0]

    def click(self, *texts: str) -> None:
        self.find(*texts).trigger()


def texts_of(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.isVisible() and action.text()]


@pytest.fixture
def stage(tmp_path: Path, qtbot: QtBot) -> Stage:
    stage = Stage(tmp_path / "home")
    qtbot.addWidget(stage.menu)
    return stage


def test_what_there_is_without_any_mapping(stage: Stage) -> None:
    assert texts_of(stage.menu) == [
        "Nothing is mirrored yet", "Open Skynet", "Snooze notifications", "Settings…", "Help",
        "Quit",
    ]  # fmt: skip


def test_the_first_line_cannot_be_clicked(stage: Stage) -> None:
    stage.controller.show_views(view(state=State.UPLOADING, queued=3))
    assert stage.menu.actions()[0].text() == "Uploading 1 of 3"
    assert not stage.menu.actions()[0].isEnabled()
    assert stage.find("Quit").text() == "Quit (3 waiting, continued next time)"


def test_issues_are_there_while_there_are_any(stage: Stage) -> None:
    stage.controller.show_views(view(state=State.ISSUES, issues=2))
    stage.click("2 issue(s)…")
    assert stage.controller.calls == [("show", Place.ISSUES, "")]
    stage.controller.show_views(view())
    assert not any("issue" in text for text in texts_of(stage.menu))


def test_a_question_is_led_to_while_there_is_one(stage: Stage) -> None:
    asking = view("Music", State.ACTION_REQUIRED, question="Remove them?", about="removals")
    stage.controller.show_views(view("Photos"), asking)
    stage.click("Decide about Music…")
    assert stage.controller.calls == [("show", Place.QUESTION, "Music")]
    stage.controller.show_views(view("Photos"), view("Music"))
    assert not any("Decide" in text for text in texts_of(stage.menu))


def test_pages_and_helps(stage: Stage) -> None:
    stage.click("Open Skynet")
    stage.click("Settings…")
    stage.click("Help", "About")
    stage.click("Help", "Check-up…")
    assert [call[1] for call in stage.controller.calls] == [
        Place.OVERVIEW, Place.GENERAL, Place.ABOUT, Place.CHECKUP,
    ]  # fmt: skip
    stage.click("Help", "Open log")
    stage.click("Help", "Save diagnostics…")
    stage.click("Snooze notifications", "1 hour")
    stage.click("Snooze notifications", "Not any more")
    assert stage.done == [("log",), ("diagnostics",), ("snooze", 3600.0), ("snooze", 0.0)]


def test_four_ends_of_a_pause(stage: Stage) -> None:
    stage.controller.show_views(view())
    now = datetime.now().astimezone()
    ends = []
    for text in ("30 minutes", "2 hours", "Until tomorrow", "Until resumed"):
        stage.click("Pause", text)
        what, names, until = stage.controller.calls[-1]
        assert (what, names) == ("pause", None)
        ends.append(until)
    soon, later, tomorrow, never = ends
    assert timedelta(minutes=30) <= soon - now < timedelta(minutes=31)
    assert timedelta(hours=2) <= later - now < timedelta(hours=2, minutes=1)
    assert (tomorrow.time(), tomorrow.date() - now.date()) == (time(8), timedelta(days=1))
    assert never is None


def test_pause_and_resume_by_what_is_paused(stage: Stage) -> None:
    stage.controller.show_views(view("A"), view("B"))
    assert {"Pause"} == {"Pause", "Resume"} & set(texts_of(stage.menu))
    stage.controller.show_views(view("A", State.PAUSED, paused=True), view("B"))
    assert {"Pause", "Resume"} <= set(texts_of(stage.menu))
    stage.controller.show_views(*(view(n, State.PAUSED, paused=True) for n in "AB"))
    assert {"Resume"} == {"Pause", "Resume"} & set(texts_of(stage.menu))
    stage.click("Resume")
    stage.click("Mappings", "A", "Resume")
    assert stage.controller.calls == [("resume", None), ("resume", ["A"])]


def test_each_mapping_has_its_own(stage: Stage) -> None:
    stage.controller.show_views(view("Photos"), view("Music", State.UPLOADING, queued=2))
    below = stage.find("Mappings").menu()
    assert isinstance(below, QMenu)
    assert texts_of(below) == ["Photos: Up to date", "Music: Uploading 1 of 2"]
    for text in (
        "Open folder", "Show at destination", "Sync now", "Verify", "Restore…", "Pause",
    ):  # fmt: skip
        stage.click("Mappings", "Music", text)
    assert stage.done == [("open", "Music"), ("there", "Music")]
    assert stage.controller.calls == [
        ("sync", ["Music"]), ("verify", "Music", False), ("show", Place.RESTORE, "Music"),
        ("pause", ["Music"], None),
    ]  # fmt: skip


def test_changes_are_made_in_place(stage: Stage) -> None:
    stage.controller.show_views(view("Photos"))
    before = [stage.menu.actions(), stage.find("Mappings", "Photos")]
    stage.controller.show_views(view("Photos", State.OFFLINE, reason="nas does not answer."))
    assert before == [stage.menu.actions(), stage.find("Mappings", "Photos")]
    assert stage.find("Mappings", "Photos").text() == "Photos: Offline"


def test_nothing_is_touched_that_did_not_change(stage: Stage) -> None:
    stage.controller.show_views(view("Photos", State.OFFLINE, reason="nas does not answer."))
    changed: list[object] = []
    for action in stage.menu.actions():
        action.changed.connect(lambda: changed.append(1))
    stage.find("Mappings", "Photos").changed.connect(lambda: changed.append(2))
    stage.controller.snapshotChanged.emit(stage.controller.snapshot)
    assert changed == []


def test_mappings_come_go_and_are_renamed(stage: Stage) -> None:
    def names() -> list[str]:
        below = stage.find("Mappings").menu()
        assert isinstance(below, QMenu)
        return [text.partition(":")[0] for text in texts_of(below)]

    stage.controller.show_views(view("A"), view("B"))
    assert names() == ["A", "B"]
    stage.controller.show_views(view("C"), view("B"))
    assert names() == ["C", "B"]  # in the order of the settings
    stage.click("Mappings", "C", "Sync now")
    assert stage.controller.calls == [("sync", ["C"])]
    stage.controller.show_views()
    assert "Mappings" not in texts_of(stage.menu)


def test_letters_that_mean_something_to_menus(stage: Stage) -> None:
    name = "A & <b>B</b> _c"
    stage.controller.show_views(dataclasses.replace(view(name)))
    assert stage.find("Mappings", "A").text() == "A && <b>B</b> _c: Up to date"


def test_a_web_monitor_opens_in_the_browser(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    for url in ("", "postgresql://laptop@db.example.com/skynet", "sqlite:///~/monitor.db"):
        stage.controller.load(Settings(monitor=Monitor(url=url)))
        assert "Open web monitor" not in texts_of(stage.menu)
    stage.controller.load(Settings(monitor=Monitor(url="https://skywatch.example.com/")))
    stage.click("Open web monitor")
    assert opened == ["https://skywatch.example.com/"]
