"""Where the secrets are kept, if there is no keyring, a locked one, or one that nobody chose."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from skynet_desktop.app import App
from skynet_desktop.credentials import SESSION, Credentials, Keyring, Kind
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services import ServiceDialog, ServiceEditor
from skynet_desktop.settings import General, ServiceSettings, store
from tests.desktop.services.backends import LOCKED, MEMORY, Memory
from tests.desktop.services.hand import Hand


@pytest.fixture
def app(app: App) -> App:
    """Without the tests' keyring: there is no message bus, so there is none at all."""
    store.set_table(app.paths.settings_file, General())
    return app


def ready_to_save(editor: ServiceEditor, hand: Hand) -> None:
    hand.choose(editor, "sftp-password")
    hand.type("host", "nas.example")
    hand.type("password", "canary-secret")


def test_without_a_keyring_nothing_is_saved_before_it_is_decided(
    adding: tuple[ServiceEditor, Hand], controller: Controller
) -> None:
    editor, hand = adding
    ready_to_save(editor, hand)
    hand.press("save-untested")
    trouble = hand.window.findChild(QLabel, "trouble")
    assert isinstance(trouble, QLabel) and trouble.isVisible()
    assert controller.settings.services == {}
    hand.press("keyring-session")
    hand.until(lambda: hand.sees("keyring-system"))  # the way back is offered too
    hand.press("save-untested")
    hand.until(lambda: "nas.example" in controller.settings.services)
    assert controller.settings.general.keyring == SESSION
    assert controller.app.credentials.get("nas.example") == {"password": "canary-secret"}
    assert "canary" not in controller.settings_file.read_text()


def test_a_service_without_secrets_needs_no_decision(
    adding: tuple[ServiceEditor, Hand], controller: Controller
) -> None:
    editor, hand = adding
    hand.choose(editor, "sftp-agent")
    assert not hand.sees("keyring")
    hand.type("host", "nas.example")
    hand.press("save-untested")
    hand.until(lambda: "nas.example" in controller.settings.services)


def test_a_keyring_that_appears_is_found_by_trying_again(
    adding: tuple[ServiceEditor, Hand], controller: Controller
) -> None:
    editor, hand = adding
    ready_to_save(editor, hand)
    store.set_table(controller.settings_file, General(keyring=MEMORY))
    hand.press("keyring-again")
    hand.until(lambda: not hand.sees("keyring-again"))
    hand.press("save-untested")
    hand.until(lambda: "nas.example" in controller.settings.services)
    assert len(Memory.kept) == 1


def test_a_foreign_keyring_is_used_only_if_chosen(
    adding: tuple[ServiceEditor, Hand], controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Credentials.probe

    def probe(self: Credentials) -> Keyring:
        found = real(self)
        if found.kind is not Kind.NONE:
            return found
        return Keyring(Kind.FOREIGN, MEMORY, f"{MEMORY} may keep secrets in plain text.", MEMORY)

    monkeypatch.setattr(Credentials, "probe", probe)
    editor, hand = adding
    ready_to_save(editor, hand)
    hand.press("save-untested")
    assert controller.settings.services == {}
    hand.press("keyring-anyway")
    hand.until(lambda: controller.settings.general.keyring == MEMORY)
    hand.until(lambda: not hand.sees("keyring-anyway"))
    hand.press("save-untested")
    hand.until(lambda: "nas.example" in controller.settings.services)
    assert len(Memory.kept) == 1


def test_a_locked_keyring_loses_nothing_that_was_entered(
    adding: tuple[ServiceEditor, Hand], controller: Controller
) -> None:
    editor, hand = adding
    store.set_table(controller.settings_file, General(keyring=LOCKED))
    ready_to_save(editor, hand)
    hand.press("save-untested")
    trouble = hand.window.findChild(QLabel, "trouble")
    assert isinstance(trouble, QLabel)
    hand.until(lambda: trouble.isVisible() and "locked" in trouble.text())
    assert controller.settings.services == {}
    assert hand.line("password").text() == "canary-secret"
    assert hand.line("host").text() == "nas.example"


def test_the_placeholder_tells_what_is_kept(
    controller: Controller, hand_on: Callable[[QWidget], Hand]
) -> None:
    store.set_table(controller.settings_file, General(keyring=MEMORY))
    service = ServiceSettings("nas", "sftp", {"host": "nas.example"})
    store.add_service(controller.settings_file, service)
    controller.app.credentials.set("nas", {"password": "canary-secret"})
    hand = hand_on(ServiceDialog(controller, service))
    hand.until(lambda: hand.line("password").placeholderText() != "")
    assert hand.line("password").text() == ""
    assert hand.line("passphrase").placeholderText() == ""
