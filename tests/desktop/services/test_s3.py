"""A bucket on a real S3 server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services import ServiceDialog, ServiceEditor
from tests.desktop.services.hand import Hand
from tests.servers.seaweed import KEYS, Seaweed

KEY, SECRET, _ = KEYS["admin"]


def fill(hand: Hand, server: Seaweed, bucket: str, secret: str) -> None:
    hand.type("endpoint_url", server.endpoint)
    hand.type("bucket", bucket)
    hand.type("access_key_id", KEY)
    hand.type("secret_access_key", secret)
    hand.type("region", "us-east-1")


def test_from_the_card_to_a_saved_bucket(
    adding: tuple[ServiceEditor, Hand],
    controller: Controller,
    s3_server: Seaweed,
    s3_bucket: str,
    person: Path,
) -> None:
    editor, hand = adding
    hand.choose(editor, "s3-own")
    fill(hand, s3_server, s3_bucket, "canary-wrong-secret")
    assert hand.line("name").text() == s3_bucket  # suggested, until a name is typed
    hand.type("name", "Photos")
    hand.press("primary")
    hand.press("change-it")
    assert hand.line("secret_access_key").hasFocus()
    hand.type("secret_access_key", SECRET)
    hand.press("primary")
    hand.until(lambda: hand.sees("primary") and hand.button("primary").text() == "&Save")
    hand.press("primary")
    hand.until(lambda: "Photos" in controller.settings.services)
    service = controller.settings.services["Photos"]
    assert service.options == {
        "bucket": s3_bucket, "endpoint_url": s3_server.endpoint, "region": "us-east-1"
    }  # fmt: skip
    kept = controller.app.credentials.get("Photos")
    assert kept == {"access_key_id": KEY, "secret_access_key": SECRET}
    files = [path.read_text(errors="replace") for path in person.rglob("*") if path.is_file()]
    assert not any("canary" in text for text in files)


def test_answers_to_a_preset_become_options_and_come_back(
    adding: tuple[ServiceEditor, Hand],
    controller: Controller,
    hand_on: Callable[[QWidget], Hand],
) -> None:
    editor, hand = adding
    hand.choose(editor, "b2")
    hand.press("primary")
    fault = hand.window.findChild(QLabel, "fault-region")
    assert isinstance(fault, QLabel) and fault.text().startswith("This is needed.")
    region = hand.window.findChild(QComboBox, "field-region")
    assert isinstance(region, QComboBox) and region.hasFocus()
    region.setEditText("us-west-009")
    assert not fault.isVisible()
    hand.type("bucket", "holiday")
    assert not hand.sees("field-endpoint_url")  # it follows from the region
    hand.press("save-untested")
    hand.until(lambda: "holiday" in controller.settings.services)
    service = controller.settings.services["holiday"]
    assert service.options == {
        "bucket": "holiday", "region": "us-west-009",
        "endpoint_url": "https://s3.us-west-009.backblazeb2.com",
    }  # fmt: skip
    again = hand_on(ServiceDialog(controller, service))
    region = again.window.findChild(QComboBox, "field-region")
    assert isinstance(region, QComboBox) and region.currentText() == "us-west-009"
    assert again.line("name").isReadOnly()  # mappings know it by its name
