"""The long way: service, folder, destination, filters, dry run, start."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QRadioButton
from pytestqt.qtbot import QtBot

from skynet_desktop.core.errors import SkynetError
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.login import login_entry
from skynet_desktop.desktop.mappings import FiltersPart
from skynet_desktop.host.autostart import State
from skynet_desktop.settings import General, MappingSettings, ServiceSettings, store
from tests.desktop.wizard.hand import WizardHand
from tests.servers.sshd import Sshd, fingerprint


def test_the_long_way_to_a_mirrored_file(
    hand: WizardHand, controller: Controller, photos: Path, disk: Path, qtbot: QtBot
) -> None:
    wizard = hand.wizard
    hand.local_service(disk)
    hand.go_on_to(wizard.folder)
    assert not hand.button("primary").isEnabled()
    hand.enter("local", str(photos))
    hand.until(lambda: hand.text("amount").startswith("3 file"))
    hand.go_on_to(wizard.destination)
    assert hand.entry("remote").text() == "Photos"
    hand.until(lambda: "Photos/half.tmp on disk" in hand.text("example"))
    hand.go_on_to(wizard.filters)
    hand.go_on_to(wizard.rehearsal)
    hand.until(lambda: hand.text("left-out").startswith("1 file"))
    assert hand.text("found").startswith("2 file")
    hand.go_on_to(wizard.ready)
    assert not controller.settings_file.exists()
    assert login_entry(controller.app.paths).state() is State.OFF
    hand.start()

    assert controller.settings.services["disk"].options == {"path": str(disk)}
    mapping = controller.settings.mappings["Photos"]
    assert (mapping.local, mapping.service, mapping.remote) == (str(photos), "disk", "Photos")
    assert mapping.ignore == FiltersPart.usual()
    assert not mapping.complete_sync
    assert login_entry(controller.app.paths).state() is State.ON
    hand.until(lambda: hand.text("headline") == "Everything is there")
    assert (disk / "Photos" / "summer" / "sea.jpg").read_bytes() == b"sea" * 1000
    assert not (disk / "Photos" / "half.tmp").exists()
    with qtbot.waitSignal(wizard.finished):
        hand.press("other")  # Close


def test_over_ssh_to_a_server_nobody_knows(
    hand: WizardHand, controller: Controller, sftp_server: Sshd, sftp_root: Path, photos: Path
) -> None:
    wizard = hand.wizard
    hand.press("set-up")
    hand.press("preset-sftp-key")
    hand.on(wizard.details)
    hand.type("host", sftp_server.host)
    hand.type("username", sftp_server.username)
    hand.type("key_file", str(sftp_server.client_key))
    assert wizard.details.details is not None
    wizard.details.details.form.focus_on("known_hosts")  # unfolds the rest
    hand.type("port", str(sftp_server.port))
    hand.type("known_hosts", os.devnull)
    hand.press("primary")
    hand.press("trust-key")
    hand.until(lambda: wizard.test.works)
    hand.go_on_to(wizard.folder)
    hand.enter("local", str(photos))
    hand.go_on_to(wizard.destination)
    hand.enter("remote", str(sftp_root / "backup"))
    for page in (wizard.filters, wizard.rehearsal, wizard.ready):
        hand.go_on_to(page)
    hand.start()

    prints = [fingerprint(key.with_suffix(".pub")) for key in sftp_server.host_keys]
    assert controller.settings.services[sftp_server.host].options["host_key"] in prints
    letter = sftp_root / "backup" / "letter.txt"
    hand.until(lambda: letter.exists() and letter.read_text() == "Dear Anna")


def test_back_and_forward_keeps_what_was_entered(
    hand: WizardHand, photos: Path, disk: Path
) -> None:
    wizard = hand.wizard
    hand.local_service(disk)
    hand.to_the_end(photos)
    autostart = wizard.ready.findChild(QCheckBox, "autostart")
    assert isinstance(autostart, QCheckBox)
    autostart.click()
    for _ in range(3):
        hand.press("back")
    hand.on(wizard.destination)
    hand.enter("remote", "elsewhere")
    hand.enter("mapping-name", "My photos")
    mirror = wizard.destination.findChild(QRadioButton, "complete-sync")
    assert isinstance(mirror, QRadioButton)
    mirror.click()
    for page in (wizard.folder, wizard.test, wizard.details, wizard.choose, wizard.welcome):
        hand.press("back")
        hand.on(page)
    hand.press("set-up")
    hand.press("preset-sftp-agent")  # another kind by mistake, and back
    hand.on(wizard.details)
    hand.press("back")
    hand.press("preset-local")
    hand.on(wizard.details)
    assert hand.line("path").text() == str(disk)
    hand.go_on_to(wizard.test)
    assert hand.button("primary").isEnabled()  # what was tested is not tested again
    hand.go_on_to(wizard.folder)
    assert hand.entry("local").text() == str(photos)
    hand.go_on_to(wizard.destination)
    assert hand.entry("remote").text() == "elsewhere"
    assert hand.entry("mapping-name").text() == "My photos"
    assert mirror.isChecked()
    hand.go_on_to(wizard.filters)
    hand.go_on_to(wizard.rehearsal)
    hand.go_on_to(wizard.ready)
    assert not wizard.ready.at_login


def test_what_is_suggested_follows_the_folder(
    hand: WizardHand, photos: Path, disk: Path, person: Path
) -> None:
    (person / "Letters").mkdir()
    hand.local_service(disk)
    hand.go_on_to(hand.wizard.folder)
    hand.enter("local", str(photos))
    hand.go_on_to(hand.wizard.destination)
    hand.press("back")
    hand.enter("local", str(person / "Letters"))
    hand.go_on_to(hand.wizard.destination)
    assert hand.entry("remote").text() == "Letters"
    assert hand.entry("mapping-name").text() == "Letters"


def test_closing_before_the_end_writes_nothing(
    hand: WizardHand, controller: Controller, photos: Path, disk: Path
) -> None:
    hand.local_service(disk)
    hand.to_the_end(photos)
    assert hand.text("nothing-changed") == "If you close now, nothing has been changed."
    hand.key(Qt.Key.Key_Escape)
    hand.question().defaultButton().click()  # stay
    assert hand.wizard.isVisible()
    hand.wizard.close()
    box = hand.question()
    leave = next(b for b in box.buttons() if b is not box.defaultButton())
    leave.click()
    assert not hand.wizard.isVisible()
    assert controller.jobs.stop(10)
    assert not controller.settings_file.exists()
    assert list(disk.iterdir()) == []  # the test file is gone again
    assert login_entry(controller.app.paths).state() is State.OFF


def test_closing_with_nothing_entered_asks_nothing(hand: WizardHand, qtbot: QtBot) -> None:
    hand.press("set-up")
    hand.press("preset-local")
    hand.on(hand.wizard.details)
    with qtbot.waitSignal(hand.wizard.finished):
        hand.key(Qt.Key.Key_Escape)


def test_a_choice_of_the_keyring_is_no_longer_nothing(
    hand: WizardHand, controller: Controller
) -> None:
    file = controller.settings_file
    controller.change(lambda: store.set_table(file, General(keyring="session")))
    hand.until(lambda: "but where secrets are kept" in hand.text("nothing-changed"))


def test_failure_at_the_end_leaves_nothing_half_done(
    hand: WizardHand, controller: Controller, photos: Path, disk: Path, person: Path
) -> None:
    """Meanwhile the terminal takes the mapping's name."""
    hand.local_service(disk)
    hand.to_the_end(photos)
    other = ServiceSettings("other", "local", {"path": str(person / "third")})
    store.add_service(controller.settings_file, other)
    taken = MappingSettings("Photos", str(person / "elsewhere"), "other", "")
    store.add_mapping(controller.settings_file, taken)
    hand.press("primary")
    hand.until(lambda: "already" in hand.text("fault"))
    assert hand.wizard.page is hand.wizard.ready
    hand.until(lambda: hand.button("primary").isEnabled())
    settings = store.load(controller.settings_file)
    assert list(settings.services) == ["other"]
    assert settings.mappings["Photos"].local == str(person / "elsewhere")
    assert login_entry(controller.app.paths).state() is State.OFF
    for _ in range(3):
        hand.press("back")
    hand.enter("mapping-name", "Mine")  # mended, it works
    for page in (hand.wizard.filters, hand.wizard.rehearsal, hand.wizard.ready):
        hand.go_on_to(page)
    hand.start()
    assert set(controller.settings.mappings) == {"Photos", "Mine"}


def test_a_login_that_cannot_be_had_is_said_and_spoils_nothing(
    hand: WizardHand, person: Path, photos: Path, disk: Path
) -> None:
    (person / "config").mkdir(exist_ok=True)
    (person / "config" / "autostart").write_text("in the way")
    hand.local_service(disk)
    hand.to_the_end(photos)
    hand.start()
    assert "Starting at login" in hand.text("refusal")


def test_with_a_service_that_is_there_already(
    controller: Controller,
    open_wizard: Callable[[], WizardHand],
    photos: Path,
    disk: Path,
) -> None:
    service = ServiceSettings("nas", "local", {"path": str(disk)})
    controller.change(lambda: store.add_service(controller.settings_file, service))
    hand = open_wizard()
    hand.press("use-service")
    hand.on(hand.wizard.folder)
    hand.enter("local", str(photos))
    wizard = hand.wizard
    for page in (wizard.destination, wizard.filters, wizard.rehearsal, wizard.ready):
        hand.go_on_to(page)
    hand.start()
    assert controller.settings.mappings["Photos"].service == "nas"
    assert list(controller.settings.services) == ["nas"]


def test_a_folder_that_is_not_there(hand: WizardHand, person: Path, disk: Path) -> None:
    hand.local_service(disk)
    hand.go_on_to(hand.wizard.folder)
    hand.enter("local", str(person / "nowhere"))
    hand.press("primary")
    hand.until(lambda: "cannot be read" in hand.text("amount"))
    assert hand.wizard.page is hand.wizard.folder


def test_a_destination_inside_of_the_folder_is_refused(hand: WizardHand, photos: Path) -> None:
    (photos / "copy").mkdir()
    hand.local_service(photos / "copy")
    hand.go_on_to(hand.wizard.folder)
    hand.enter("local", str(photos))
    hand.go_on_to(hand.wizard.destination)
    hand.press("primary")
    hand.until(lambda: "without end" in hand.text("fault"))
    assert hand.wizard.page is hand.wizard.destination
    assert "mappings." not in hand.text("fault")


def test_what_the_engine_will_not_have_is_taken_back(
    hand: WizardHand,
    controller: Controller,
    photos: Path,
    disk: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand.local_service(disk)
    hand.to_the_end(photos)

    def refuse(_: object) -> None:
        monkeypatch.undo()
        raise SkynetError("The engine will not.")

    monkeypatch.setattr(controller.engine, "update", refuse)
    hand.press("primary")
    hand.until(lambda: hand.text("fault") == "The engine will not.")
    settings = store.load(controller.settings_file)
    assert not settings.services and not settings.mappings
    hand.start()  # and may be tried again
