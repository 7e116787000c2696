"""What a person sees and clicks: the window, the line under About, the switch, the menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget

import skynet_desktop
from skynet_desktop.desktop import translations
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.settings_dialog.about import AboutPage
from skynet_desktop.desktop.settings_dialog.general import GeneralPage
from skynet_desktop.desktop.sheets import Sheets
from skynet_desktop.desktop.toasts.wording import update
from skynet_desktop.desktop.tray.menu import Actions, TrayMenu
from skynet_desktop.desktop.updates.dialog import UpdateDialog
from skynet_desktop.host.opening import OpeningError
from tests.desktop.made_controller import MadeController
from tests.desktop.updates.conftest import Rig
from tests.updates.made import PAGE, download, release

OWN = skynet_desktop.__version__
Opened = Callable[[], list[str]]


def said(window: QWidget, name: str = "") -> list[str]:
    labels = window.findChildren(QLabel, name) if name else window.findChildren(QLabel)
    return [each.text() for each in labels if each.text() and not each.isHidden()]


def click(rig: Rig, window: QWidget, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert isinstance(button, QPushButton) and not button.isHidden()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    rig.rest()


def window_of(rig: Rig) -> UpdateDialog:
    dialog = UpdateDialog(rig.controller.typed)
    rig.qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_what_is_new_in_the_persons_language(
    rig: Rig, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "_in_use", "de")
    rig.show(release("99.1.0"), release("99.2.0", notes={"en": ["<b>Bold</b> &amp; <img src=x>"]}))
    rig.look()
    dialog = window_of(rig)
    assert said(dialog, "update-headline") == ["Skynet Desktop 99.2.0 is available"]
    assert said(dialog, "update-have") == [f"You have version {OWN}."]
    texts = said(dialog)
    assert texts.index("<b>Bold</b> &amp; <img src=x>") < texts.index("Neu in 99.1.0.")
    assert all(
        each.textFormat() is Qt.TextFormat.PlainText for each in dialog.findChildren(QLabel)
    ), "nothing in it is markup"
    assert not said(dialog, "update-urgent")
    [file] = said(dialog, "update-file")
    assert "skynet-desktop-1.2.0-x86_64.AppImage, 52.1 MB" in file and "ab" * 32 in file
    click(rig, dialog, "download")
    assert opened() == ["https://example.org/skynet-desktop-1.2.0-x86_64.AppImage"]


def test_nothing_for_this_system(rig: Rig, opened: Opened) -> None:
    rig.show(release("99.2.0", downloads=[download(system="windows", kind="setup")]))
    rig.look()
    dialog = window_of(rig)
    assert not said(dialog, "update-file")
    click(rig, dialog, "download")
    assert opened() == [PAGE]


def test_a_browser_that_does_not_open(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(url: str) -> None:
        raise OpeningError(f"{url} cannot be opened: xdg-open is missing.")

    monkeypatch.setattr("skynet_desktop.host.opening.open_address", fails)
    rig.look()
    dialog = window_of(rig)
    click(rig, dialog, "download")
    [trouble] = said(dialog, "update-trouble")
    assert "xdg-open is missing" in trouble


def test_skipped_and_back(rig: Rig) -> None:
    rig.look()
    dialog = window_of(rig)
    click(rig, dialog, "skip")
    assert rig.updates.known.skipped
    assert dialog.findChild(QPushButton, "skip").text() == "Do not &skip it"  # type: ignore[union-attr]
    click(rig, dialog, "skip")
    assert not rig.updates.known.skipped


def test_urgent_and_withdrawn(rig: Rig) -> None:
    rig.show(release("99.2.0", urgent=True))
    rig.look()
    dialog = window_of(rig)
    assert said(dialog, "update-urgent") == ["It puts a serious fault right. Please do not wait."]
    rig.show(release(OWN, withdrawn=True))
    rig.look()
    assert said(dialog, "update-headline") == ["The version you have was withdrawn"]
    assert not said(dialog, "update-file")
    assert dialog.findChild(QPushButton, "skip").isHidden()  # type: ignore[union-attr]
    rig.show(release(OWN))
    rig.look()
    assert said(dialog, "update-headline") == ["You have the newest version."]


def test_a_message_leads_there_and_stays_if_it_must_not_wait(rig: Rig) -> None:
    rig.look()
    assert rig.updates.known.news is not None
    toast = update(rig.updates.known.news)
    assert (toast.title, toast.text, toast.place, toast.stays) == (
        "Skynet Desktop 99.2.0 is available",
        f"Click to see what is new. You have {OWN}.",
        Place.UPDATE,
        False,
    )
    rig.show(release("99.2.0", urgent=True), release(OWN, withdrawn=True))
    rig.look()
    toast = update(rig.updates.known.news)
    assert toast.stays and "withdrawn for a serious fault" in toast.text
    sheets = Sheets(rig.controller.typed, lambda *_: None, rig.controller)
    window = sheets.show(Place.UPDATE, "")
    rig.qtbot.addWidget(window)
    assert isinstance(window, UpdateDialog) and sheets.show(Place.UPDATE, "") is window


def test_the_line_under_about(rig: Rig) -> None:
    page = AboutPage(rig.controller.typed)
    rig.qtbot.addWidget(page)
    rig.switch(True)
    assert said(page, "updates-line") == ["Nobody has looked for a newer version yet."]
    click(rig, page, "look-now")
    rig.qtbot.waitUntil(lambda: not rig.updates.is_looking)
    assert said(page, "updates-line") == ["Version 99.2.0 is available. Looked just now."]
    click(rig, page, "what-is-new")
    assert rig.controller.calls == [("show", Place.UPDATE, "")]
    rig.updates.skip(True)
    rig.rest()
    assert "you chose to skip it" in said(page, "updates-line")[0]
    rig.show(release(OWN))
    rig.look()
    rig.switch(False)
    assert said(page, "updates-line") == [
        "You have the newest version. Looked just now. Skynet looks only when you ask."
    ]
    rig.site.close()
    rig.look()
    assert "cannot be reached" in said(page, "updates-trouble")[0]


def test_the_switch(rig: Rig) -> None:
    page = GeneralPage(rig.controller.typed)
    rig.qtbot.addWidget(page)
    page.show()
    box = page.findChild(QCheckBox, "field-updates")
    assert isinstance(box, QCheckBox) and box.isEnabled() and box.isChecked()
    box.click()
    rig.qtbot.waitUntil(lambda: not rig.controller.settings.general.updates)
    assert "updates = false" in rig.controller.settings_file.read_text()
    assert not rig.updates.is_on
    box.click()
    rig.qtbot.waitUntil(lambda: rig.controller.settings.general.updates)


def test_a_checkout_says_so_everywhere(
    tmp_path: Path, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skynet_desktop.updates.source.shipped", lambda: None)
    controller = MadeController(tmp_path)
    says = "This copy of Skynet Desktop comes from no release, so it looks for no new versions."
    about, general = AboutPage(controller.typed), GeneralPage(controller.typed)
    for page in (about, general):
        rig.qtbot.addWidget(page)
        assert says in said(page)
    assert about.findChild(QPushButton, "look-now").isHidden()  # type: ignore[union-attr]
    assert not general.findChild(QCheckBox, "field-updates").isEnabled()  # type: ignore[union-attr]
    assert controller.jobs.stop(20)


def test_the_entry_in_the_trays_menu(rig: Rig) -> None:
    nothing = dict.fromkeys(
        ("open_folder", "show_at_destination", "snooze", "open_log", "save_diagnostics"),
        lambda *_: None,
    )
    menu = TrayMenu(rig.controller.typed, Actions(**nothing))
    rig.qtbot.addWidget(menu)

    def entries() -> list[str]:
        texts = [action.text() for action in menu.actions() if action.isVisible()]
        return [text for text in texts if "ersion" in text]

    assert entries() == []
    rig.look()
    assert entries() == ["Version 99.2.0 is available…"]
    next(a for a in menu.actions() if a.text() == entries()[0]).trigger()
    assert rig.controller.calls == [("show", Place.UPDATE, "")]
    rig.show(release("99.2.0", urgent=True))
    rig.look()
    assert entries() == ["Update soon: version 99.2.0…"]
    rig.updates.skip(True)
    rig.rest()
    assert entries() == []
    rig.show(release(OWN, withdrawn=True))
    rig.look()
    assert entries() == ["This version was withdrawn…"]
