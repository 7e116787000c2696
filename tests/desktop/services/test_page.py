"""The list of services and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.core.events import State
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services import ServiceDialog, ServicesPage
from skynet_desktop.desktop.services.model import ServicesModel
from skynet_desktop.settings import MappingSettings, ServiceSettings, store
from tests.desktop.services.backends import Memory
from tests.desktop.services.hand import Hand


@pytest.fixture
def page(
    controller: Controller, hand_on: Callable[[QWidget], Hand], person: Path
) -> tuple[ServicesPage, Hand]:
    """A folder that a mapping uses, and an account that none does."""
    for name in ("disk", "pictures"):
        (person / name).mkdir()
    file = controller.settings_file
    store.add_service(file, ServiceSettings("disk", "local", {"path": str(person / "disk")}))
    nas: dict[str, object] = {"host": "nas.example", "username": "anna", "auth": "password"}
    store.add_service(file, ServiceSettings("nas", "sftp", nas))
    controller.app.credentials.set("nas", {"password": "canary-old"})
    store.add_mapping(file, MappingSettings("pictures", str(person / "pictures"), "disk", ""))
    page = ServicesPage(controller)
    hand = hand_on(page)
    controller.reload()
    hand.until(lambda: page.model.rowCount() == 2)
    return page, hand


def select(page: ServicesPage, name: str) -> None:
    page.list.setCurrentIndex(page.model.index(page.model.row_of(name)))


def box_of(page: ServicesPage, hand: Hand) -> QMessageBox:
    def boxes() -> list[QMessageBox]:
        return [box for box in page.findChildren(QMessageBox) if box.isVisible()]

    hand.until(lambda: len(boxes()) == 1)
    return boxes()[0]


def click(box: QMessageBox, text: str) -> None:
    button = next(b for b in box.buttons() if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def dialog_of(page: ServicesPage) -> ServiceDialog:
    dialog = page.findChild(ServiceDialog)
    assert isinstance(dialog, ServiceDialog)
    return dialog


def test_a_row_says_where_who_and_how(page: tuple[ServicesPage, Hand], person: Path) -> None:
    model, hand = page[0].model, page[1]
    hand.until(lambda: model.index(0).data(ServicesModel.ROW).state is State.UP_TO_DATE)
    said = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == f"disk, {person / 'disk'}, Used by pictures, Up to date"
    said = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "nas, anna@nas.example:22, Not used by a mapping yet"


def test_a_row_counts_what_the_service_charges_for(
    page: tuple[ServicesPage, Hand], controller: Controller
) -> None:
    model, hand = page[0].model, page[1]
    count = controller.app.requests.counter("nas")
    for kind in (RequestKind.PUT, RequestKind.PUT, RequestKind.GET):
        count(kind)
    controller.app.requests.flush()
    page[0]._look()
    hand.until(lambda: model.index(1).data(ServicesModel.ROW).requests is not None)
    row = model.index(1).data(ServicesModel.ROW)
    assert row.more == "Not used by a mapping yet · 3 request(s) this month"
    tip = model.index(1).data(Qt.ItemDataRole.ToolTipRole)
    assert "Sending and copying: 2\n" in tip and tip.endswith("Reading: 1")
    assert model.index(0).data(ServicesModel.ROW).requested == ""


def test_a_used_service_is_not_removed(
    page: tuple[ServicesPage, Hand], controller: Controller
) -> None:
    select(page[0], "disk")
    page[1].press("remove")
    box = box_of(*page)
    assert "pictures" in box.informativeText()
    click(box, "OK")
    assert "disk" in controller.settings.services


def test_removing_asks_and_takes_the_secrets_too(
    page: tuple[ServicesPage, Hand], controller: Controller
) -> None:
    select(page[0], "nas")
    page[1].press("remove")
    click(box_of(*page), "&Keep")
    assert "nas" in controller.settings.services and Memory.kept
    page[1].press("remove")
    click(box_of(*page), "&Remove")
    page[1].until(lambda: "nas" not in controller.settings.services)
    page[1].until(lambda: page[0].model.rowCount() == 1)
    assert Memory.kept == {}


def test_a_toast_leads_to_the_password(
    page: tuple[ServicesPage, Hand], controller: Controller, qtbot: QtBot
) -> None:
    page[0].open_service("nas")
    hand = Hand(qtbot, dialog_of(page[0]))
    hand.until(lambda: hand.line("password").hasFocus())
    hand.until(lambda: hand.line("password").placeholderText() != "")
    hand.type("password", "canary-new")
    hand.press("save-untested")
    hand.until(lambda: page[0].findChild(ServiceDialog) is None)
    assert controller.app.credentials.get("nas") == {"password": "canary-new"}


def test_the_password_button_is_for_services_that_have_one(
    page: tuple[ServicesPage, Hand],
) -> None:
    select(page[0], "disk")
    assert not page[1].button("password").isEnabled()
    select(page[0], "nas")
    assert page[1].button("password").isEnabled()


def test_leaving_asks_before_anything_is_lost(
    page: tuple[ServicesPage, Hand], qtbot: QtBot
) -> None:
    page[0].open_service("nas")
    dialog = dialog_of(page[0])
    assert page[0].may_close()
    hand = Hand(qtbot, dialog)
    hand.type("host", "other.example")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    box = box_of(*page)
    assert dialog.isVisible()
    click(box, "&Keep editing")
    assert dialog.isVisible() and hand.line("host").text() == "other.example"
    assert not page[0].may_close()
    click(box_of(*page), "&Discard")
    hand.until(lambda: page[0].findChild(ServiceDialog) is None)


def test_leaving_untouched_asks_nothing(page: tuple[ServicesPage, Hand]) -> None:
    page[0].open_service("nas")
    QTest.keyClick(dialog_of(page[0]), Qt.Key.Key_Escape)
    page[1].until(lambda: page[0].findChild(ServiceDialog) is None)


def test_testing_from_the_list(page: tuple[ServicesPage, Hand]) -> None:
    select(page[0], "disk")
    page[1].press("test")
    verdict = page[0].findChild(QLabel, "verdict")
    assert isinstance(verdict, QLabel)
    page[1].until(lambda: verdict.text() == "Everything works.")


def test_every_control_has_a_name(page: tuple[ServicesPage, Hand]) -> None:
    page[0].open_service("nas")
    dialog = dialog_of(page[0])
    for control in (*dialog.findChildren(QLineEdit), *dialog.findChildren(QPushButton)):
        if control.isVisible():
            text = control.text() if isinstance(control, QPushButton) else ""
            assert control.accessibleName() or text, control.objectName()
