"""The restore window, on a real mirror with a real trash."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QRadioButton, QToolButton
from pytestqt.qtbot import QtBot

from skynet_desktop.core.events import State
from skynet_desktop.desktop.restore import errand
from skynet_desktop.desktop.restore.chosen import Chosen
from skynet_desktop.desktop.restore.crumbs import Crumbs
from skynet_desktop.desktop.restore.entries import EntriesModel, EntryColumn, ordered
from skynet_desktop.desktop.restore.errand import NOTHING, together
from skynet_desktop.desktop.restore.history import HistoryDialog
from skynet_desktop.desktop.restore.outcome import facts, result
from skynet_desktop.desktop.restore.pace import Pace
from skynet_desktop.desktop.restore.times import by_minute
from skynet_desktop.desktop.restore.window import RestoreWindow
from skynet_desktop.engine.restoring.catalogue import Entry
from skynet_desktop.engine.restoring.restore import restore
from skynet_desktop.engine.restoring.tally import Failure, Restored
from tests.desktop.trust.conftest import WAIT, Person, button, press, words

FILES = {"a.txt": "hello", "sub/b.txt": "bee", "sub/deep/c.txt": "sea", "d.txt": "dee"}


@pytest.fixture
def window(mirrored: Person) -> Iterator[RestoreWindow]:
    """After a file was removed and one was replaced, each so that the old one is kept."""
    mirrored.mirror(FILES, complete_sync=True)
    (mirrored.here / "d.txt").unlink()
    mirrored.write("a.txt", "hello again")
    mirrored.controller.sync()
    mirrored.until(lambda: (mirrored.there / "a.txt").read_text() == "hello again")
    mirrored.until(lambda: not (mirrored.there / "d.txt").exists())
    mirrored.until_state(State.UP_TO_DATE)
    made = RestoreWindow(mirrored.controller, "Notes")
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    mirrored.look_at(made)
    mirrored.until(lambda: made.browser.model.rowCount())
    yield made
    made.stop()


def names(window: RestoreWindow) -> list[str]:
    model = window.browser.model
    return [model.index(row, EntryColumn.NAME).data() for row in range(model.rowCount())]


def tick(window: RestoreWindow, name: str) -> None:
    row = names(window).index(name)
    index = window.browser.model.index(row, EntryColumn.NAME)
    window.browser.view.setCurrentIndex(index)
    QTest.keyClick(window.browser.view, Qt.Key.Key_Space)


def go_on(window: RestoreWindow, mirrored: Person) -> None:
    mirrored.until(lambda: button(window, "next").isEnabled())
    press(window, "next")


def into_another_folder(window: RestoreWindow, folder: Path) -> None:
    folder.mkdir()
    radio = window.findChild(QRadioButton, "to-another-folder")
    assert isinstance(radio, QRadioButton)
    radio.setFocus()
    QTest.keyClick(radio, Qt.Key.Key_Space)
    line = window.findChild(QLineEdit, "target-folder")
    assert isinstance(line, QLineEdit)
    line.setText(str(folder))


def ended(window: RestoreWindow, mirrored: Person) -> str:
    mirrored.until(lambda: words(window, "restored"))
    return words(window, "restored")


def test_folder_by_folder_with_the_keyboard(window: RestoreWindow, mirrored: Person) -> None:
    assert names(window) == ["sub", "a.txt"]
    view = window.browser.view
    view.setCurrentIndex(window.browser.model.index(0, 0))
    QTest.keyClick(view, Qt.Key.Key_Return)
    mirrored.until(lambda: names(window) == ["deep", "b.txt"])
    assert words(window.browser.crumbs, "here") == "sub"
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    mirrored.until(lambda: names(window) == ["sub", "a.txt"])


def test_a_folder_comes_back_into_another_one(window: RestoreWindow, mirrored: Person) -> None:
    tick(window, "sub")
    mirrored.until(lambda: words(window, "chosen") == "Chosen: 2 file(s), 6 bytes")
    go_on(window, mirrored)
    assert words(window, "what") == "2 file(s), 6 bytes will come back"
    target = mirrored.home / "elsewhere"
    into_another_folder(window, target)
    go_on(window, mirrored)
    assert ended(window, mirrored).startswith("2 file(s) are back")
    found = {p.relative_to(target).as_posix(): p.read_text() for p in target.rglob("*.txt")}
    assert found == {"sub/b.txt": "bee", "sub/deep/c.txt": "sea"}
    there = (mirrored.there / "sub" / "b.txt").stat().st_mtime_ns
    assert (target / "sub" / "b.txt").stat().st_mtime_ns == there


def test_what_was_removed_is_found_and_comes_back_to_its_place(
    window: RestoreWindow, mirrored: Person
) -> None:
    QTest.keyClicks(window.browser.search, "d.txt")
    mirrored.until(lambda: names(window) == ["d.txt"])
    tick(window, "d.txt")
    go_on(window, mirrored)
    told: list[tuple[str, Restored]] = []
    window.ended.connect(lambda name, how: told.append((name, how)))
    go_on(window, mirrored)
    assert ended(window, mirrored).startswith("1 file(s) are back")
    assert (mirrored.here / "d.txt").read_text() == "dee"
    assert [(name, how.files) for name, how in told] == [("Notes", 1)]


def test_as_it_was_before(window: RestoreWindow, mirrored: Person) -> None:
    box = window.findChild(QComboBox, "as-of")
    assert isinstance(box, QComboBox)
    mirrored.until(lambda: box.count() > 2)
    box.setCurrentIndex(box.count() - 2)  # the earliest moment
    mirrored.until(lambda: "d.txt" in names(window))
    assert len(window.browser.chosen) == 0
    press(window, "choose-all")
    mirrored.until(lambda: words(window, "chosen").startswith("Chosen: 4 file(s)"))
    go_on(window, mirrored)
    target = mirrored.home / "then"
    into_another_folder(window, target)
    go_on(window, mirrored)
    ended(window, mirrored)
    assert {p.relative_to(target).as_posix(): p.read_text() for p in target.rglob("*.txt")} == FILES


def test_one_version_beside_the_present_one(window: RestoreWindow, mirrored: Person) -> None:
    row = names(window).index("a.txt")
    window.browser.view.setCurrentIndex(window.browser.model.index(row, 0))
    press(window, "show-versions")
    mirrored.until(lambda: window.findChildren(HistoryDialog))
    [history] = window.findChildren(HistoryDialog)
    versions = history.findChild(QListWidget, "versions")
    assert isinstance(versions, QListWidget)
    assert versions.count() == 2
    versions.setCurrentRow(1)
    press(history, "choose-version")
    go_on(window, mirrored)
    go_on(window, mirrored)
    assert ended(window, mirrored).startswith("1 file(s) are back")
    assert "got a new name" in words(window, "restored-facts")
    texts = sorted(p.read_text() for p in mirrored.here.glob("a*.txt"))
    assert texts == ["hello", "hello again"]


def test_a_closed_window_goes_on_and_tells(
    window: RestoreWindow, mirrored: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_ahead = threading.Event()

    def held(*given: Any, **more: Any) -> Restored:
        assert go_ahead.wait(WAIT / 1000)
        return restore(*given, **more)

    monkeypatch.setattr(errand, "restore", held)
    press(window, "choose-all")
    go_on(window, mirrored)
    into_another_folder(window, mirrored.home / "elsewhere")
    told: list[Restored] = []
    window.ended.connect(lambda _, how: told.append(how))
    go_on(window, mirrored)
    window.close()
    assert not window.isVisible()
    go_ahead.set()
    mirrored.until(lambda: told)
    assert told[0].complete and told[0].files == 3


def test_stop_is_said_and_the_rest_can_be_had_later(
    window: RestoreWindow, mirrored: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: Any, stopping: threading.Event, **more: Any) -> Restored:
        assert stopping.wait(WAIT / 1000)
        return replace(NOTHING, complete=False, reason="Stopped.")

    monkeypatch.setattr(errand, "restore", slow)
    press(window, "choose-all")
    go_on(window, mirrored)
    into_another_folder(window, mirrored.home / "elsewhere")
    go_on(window, mirrored)
    press(window, "stop-restoring")
    assert ended(window, mirrored) == "Nothing came back"
    assert words(window, "restored-facts").startswith("It was stopped.\nBegin again")
    monkeypatch.undo()
    press(window, "back")
    go_on(window, mirrored)
    go_on(window, mirrored)
    assert ended(window, mirrored).startswith("3 file(s) are back")


def test_a_destination_that_cannot_be_read_is_said(mirrored: Person) -> None:
    mirrored.mirror(FILES)
    os.rename(mirrored.home / "disk", mirrored.home / "unplugged")
    window = RestoreWindow(mirrored.controller, "Notes")
    mirrored.look_at(window)
    mirrored.until(lambda: window._pages.currentWidget() is window._trouble)
    os.rename(mirrored.home / "unplugged", mirrored.home / "disk")
    press(window, "read-anew")
    mirrored.until(lambda: names(window) == ["sub", "a.txt", "d.txt"])
    window.stop()


# --- without a window -------------------------------------------------------------------


def test_what_is_chosen_holds_what_is_in_it() -> None:
    chosen = Chosen()
    chosen.add("a/b", None)
    chosen.add("a", None)
    assert chosen.by_time() == [(None, ["a"])]
    assert chosen.above("a/b/c", None) and not chosen.above("ab/c", None)
    assert not chosen.above("a/old", 5.0)  # it was not in it now
    chosen.add("a/old", 5.0, beside=True)
    assert chosen.by_time() == [(None, ["a"]), (5.0, ["a/old"])]
    chosen.add("", None)
    assert chosen.by_time() == [(5.0, ["a/old"]), (None, [""])]
    chosen.add("a/b", 7.0)  # a version of a file in it: the last choice counts
    assert not chosen.holds("")


def test_two_hundred_thousand_entries_stay_quick(qtbot: QtBot) -> None:
    entries = [Entry(f"{n}.jpg", f"{n}.jpg", False, n, n, None, 1) for n in range(200_000)]
    parent = QLineEdit()
    qtbot.addWidget(parent)
    model = EntriesModel(Chosen(), parent)
    before = time.perf_counter()
    model.show(entries, None, with_paths=False)
    model.toggle([5])
    assert time.perf_counter() - before < 0.1
    assert model.rowCount() == 200_000


def test_folders_come_first_whichever_way_files_are_sorted() -> None:
    folder = Entry("z", "z", True, 0, None, None, 0)
    small, large = (Entry(n, n, False, s, 1, None, 1) for n, s in (("b", 1), ("a", 2)))
    by_size = ordered([small, folder, large], EntryColumn.SIZE, True)
    assert by_size == [folder, large, small]
    assert ordered([small, folder, large], EntryColumn.NAME, False) == [folder, large, small]


def test_crumbs_of_a_deep_place_lead_to_the_first_and_the_last(qtbot: QtBot) -> None:
    crumbs = Crumbs("Notes")
    qtbot.addWidget(crumbs)
    crumbs.resize(600, 60)
    crumbs.show()
    crumbs.show_path("1/2/3/4/5/6/7")
    wanted: list[str] = []
    crumbs.wanted.connect(wanted.append)
    assert words(crumbs, "here") == "7"
    steps = [each for each in crumbs.findChildren(QToolButton) if each.isVisible()]
    assert [each.text() for each in steps] == ["Notes", "…", "5", "6"]
    for each in steps:
        each.click()
    assert wanted == ["", "1/2/3/4", "1/2/3/4/5", "1/2/3/4/5/6"]


def test_moments_of_one_minute_are_one_choice() -> None:
    minute = 1_700_000_040.0
    found = by_minute([minute + 70, minute + 50, minute + 10, minute])
    assert list(found.values()) == [minute + 70, minute]


def test_pace() -> None:
    pace = Pace()
    assert pace.eta(100) is None
    for second in range(20):
        pace.feed(float(second), second * 50)
    assert pace.speed == pytest.approx(50)
    assert pace.eta(500) == pytest.approx(10)


def test_what_is_said_of_an_end() -> None:
    failed = (Failure("a", "The disk is full."),)
    one = Restored(3, 30, 1, 2, 1, failed, False, "The service was lost.", 1, 1, 5)
    said = facts(one)
    assert said[0] == "The service was lost."
    assert any("5 file(s) did not come back" in each for each in said)
    assert result(NOTHING) == "Everything was there already"
    assert result(Restored(0, 0, 0, 0, 0, failed, True)) == "Nothing came back"
    both = together(one, one)
    assert (both.files, both.failures, len(both.failed), both.complete) == (6, 10, 2, False)
