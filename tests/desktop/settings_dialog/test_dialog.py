"""Every page by mouse and keyboard, on a real home."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QListWidget,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
)

from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.settings_dialog import SettingsDialog
from skynet_desktop.desktop.settings_dialog.licence_dialog import LicenceDialog
from skynet_desktop.settings import Network, store
from tests.desktop.accessible_names import assert_accessible, assert_mnemonics_unique
from tests.desktop.services.hand import Hand

PAGES = [place for place in Place if place.value.startswith("settings/")]

Settings = tuple[SettingsDialog, Hand]


def box_of(dialog: SettingsDialog, hand: Hand) -> QMessageBox:
    def boxes() -> list[QMessageBox]:
        return [box for box in dialog.findChildren(QMessageBox) if box.isVisible()]

    hand.until(lambda: len(boxes()) == 1)
    return boxes()[0]


def click(box: QMessageBox, text: str) -> None:
    button = next(b for b in box.buttons() if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _has(controller: Controller, word: str) -> bool:
    return controller.settings.notifications.issue == word


def spin(dialog: SettingsDialog, name: str) -> QSpinBox:
    found = dialog.findChild(QSpinBox, f"field-{name}")
    assert isinstance(found, QSpinBox)
    return found


@pytest.mark.parametrize("place", PAGES)
def test_every_control_says_what_it_is(settings: Settings, place: Place) -> None:
    dialog, hand = settings
    dialog.show_page(place)
    hand.until(lambda: not (hand.sees("add") and hand.sees("add-first")))  # looked through by then
    assert_accessible(dialog)
    assert_mnemonics_unique(dialog)


def test_the_keyboard_goes_through_the_pages(settings: Settings) -> None:
    dialog, _ = settings
    dialog.show_page(Place.GENERAL)
    pages = dialog.findChild(QListWidget, "pages")
    assert isinstance(pages, QListWidget)
    for _ in range(len(PAGES) - 1):
        QTest.keyClick(pages, Qt.Key.Key_Down)
    assert pages.currentItem().text() == "About"
    button = dialog.findChild(QPushButton, "licences")
    assert isinstance(button, QPushButton) and button.isVisible()


def test_appearance_is_applied_at_once(settings: Settings, controller: Controller) -> None:
    dialog, hand = settings
    dialog.show_page(Place.GENERAL)
    box = dialog.findChild(QComboBox, "field-appearance")
    assert isinstance(box, QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)
    box.activated.emit(box.currentIndex())
    hand.until(lambda: controller.settings.general.appearance == "dark")


def test_a_box_of_the_matrix_is_written(settings: Settings, controller: Controller) -> None:
    dialog, hand = settings
    dialog.show_page(Place.NOTIFICATIONS)
    for name, word in (("issue-sound", "both"), ("issue-toast", "sound"), ("issue-sound", "off")):
        box = dialog.findChild(QCheckBox, name)
        assert isinstance(box, QCheckBox)
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
        hand.until(partial(_has, controller, word))


def test_a_number_is_applied_on_enter_and_presses_no_button(
    settings: Settings, controller: Controller
) -> None:
    dialog, hand = settings
    dialog.show_page(Place.ADVANCED)
    field = spin(dialog, "poll_seconds")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "90")
    QTest.keyClick(field, Qt.Key.Key_Return)
    hand.until(lambda: controller.settings.general.poll_seconds == 90)
    assert dialog.isVisible()


def test_escape_applies_what_is_right(settings: Settings, controller: Controller) -> None:
    dialog, hand = settings
    dialog.show_page(Place.NETWORK)
    field = spin(dialog, "transfers")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "7")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    hand.until(lambda: controller.settings.network.transfers == 7)
    assert not dialog.isVisible()


def test_a_wrong_timetable_is_said_in_place_and_not_lost(
    settings: Settings, controller: Controller
) -> None:
    dialog, hand = settings
    dialog.show_page(Place.NETWORK)
    text = dialog.findChild(QPlainTextEdit, "field-timetable")
    fault = dialog.findChild(QLabel, "fault-timetable")
    assert isinstance(text, QPlainTextEdit) and isinstance(fault, QLabel)
    text.setFocus()
    QTest.keyClicks(text, "mon-fry 08:00-18:00 1.5")
    QTest.keyClick(text, Qt.Key.Key_Tab)
    hand.until(fault.isVisible)
    assert '"mon-fry" is not a day' in fault.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    box = box_of(dialog, hand)
    click(box, "&Keep editing")
    assert dialog.isVisible() and text.toPlainText() == "mon-fry 08:00-18:00 1.5"
    hand.until(lambda: not any(b.isVisible() for b in dialog.findChildren(QMessageBox)))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    click(box_of(dialog, hand), "&Discard")
    hand.until(lambda: not dialog.isVisible())
    assert text.toPlainText() == "" and controller.settings.network.timetable == ()


def test_a_change_from_the_terminal_shows_but_takes_nothing_away(
    settings: Settings, controller: Controller
) -> None:
    dialog, hand = settings
    dialog.show_page(Place.NETWORK)
    proxy = hand.line("proxy")
    proxy.setFocus()
    QTest.keyClicks(proxy, "http://half-typ")
    store.set_table(controller.settings_file, Network(transfers=5, proxy="none"))
    controller.reload()
    hand.until(lambda: spin(dialog, "transfers").value() == 5)
    assert proxy.text() == "http://half-typ"


def test_what_is_typed_does_not_undo_the_terminal(
    settings: Settings, controller: Controller
) -> None:
    dialog, hand = settings
    dialog.show_page(Place.NETWORK)
    field = spin(dialog, "transfers")
    field.setFocus()
    field.selectAll()
    file = controller.settings_file
    store.set_table(file, replace(store.load(file).network, metered="send"))  # nobody told us
    QTest.keyClicks(field, "3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    hand.until(lambda: controller.settings.network.transfers == 3)
    assert controller.settings.network.metered == "send"


def test_a_settings_file_broken_by_hand_is_said(settings: Settings, controller: Controller) -> None:
    dialog, hand = settings
    dialog.show_page(Place.NETWORK)
    whole = controller.settings_file.read_text()
    controller.settings_file.write_text(
        whole + '\n[mappings.a]\nlocal = "/nowhere"\nservice = "gone"\nremote = ""\n'
    )
    controller.reload()
    words = dialog.findChild(QLabel, "broken")
    assert isinstance(words, QLabel)
    hand.until(words.isVisible)
    assert 'there is no service "gone"' in words.text()


def test_the_licences_can_be_read(settings: Settings) -> None:
    dialog, hand = settings
    dialog.show_page(Place.ABOUT)
    hand.press("licences")
    hand.until(lambda: dialog.findChild(LicenceDialog) is not None)
    viewer = dialog.findChild(LicenceDialog)
    assert isinstance(viewer, LicenceDialog)
    assert_accessible(viewer)
    text = viewer.findChild(QPlainTextEdit, "licence-text")
    listed = viewer.findChild(QListWidget, "licensed")
    assert isinstance(text, QPlainTextEdit) and isinstance(listed, QListWidget)
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text.toPlainText()
    found = listed.findItems("boto3", Qt.MatchFlag.MatchStartsWith)
    listed.setCurrentItem(found[0])
    assert "Apache License" in text.toPlainText()
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    hand.until(lambda: dialog.findChild(LicenceDialog) is None)
