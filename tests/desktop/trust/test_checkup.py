"""The check-up's window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from skynet_desktop.app import App
from skynet_desktop.desktop.checkup import examining
from skynet_desktop.desktop.checkup.dialog import CheckupDialog
from skynet_desktop.desktop.checkup.topics import topic_name, verdict
from skynet_desktop.doctor import Finding, Level
from tests.desktop.made_controller import MadeController
from tests.desktop.trust.conftest import Person, button, press, words

FINE = Finding("Clock", Level.OK, "It is right.")
BAD = Finding("Service nas", Level.BAD, "It does not answer.", "Switch it on.")


class Doctor:
    """Finds the first at once, the second when it is let."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.was_cancelled = threading.Event()

    def checkup(self, app: App, cancelled: threading.Event) -> Iterator[Finding]:
        yield FINE
        while not self.go_on.wait(0.01):
            if cancelled.is_set():
                self.was_cancelled.set()
                return
        yield BAD


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch) -> Doctor:
    made = Doctor()
    monkeypatch.setattr(examining, "checkup", made.checkup)
    return made


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path, doctor: Doctor) -> Iterator[CheckupDialog]:
    controller = MadeController(tmp_path / "home")
    made = CheckupDialog(controller.typed)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.findings == [FINE])
    yield made
    doctor.go_on.set()
    assert controller.jobs.stop(5)


def test_findings_appear_as_they_come(qtbot: QtBot, dialog: CheckupDialog, doctor: Doctor) -> None:
    assert words(dialog, "checkup-headline") == "Looking everything over…"
    assert not button(dialog, "check-again").isEnabled()
    doctor.go_on.set()
    qtbot.waitUntil(lambda: words(dialog, "checkup-headline") == "1 thing(s) do not work")
    press(dialog, "copy-findings")
    assert QGuiApplication.clipboard().text() == (
        "Clock · Right\nIt is right.\n\nService nas · Does not work\nIt does not answer.\n"
        "Switch it on."
    )
    press(dialog, "check-again")
    qtbot.waitUntil(lambda: dialog.findings == [FINE, BAD])


def test_closing_ends_it(qtbot: QtBot, dialog: CheckupDialog, doctor: Doctor) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(doctor.was_cancelled.is_set)


def test_what_is_said_in_one_sentence() -> None:
    warning = Finding("Disk", Level.WARNING, "It is nearly full.")
    assert verdict([FINE, warning]) == "1 thing(s) to look at"
    assert verdict([FINE]) == "Everything is fine"
    assert topic_name("Folder of Notes") == "Folder of Notes"


def test_the_real_doctor_looks_a_home_over(mirrored: Person) -> None:
    mirrored.mirror({"a.txt": "hello"})
    dialog = CheckupDialog(mirrored.controller)
    mirrored.look_at(dialog)
    mirrored.until(lambda: dialog.findings and button(dialog, "check-again").isEnabled())
    topics = {finding.topic for finding in dialog.findings}
    assert {"Clock", "Settings", "Service disk", "Folder of Notes"} <= topics
