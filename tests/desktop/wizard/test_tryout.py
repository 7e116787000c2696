"""No account, three clicks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.settings import store
from skynet_desktop.tryout import NAME, TryOut, set_up
from tests.desktop.wizard.hand import WizardHand


def test_three_clicks_to_a_mirrored_file(
    hand: WizardHand, controller: Controller, qtbot: QtBot
) -> None:
    tryout = TryOut.of(controller.app.paths)
    hand.press("try-out")
    for name, folder in (("tryout-source", tryout.source), ("tryout-dest", tryout.dest)):
        assert hand.text(name) == str(folder)
    assert not tryout.source.exists() and not controller.settings_file.exists()
    hand.press("primary")
    hand.on(hand.wizard.arrival)
    hand.until(lambda: hand.wizard.arrival.has_arrived)
    assert "First: " in hand.text("first-file")
    shown: list[Place] = []
    controller.placeWanted.connect(lambda place, _: shown.append(place))
    with qtbot.waitSignal(hand.wizard.finished):
        hand.press("primary")
    assert shown == [Place.OVERVIEW]

    letter = tryout.dest / "Read me.txt"
    hand.until(
        lambda: (
            letter.exists() and letter.read_bytes() == (tryout.source / "Read me.txt").read_bytes()
        )
    )


def test_by_keys_alone(hand: WizardHand, controller: Controller) -> None:
    hand.key(Qt.Key.Key_Tab)
    hand.key(Qt.Key.Key_Return)
    hand.on(hand.wizard.tryout)
    hand.key(Qt.Key.Key_Return)
    hand.on(hand.wizard.arrival)
    hand.until(lambda: hand.wizard.arrival.has_arrived)
    hand.key(Qt.Key.Key_Escape)
    assert not hand.wizard.isVisible()
    assert NAME in controller.settings.mappings


def test_it_is_offered_once(controller: Controller, open_wizard: Callable[[], WizardHand]) -> None:
    controller.app.paths.make()
    set_up(controller.app.paths)
    controller.reload()
    hand = open_wizard()
    hand.until(lambda: not hand.sees("try-out"))
    assert hand.sees("set-up")


def test_what_cannot_be_made_is_said_and_leaves_nothing(
    hand: WizardHand, controller: Controller
) -> None:
    TryOut.of(controller.app.paths).source.parent.write_text("in the way")
    hand.press("try-out")
    hand.press("primary")
    hand.until(lambda: "cannot be made" in hand.text("fault"))
    assert hand.wizard.page is hand.wizard.tryout
    assert not store.load(controller.settings_file).services
    assert hand.button("primary").isEnabled()
