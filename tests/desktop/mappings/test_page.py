"""Mappings are added, edited and removed by hand, on a real home with a running engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QRadioButton,
    QSpinBox,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from skynet_desktop.core.events import State
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings import MappingsPage
from skynet_desktop.desktop.mappings.dialog import MappingDialog
from skynet_desktop.desktop.mappings.model import MappingsModel
from skynet_desktop.settings import MappingSettings, ServiceSettings, store
from tests.desktop.accessible_names import assert_accessible, assert_mnemonics_unique
from tests.desktop.services.hand import Hand

Shown = tuple[MappingsPage, Hand]


@pytest.fixture
def page(controller: Controller, hand_on: Callable[[QWidget], Hand]) -> Shown:
    page = MappingsPage(controller)
    return page, hand_on(page)


@pytest.fixture
def filled(page: Shown, controller: Controller, pictures: Path) -> Shown:
    """With one mapping that runs."""
    mapping = MappingSettings("pictures", str(pictures), "disk", "backup")
    store.add_mapping(controller.settings_file, mapping)
    controller.reload()
    page[1].until(lambda: page[0].model.rowCount() == 1)
    return page


def dialog_of(page: MappingsPage, qtbot: QtBot) -> tuple[MappingDialog, Hand]:
    found = page.findChild(MappingDialog)
    assert isinstance(found, MappingDialog)
    return found, Hand(qtbot, found)


def label(window: QWidget, name: str) -> QLabel:
    """The one that can be seen; else the one there is."""
    found = sorted(window.findChildren(QLabel, name), key=lambda label: not label.isVisible())
    return found[0]


def write(window: QWidget, name: str, text: str) -> None:
    line = window.findChild(QLineEdit, name)
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def turn_to(dialog: MappingDialog, tab: int) -> None:
    tabs = dialog.findChild(QTabWidget, "tabs")
    assert isinstance(tabs, QTabWidget)
    tabs.setCurrentIndex(tab)


def answer(page: MappingsPage, hand: Hand, text: str) -> None:
    def boxes() -> list[QMessageBox]:
        return [box for box in page.findChildren(QMessageBox) if box.isVisible()]

    hand.until(lambda: len(boxes()) == 1)
    button = next(b for b in boxes()[0].buttons() if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_mapping_is_added_after_its_dry_run(
    page: Shown, controller: Controller, pictures: Path, person: Path, qtbot: QtBot
) -> None:
    page[1].press("add-first-mapping")
    dialog, hand = dialog_of(page[0], qtbot)
    assert_accessible(dialog)
    write(dialog, "local", str(pictures))
    write(dialog, "remote", "backup")
    example = label(dialog, "example")
    real = f"{pictures}/norway/fjord.jpg\nbecomes backup/norway/fjord.jpg on disk"
    hand.until(lambda: example.text() == real)
    name = dialog.findChild(QLineEdit, "name")
    assert isinstance(name, QLineEdit) and name.text() == "pictures"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    hand.until(lambda: hand.sees("headline") and hand.button("next").isEnabled())
    assert label(dialog, "headline").text() == "1 file(s) will be sent, 1 kB"
    hand.until(lambda: label(dialog, "left-out").text() == "2 file(s), 700 bytes")
    assert controller.settings.mappings == {}
    assert_mnemonics_unique(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    hand.until(lambda: list(controller.settings.mappings) == ["pictures"])
    hand.until(lambda: (person / "disk/backup/norway/fjord.jpg").exists())
    assert not (person / "disk/backup/Thumbs.db").exists()


def test_a_row_says_from_where_to_where_and_how(filled: Shown, pictures: Path) -> None:
    model, hand = filled[0].model, filled[1]
    hand.until(lambda: model.index(0).data(MappingsModel.ROW).state is State.UP_TO_DATE)
    said = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == f"pictures, {pictures} → disk: backup, Up to date"
    assert_accessible(filled[0])
    assert_mnemonics_unique(filled[0])


def test_removing_asks(filled: Shown, controller: Controller) -> None:
    page, hand = filled
    hand.press("remove-mapping")
    answer(page, hand, "&Keep")
    assert "pictures" in controller.settings.mappings
    hand.press("remove-mapping")
    answer(page, hand, "&Remove")
    hand.until(lambda: hand.sees("add-first-mapping"))
    assert controller.settings.mappings == {}


def test_an_edit_keeps_a_pause_that_came_meanwhile(
    filled: Shown, controller: Controller, qtbot: QtBot
) -> None:
    filled[0].open_mapping("pictures")
    dialog, hand = dialog_of(filled[0], qtbot)
    controller.pause(["pictures"])
    hand.until(lambda: controller.settings.mappings["pictures"].paused)
    anew = label(dialog, "anew")
    assert not anew.isVisible()
    write(dialog, "remote", "elsewhere")
    assert anew.isVisible() and "compared anew" in anew.text()
    hand.press("next")
    hand.until(lambda: controller.settings.mappings["pictures"].remote == "elsewhere")
    assert controller.settings.mappings["pictures"].paused


def test_a_mapping_removed_meanwhile_is_said(
    filled: Shown, controller: Controller, qtbot: QtBot
) -> None:
    filled[0].open_mapping("pictures")
    dialog, hand = dialog_of(filled[0], qtbot)
    write(dialog, "remote", "elsewhere")
    store.remove_mapping(controller.settings_file, "pictures")
    hand.press("next")
    fault = label(dialog, "fault")
    hand.until(fault.isVisible)
    assert "removed meanwhile" in fault.text() and dialog.isVisible()


def test_a_service_removed_meanwhile_must_be_chosen_again(
    page: Shown, controller: Controller, pictures: Path, qtbot: QtBot
) -> None:
    page[1].press("add-first-mapping")
    dialog, hand = dialog_of(page[0], qtbot)
    write(dialog, "local", str(pictures))
    store.remove_service(controller.settings_file, "disk")
    controller.reload()
    hand.until(lambda: not controller.settings.services)
    hand.press("next")
    fault = label(dialog, "fault")
    hand.until(fault.isVisible)
    assert "Choose the service" in fault.text()


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("nowhere", "The folder cannot be read: No such file"),
        ("", "inside the folder it mirrors"),
        ("<b>bold</b>", "<b>bold</b>/a.txt\nbecomes backup/a.txt on disk"),
    ],
)
def test_the_live_line_says_what_it_comes_to(
    page: Shown, person: Path, qtbot: QtBot, local: str, words: str
) -> None:
    (person / "<b>bold<").mkdir()
    (person / "<b>bold<" / "b>").mkdir()
    (person / "<b>bold<" / "b>" / "a.txt").write_text("x")
    page[1].press("add-first-mapping")
    dialog, hand = dialog_of(page[0], qtbot)
    write(dialog, "remote", "backup")
    write(dialog, "local", str(person / local))
    example = label(dialog, "example")
    hand.until(lambda: words in example.text())
    assert "mappings." not in example.text()


def test_ticks_and_patterns_are_one_and_are_tried_live(filled: Shown, qtbot: QtBot) -> None:
    filled[0].open_mapping("pictures")
    dialog, hand = dialog_of(filled[0], qtbot)
    turn_to(dialog, 1)
    box = dialog.findChild(QCheckBox, "leave-out-temporary")
    patterns = dialog.findChild(QPlainTextEdit, "patterns")
    assert isinstance(box, QCheckBox) and isinstance(patterns, QPlainTextEdit)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert "*.tmp" in patterns.toPlainText()
    found = label(dialog, "left-out")
    hand.until(lambda: "*.tmp: 1 file(s), 200 bytes (draft.tmp)" in found.text())
    patterns.setFocus()
    patterns.selectAll()
    QTest.keyClicks(patterns, "*.jpg")
    assert not box.isChecked()
    hand.until(lambda: "*.jpg: 1 file(s)" in found.text() and "*.tmp" not in found.text())


def test_leaving_asks_only_when_something_would_be_lost(
    filled: Shown, controller: Controller, qtbot: QtBot
) -> None:
    page, _ = filled
    page.open_mapping("pictures")
    dialog, hand = dialog_of(page, qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    hand.until(lambda: page.findChild(MappingDialog) is None)
    page.open_mapping("pictures")
    dialog, hand = dialog_of(page, qtbot)
    turn_to(dialog, 2)
    mirror = dialog.findChild(QRadioButton, "complete-sync")
    assert isinstance(mirror, QRadioButton)
    mirror.setFocus()
    QTest.keyClick(mirror, Qt.Key.Key_Space)
    assert hand.sees("field-delete_limit_count")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    answer(page, hand, "&Keep editing")
    assert dialog.isVisible() and not page.may_close()
    hand.until(lambda: any(b.isVisible() for b in page.findChildren(QMessageBox)))
    answer(page, hand, "&Discard")
    hand.until(lambda: page.findChild(MappingDialog) is None)
    assert not controller.settings.mappings["pictures"].complete_sync


def test_what_is_kept_and_how_often_all_is_verified(
    filled: Shown, controller: Controller, qtbot: QtBot
) -> None:
    page, _ = filled
    page.open_mapping("pictures")
    dialog, hand = dialog_of(page, qtbot)
    turn_to(dialog, 2)
    hand.until(lambda: "backup/.skynet/trash on disk" in label(dialog, "keeps-where").text())
    assert not hand.sees("keeps-nothing")
    keep, days = (dialog.findChild(QWidget, f"field-{n}") for n in ("keep", "verify_days"))
    assert isinstance(keep, QComboBox) and isinstance(days, QSpinBox)
    assert not hand.sees("field-verify_deep") and days.text() == "Never"
    keep.setCurrentIndex(keep.findData("nothing"))
    assert "overwritten" in label(dialog, "keeps-nothing").text()
    assert not hand.sees("field-keep_days") and not hand.sees("keeps-where")
    mirror = dialog.findChild(QRadioButton, "complete-sync")
    assert isinstance(mirror, QRadioButton)
    mirror.click()
    assert "delete or overwrite" in label(dialog, "keeps-nothing").text()
    keep.setCurrentIndex(keep.findData("deleted"))
    assert not hand.sees("keeps-nothing")
    days.setValue(7)
    deep = dialog.findChild(QCheckBox, "field-verify_deep")
    assert isinstance(deep, QCheckBox)
    deep.click()
    hand.press("next")
    hand.until(lambda: page.findChild(MappingDialog) is None)
    saved = controller.settings.mappings["pictures"]
    assert (saved.keep, saved.verify_days, saved.verify_deep) == ("deleted", 7, True)
    assert saved.complete_sync and saved.change_limit_share == 0.5


def test_a_bucket_says_that_its_versions_are_used(
    filled: Shown, controller: Controller, qtbot: QtBot
) -> None:
    page, _ = filled
    bucket = ServiceSettings("bucket", "s3", {"bucket": "b", "endpoint": "http://127.0.0.1:1"})
    store.add_service(controller.settings_file, bucket)
    controller.reload()
    page.open_mapping("pictures")
    dialog, hand = dialog_of(page, qtbot)
    service = dialog.findChild(QComboBox, "service")
    assert isinstance(service, QComboBox)
    hand.until(lambda: service.findData("bucket") >= 0)
    service.setCurrentIndex(service.findData("bucket"))
    hand.until(lambda: "the bucket keeps versions" in label(dialog, "keeps-where").text())
