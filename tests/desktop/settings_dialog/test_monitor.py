"""Settings > Monitor by hand, against an ingest on this computer."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.settings_dialog import SettingsDialog
from skynet_desktop.desktop.settings_dialog.monitor import standing
from skynet_desktop.monitoring import keep_secret, kept_secret
from skynet_desktop.notifier.outbox_file import Waiting
from skynet_desktop.notifier.told import Told
from skynet_desktop.settings import Monitor, store
from tests.desktop.services.hand import Hand
from tests.servers.skywatch_stub import TOKEN, Stub

Settings = tuple[SettingsDialog, Hand]


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as made:
        yield made


@pytest.fixture
def page(settings: Settings) -> Settings:
    settings[0].show_page(Place.MONITOR)
    return settings


def line(dialog: SettingsDialog, name: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, f"field-{name}")
    assert isinstance(found, QLineEdit)
    return found


def result(dialog: SettingsDialog) -> str:
    found = dialog.findChild(QLabel, "monitor-result")
    assert isinstance(found, QLabel)
    return found.text()


def enter(dialog: SettingsDialog, name: str, text: str) -> None:
    field = line(dialog, name)
    field.setText(text)
    field.editingFinished.emit()


def test_address_token_and_test(page: Settings, controller: Controller, stub: Stub) -> None:
    dialog, hand = page
    assert not hand.sees("monitor-open")
    enter(dialog, "url", stub.url)
    hand.until(lambda: controller.settings.monitor.url == stub.url)
    enter(dialog, "monitor-token", TOKEN)
    hand.until(lambda: line(dialog, "monitor-token").placeholderText() == "Kept in the keyring")
    assert line(dialog, "monitor-token").text() == ""
    assert kept_secret(controller.app) == TOKEN
    assert TOKEN not in controller.settings_file.read_text()
    hand.press("monitor-test")
    hand.until(lambda: "takes reports from this machine" in result(dialog))
    assert hand.sees("monitor-open")


def test_the_running_notifier_takes_a_new_token_at_once(
    page: Settings, controller: Controller, stub: Stub
) -> None:
    dialog, hand = page
    enter(dialog, "url", stub.url)
    hand.until(lambda: controller.settings.monitor.url == stub.url)
    enter(dialog, "monitor-token", TOKEN)
    hand.until(lambda: bool(stub.reports))
    assert stub.reports[0]["machine"]["state"] == "setup"


def test_a_wrong_token_says_so(page: Settings, stub: Stub) -> None:
    dialog, hand = page
    line(dialog, "url").setText(stub.url)
    line(dialog, "monitor-token").setText("canary-wrong")
    hand.press("monitor-test")
    hand.until(lambda: "does not take this machine's token" in result(dialog))
    assert "canary" not in result(dialog)


@pytest.mark.parametrize(
    ("url", "words"),
    [("http://example.com", "https"), ("postgresql://a:canary@b/c", "must not hold a password")],
)
def test_a_bad_address_is_said_at_its_field(
    page: Settings, controller: Controller, url: str, words: str
) -> None:
    dialog, hand = page
    enter(dialog, "url", url)
    fault = dialog.findChild(QLabel, "fault-url")
    assert isinstance(fault, QLabel)
    hand.until(lambda: words in fault.text())
    assert "canary" not in fault.text()
    assert controller.settings.monitor.url == ""


def test_a_token_can_be_forgotten(page: Settings, controller: Controller) -> None:
    dialog, hand = page
    keep_secret(controller.app, TOKEN)
    enter(dialog, "monitor-token", "another-token")
    hand.until(lambda: hand.sees("monitor-forget"))
    hand.press("monitor-forget")
    hand.until(lambda: not hand.sees("monitor-forget"))
    assert kept_secret(controller.app) == ""


def test_a_file_wants_no_token(page: Settings, controller: Controller) -> None:
    dialog, hand = page
    store.set_table(controller.settings_file, Monitor(url="sqlite:///~/monitor.db", enabled=False))
    controller.reload()
    hand.until(lambda: not line(dialog, "monitor-token").isVisible())


def test_what_is_typed_is_kept_when_the_dialog_closes(
    page: Settings, controller: Controller
) -> None:
    dialog, hand = page
    line(dialog, "monitor-token").setText(TOKEN)
    dialog.reject()
    hand.until(lambda: kept_secret(controller.app) == TOKEN)


@pytest.mark.parametrize(
    ("monitor", "state", "begins"),
    [
        (Monitor(), None, "No monitor is set up."),
        (Monitor(url="https://a", enabled=False), None, "The monitor is told nothing."),
        (Monitor(url="https://a"), None, "Nothing was told yet."),
        (Monitor(url="https://a"), Told(Waiting(1, 2, 0), None, "", None), "Nothing was told yet."),
    ],
)
def test_how_it_goes(monitor: Monitor, state: Told | None, begins: str) -> None:
    assert standing(monitor, state) == begins


def test_what_waits_and_what_was_lost() -> None:
    state = Told(Waiting(1, 2, 7), time.time(), "", None)
    said = standing(Monitor(url="https://a"), state)
    assert said.startswith("Last told: ")
    assert "3 report(s) waiting." in said and "7 line(s) of the history were lost." in said
