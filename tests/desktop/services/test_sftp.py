"""A password account at a real server over SSH, from the first card to a mirror that sends."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services import ServiceDialog, ServiceEditor
from skynet_desktop.settings import ServiceSettings, store
from tests.desktop.services.backends import Memory
from tests.desktop.services.hand import Hand
from tests.servers.made_sshd import MadeSshd
from tests.servers.sshd import Sshd, fingerprint

CANARY = "canary-Zwölf 12"
WRONG = "canary-wrong 99"


@pytest.fixture
def server(made_sftp: MadeSshd) -> MadeSshd:
    made_sftp.rules.password = CANARY
    return made_sftp


@pytest.fixture
def black_hole() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def fill(hand: Hand, port: int, password: str) -> None:
    hand.type("host", "127.0.0.1")
    hand.type("username", "anna")
    hand.type("password", password)
    if not hand.sees("field-known_hosts"):
        hand.window.findChildren(QToolButton, "fold")[-1].click()
    hand.type("port", str(port))
    hand.type("known_hosts", os.devnull)


def written(home: Path) -> str:
    """Everything on disk that belongs to this home, as text."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return "".join(path.read_text(errors="replace") for path in files)


def test_unknown_host_wrong_password_then_right_one(
    adding: tuple[ServiceEditor, Hand],
    controller: Controller,
    server: MadeSshd,
    caplog: pytest.LogCaptureFixture,
    person: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    editor, hand = adding
    hand.choose(editor, "sftp-password")
    fill(hand, server.port, WRONG)
    hand.press("primary")
    hand.until(lambda: hand.sees("trust-key"))
    fingerprint = hand.window.findChild(QLabel, "fingerprint")
    assert isinstance(fingerprint, QLabel) and fingerprint.text() == server.host_key.fingerprint
    assert server.rules.tries == []  # nothing secret goes to a server that nobody trusts
    hand.press("trust-key")
    hand.press("change-it")
    assert editor.details is not None
    assert hand.line("password").hasFocus()
    assert server.rules.tries == [("password", WRONG)]  # once: no lock-out
    hand.type("password", CANARY)
    hand.press("primary")
    hand.until(lambda: hand.sees("primary") and hand.button("primary").text() == "&Save")
    hand.press("primary")
    hand.until(lambda: "127.0.0.1" in controller.settings.services)

    options = controller.settings.services["127.0.0.1"].options
    assert options["host_key"] == server.host_key.fingerprint
    assert options["auth"] == "password"
    assert controller.app.credentials.get("127.0.0.1") == {"password": CANARY}
    for text in (written(person), caplog.text):
        assert "canary" not in text
    assert list(server.root.iterdir()) == []  # the test file is gone again


def test_a_key_file_at_openssh(
    adding: tuple[ServiceEditor, Hand], controller: Controller, sftp_server: Sshd
) -> None:
    editor, hand = adding
    hand.choose(editor, "sftp-key")
    hand.type("host", "127.0.0.1")
    hand.type("username", sftp_server.username)
    hand.type("key_file", str(sftp_server.client_key))
    hand.window.findChildren(QToolButton, "fold")[-1].click()
    hand.type("port", str(sftp_server.port))
    hand.type("known_hosts", os.devnull)
    hand.press("primary")
    hand.press("trust-key")
    hand.until(lambda: hand.sees("primary") and hand.button("primary").text() == "&Save")
    hand.press("primary")
    hand.until(lambda: "127.0.0.1" in controller.settings.services)
    accepted = controller.settings.services["127.0.0.1"].options["host_key"]
    assert accepted in [fingerprint(key.with_suffix(".pub")) for key in sftp_server.host_keys]
    assert Memory.kept == {}  # no passphrase was entered, so nothing is kept


def test_cancel_while_a_black_hole_is_asked(
    adding: tuple[ServiceEditor, Hand], black_hole: int, qtbot: QtBot
) -> None:
    editor, hand = adding
    hand.choose(editor, "sftp-password")
    fill(hand, black_hole, CANARY)
    hand.press("primary")
    hand.until(lambda: hand.sees("stage-secure") and _is_asked(hand))
    began = time.monotonic()
    hand.press("cancel-test")
    assert not editor.trial.is_running
    assert time.monotonic() - began < 1
    assert hand.button("primary").isEnabled()  # one may try again at once


def test_closing_the_dialog_ends_the_test(
    controller: Controller, hand_on: Callable[[QWidget], Hand], black_hole: int
) -> None:
    service = ServiceSettings(
        "hole", "sftp", {"host": "127.0.0.1", "port": black_hole, "auth": "agent"}
    )
    store.add_service(controller.settings_file, service)
    dialog = ServiceDialog(controller, service)
    hand = hand_on(dialog)
    hand.press("primary")
    hand.until(lambda: dialog.editor.trial.is_running)
    dialog.reject()
    assert not dialog.isVisible()
    assert not dialog.editor.trial.is_running
    began = time.monotonic()
    assert controller.jobs.stop(5)
    assert time.monotonic() - began < 2  # its thread did not wait for the hole


def test_a_changed_key_is_not_accepted_by_one_click(
    controller: Controller, hand_on: Callable[[QWidget], Hand], server: MadeSshd
) -> None:
    old = "SHA256:" + "A" * 43
    service = ServiceSettings(
        "nas", "sftp",
        {"host": "127.0.0.1", "port": server.port, "username": "anna", "auth": "password",
         "host_key": old, "known_hosts": os.devnull},
    )  # fmt: skip
    store.add_service(controller.settings_file, service)
    controller.app.credentials.set("nas", {"password": CANARY})
    dialog = ServiceDialog(controller, service)
    hand = hand_on(dialog)
    hand.press("primary")
    hand.until(lambda: hand.sees("trust-key"))
    assert not hand.button("trust-key").isEnabled()
    confirm = dialog.findChild(QCheckBox, "confirm-key")
    assert isinstance(confirm, QCheckBox)
    confirm.click()
    hand.press("trust-key")
    hand.until(lambda: hand.sees("primary") and hand.button("primary").text() == "&Save")
    hand.press("primary")
    hand.until(lambda: "nas" in controller.settings.services)
    options = controller.settings.services["nas"].options
    assert options["host_key"] == server.host_key.fingerprint
    # The password that was kept and not entered again is still there.
    assert controller.app.credentials.get("nas") == {"password": CANARY}


def test_refusing_a_key_leads_nowhere(adding: tuple[ServiceEditor, Hand], server: MadeSshd) -> None:
    editor, hand = adding
    hand.choose(editor, "sftp-password")
    fill(hand, server.port, CANARY)
    hand.press("primary")
    hand.press("refuse-key")
    assert server.rules.tries == []
    assert editor.details is not None
    assert "host_key" not in editor.details.draft().service.options


def _is_asked(hand: Hand) -> bool:
    row = hand.window.findChild(QWidget, "stage-secure")
    return row is not None and "under way" in row.accessibleName()
