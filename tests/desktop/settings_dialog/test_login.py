"""Start at login: by a real click, and what is written is read back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel

from skynet_desktop.desktop import login
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.settings_dialog import SettingsDialog
from skynet_desktop.host.autostart import State
from skynet_desktop.settings import Paths
from tests.desktop.services.hand import Hand

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the entry is a file here alone")

Settings = tuple[SettingsDialog, Hand]


@pytest.fixture
def entry(person: Path) -> Path:
    return person / "config" / "autostart" / "app.skynet.desktop.desktop"


def shown(settings: Settings) -> tuple[QCheckBox, QLabel]:
    dialog, hand = settings
    dialog.show_page(Place.ABOUT)
    dialog.show_page(Place.GENERAL)
    box = dialog.findChild(QCheckBox, "autostart")
    note = dialog.findChild(QLabel, "autostart-note")
    assert isinstance(box, QCheckBox) and isinstance(note, QLabel)
    hand.until(box.isEnabled)
    return box, note


def press(box: QCheckBox) -> None:
    QTest.mouseClick(
        box,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(15, box.height() // 2),
    )


def test_a_click_writes_the_entry_and_another_takes_it_away(
    settings: Settings, entry: Path
) -> None:
    box, note = shown(settings)
    assert not box.isChecked() and not entry.exists()
    press(box)
    settings[1].until(lambda: box.isEnabled() and box.isChecked())
    written = entry.read_text()
    assert sys.executable in written and "start --minimized" in written
    assert not note.isVisible()
    press(box)
    settings[1].until(lambda: box.isEnabled() and not box.isChecked())
    assert not entry.exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("X-GNOME-Autostart-enabled=true", "X-GNOME-Autostart-enabled=false", "switched off in"),
        ("start --minimized", "start --elsewhere", "another copy"),
    ],
)
def test_an_entry_that_would_not_start_us_is_not_shown_as_on(
    settings: Settings, person: Path, entry: Path, old: str, new: str, words: str
) -> None:
    login.login_entry(Paths.of(person / "skynet")).turn_on()
    entry.write_text(entry.read_text().replace(old, new))
    box, note = shown(settings)
    settings[1].until(note.isVisible)
    assert not box.isChecked() and words in note.text()
    press(box)
    settings[1].until(lambda: box.isEnabled() and box.isChecked())
    assert old in entry.read_text() and not note.isVisible()


def test_a_folder_that_cannot_be_written_is_said(settings: Settings, entry: Path) -> None:
    box, note = shown(settings)
    entry.parent.parent.mkdir(exist_ok=True)
    entry.parent.write_text("a file where the folder should be")
    press(box)
    settings[1].until(lambda: note.isVisible())
    assert not box.isChecked() and "autostart" in note.text()


def test_each_start_mends_a_stale_entry_of_the_usual_home(
    monkeypatch: pytest.MonkeyPatch, entry: Path
) -> None:
    monkeypatch.delenv("SKYNET_HOME")
    paths = Paths.of(None)
    assert paths.relocated is None
    assert login.verify(paths) is State.OFF and not entry.exists()
    login.login_entry(paths).turn_on()
    good = entry.read_text()
    entry.write_text(good.replace(sys.executable, "/opt/old/skynet"))
    assert login.verify(paths) is State.ON and entry.read_text() == good
    entry.write_text(good + "Hidden=true\n")
    assert login.verify(paths) is State.BLOCKED


def test_another_home_leaves_the_entry_alone(person: Path, entry: Path) -> None:
    login.login_entry(Paths.of(person / "one")).turn_on()
    before = entry.read_text()
    assert login.verify(Paths.of(person / "two")) is State.STALE
    assert entry.read_text() == before
