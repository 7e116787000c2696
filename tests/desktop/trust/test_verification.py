"""The window of a verification, on the real engine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop import paging
from skynet_desktop.desktop.verify import verdict
from skynet_desktop.desktop.verify.dialog import VerificationDialog
from skynet_desktop.desktop.verify.model import DifferenceColumn, DifferencesModel
from skynet_desktop.engine.verifying.report import Difference, Fault, Verified, Verifying
from tests.desktop.made_controller import MadeController, MadeMirror, view
from tests.desktop.trust.conftest import Person, button, press, words

MANY = 100_000


def test_from_never_to_wrong_to_right(mirrored: Person, tmp_path: Path) -> None:
    mirrored.mirror({"a.txt": "hello", "b/c.txt": "world", "d.txt": "same"})
    dialog = VerificationDialog(mirrored.controller, "Notes")
    mirrored.look_at(dialog)
    assert dialog._pages.currentWidget() is dialog._never
    (mirrored.there / "a.txt").unlink()
    there = mirrored.there / "b" / "c.txt"
    before = there.stat()
    there.write_text("wXrld")
    os.utime(there, ns=(before.st_atime_ns, before.st_mtime_ns))
    menu = button(dialog, "verify").menu()
    assert menu is not None
    menu.actions()[1].trigger()  # read everything back
    mirrored.until(lambda: dialog.list.model.rowCount() == 2)
    shown = {
        dialog.list.model.row(n).path: dialog.list.model.index(n, DifferenceColumn.WHAT).data()
        for n in range(2)
    }
    assert shown == {"a.txt": "Missing there", "b/c.txt": "Other content"}
    mirrored.until(lambda: words(dialog, "result") == "2 difference(s)")
    file = tmp_path / "report.txt"
    dialog.save_to(str(file))
    mirrored.until(lambda: "report.txt" in words(dialog, "verification-said"))
    text = file.read_text("utf-8")
    assert "a.txt\n    Missing there:" in text and "b/c.txt\n    Other content:" in text
    press(dialog, "repair")
    mirrored.until(lambda: there.read_text() == "world" and (mirrored.there / "a.txt").exists())
    mirrored.until(lambda: dialog._pages.currentWidget() is dialog._mending)
    dialog._on_verify(True)
    mirrored.until(lambda: dialog._pages.currentWidget() is dialog._right)
    assert mirrored.view.verified is not None and mirrored.view.verified.good


@pytest.fixture
def many() -> list[Difference]:
    return [
        Difference(f"{n // 1000:03}/{n:06}.jpg", Fault.MISSING, "It is not there.")
        for n in range(MANY)
    ]


def test_a_hundred_thousand_differences_are_read_as_one_scrolls(
    qtbot: QtBot, tmp_path: Path, many: list[Difference]
) -> None:
    controller = MadeController(tmp_path / "home")
    mirror = controller.mirrors["Photos"] = MadeMirror(differences=many)
    model = DifferencesModel(controller.typed, "Photos", controller)
    model.search("")
    qtbot.waitUntil(lambda: model.rowCount() == paging.PAGE)
    assert mirror.reads == 1
    while model.canFetchMore():
        before = model.rowCount()
        model.fetchMore()
        qtbot.waitUntil(lambda before=before: model.rowCount() > before or not model.has_more)  # type: ignore[misc]
    assert [model.row(n).path for n in range(model.rowCount())] == [each.path for each in many]
    model.search("099999")
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert model.row(0).path == "099/099999.jpg"
    model.search("00.jpg")  # one in a hundred: pages are read until there is enough to show
    qtbot.waitUntil(lambda: model.rowCount() >= paging.PAGE)
    assert model.has_more
    model.search("no such name")
    with qtbot.waitSignal(model.ready):
        pass
    assert model.rowCount() == 0 and not model.has_more
    assert controller.jobs.stop(5)


def test_the_window_follows_what_is_begun_elsewhere(qtbot: QtBot, tmp_path: Path) -> None:
    controller = MadeController(tmp_path / "home")
    dialog = VerificationDialog(controller.typed, "Photos")
    qtbot.addWidget(dialog)
    dialog.show()
    controller.show_views(view(verifying=Verifying(False, 3, 10, 100, 0)))
    assert dialog._bar.value() == 300
    press(dialog, "stop")
    assert controller.calls == [("stop_verifying", "Photos")]
    stopped = Verified("Photos", False, 1.0, 2.0, 3, 100, complete=False, reason="It was stopped.")
    controller.show_views(view(verified=stopped))
    assert words(dialog, "result") == "It did not come to its end"
    assert not button(dialog, "repair").isEnabled()
    assert dialog.list.isHidden()


def test_nothing_to_repair_from_here_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    controller = MadeController(tmp_path / "home")
    locked = Difference("a", Fault.UNREADABLE, "It is locked.", repairable=False)
    controller.mirrors["Photos"] = MadeMirror(differences=[locked])
    dialog = VerificationDialog(controller.typed, "Photos")
    qtbot.addWidget(dialog)
    dialog.show()
    controller.show_views(view(verified=Verified("Photos", False, 1.0, 2.0, 3, differences=1)))
    press(dialog, "repair")
    qtbot.waitUntil(lambda: "None of these" in words(dialog, "verification-said"))
    assert controller.jobs.stop(5)


def test_a_mapping_removed_meanwhile_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    controller = MadeController(tmp_path / "home")
    dialog = VerificationDialog(controller.typed, "Photos")
    qtbot.addWidget(dialog)
    dialog.show()
    controller.show_views(view(verified=Verified("Photos", False, 1.0, 2.0, 3, differences=1)))
    press(dialog, "repair")
    qtbot.waitUntil(lambda: "no mapping" in words(dialog, "verification-said"))
    assert controller.jobs.stop(5)


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_name(fault: Fault) -> None:
    assert verdict.fault_name(fault)


def test_what_is_said_of_a_result() -> None:
    found = Verified("a", True, 0.0, 60.0, 120, 10**9)
    assert verdict.result(found) == "All 120 file(s) are right"
    assert verdict.result(Verified("a", True, 0.0, 1.0)) == "There was nothing to compare"
    some = Verified("a", True, 0.0, 1.0, 9, differences=3, repaired=2)
    assert verdict.result(some) == "3 difference(s), 2 of them being put right"
    assert verdict.notes(Verified("a", True, 0.0, 1.0, waiting=2, foreign=1)) == [
        "2 file(s) wait to be sent and were not compared.",
        "1 file(s) there did not come from this folder. They are never touched.",
    ]


def test_escape_closes(qtbot: QtBot, tmp_path: Path) -> None:
    controller = MadeController(tmp_path / "home")
    dialog = VerificationDialog(controller.typed, "Photos")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
