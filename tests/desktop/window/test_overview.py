from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from skynet_desktop.core.events import State
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.verify.strip import ProofStrip
from skynet_desktop.desktop.window import MainWindow, card_words
from skynet_desktop.desktop.window.card import MappingCard
from skynet_desktop.desktop.window.pause_menu import tomorrow
from skynet_desktop.engine.status import Progress
from skynet_desktop.engine.verifying.report import Verified, Verifying
from tests.desktop.made_controller import MadeController, MadeErrands, view

EMPTIED = "The folder is empty. Remove all 12 files at the destination too?"
SWAPPED = (
    "The folder /x is not the one that was mirrored before: of 9 known files 0 are in it. "
    "Mirror this one from now on?"
)


def button(window: MainWindow, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert isinstance(found, QPushButton), name
    return found


def text(window: MainWindow, name: str) -> str:
    found = window.findChild(QLabel, name)
    assert isinstance(found, QLabel), name
    return "" if found.isHidden() else found.text()


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    QTest.mouseClick(button(window, name), Qt.MouseButton.LeftButton)


def test_a_card_is_changed_in_place_and_keeps_the_focus(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    controller.show_views(view("a"), view("b"))
    before = window.findChild(MappingCard, "card-b")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button(window, "pause-b").setFocus()
    controller.show_views(view("b", State.PAUSED, paused=True), view("c"))
    assert window.findChild(MappingCard, "card-b") is before
    assert button(window, "pause-b").isHidden()
    assert button(window, "resume-b").hasFocus()
    qtbot.waitUntil(lambda: window.findChild(MappingCard, "card-a") is None)


def test_a_card_says_how_it_is_doing(window: MainWindow, controller: MadeController) -> None:
    files = (Progress("holiday.mp4", 30, 100),)
    controller.show_views(
        view(state=State.UPLOADING, queued=4, in_flight=1, bytes_left=1_200_000_000,
             speed=2_000_000, eta=600, progress=files)
    )  # fmt: skip
    assert text(window, "badge-Photos") == "Uploading"
    assert "1.2 GB" in text(window, "left-Photos")
    assert "10 min" in text(window, "left-Photos")
    controller.show_views(view(state=State.UPLOADING, queued=4, bytes_left=300_000_000))
    card = window.findChild(MappingCard, "card-Photos")
    assert isinstance(card, MappingCard)
    assert card._bar.value() == 750
    assert card._files.isHidden()


def test_buttons_ask_for_this_mapping(
    qtbot: QtBot, window: MainWindow, controller: MadeController, errands: MadeErrands
) -> None:
    controller.show_views(view("a"), view("b"))
    click(qtbot, window, "sync-b")
    click(qtbot, window, "folder-b")
    menu = button(window, "pause-b").menu()
    assert menu is not None
    menu.actions()[3].trigger()
    menu.actions()[0].trigger()
    assert controller.calls[:2] == [("sync", ["b"]), ("pause", ["b"], None)]
    half_an_hour = controller.calls[2][2] - datetime.now().astimezone()
    assert timedelta(minutes=29) < half_an_hour <= timedelta(minutes=30)
    assert errands.calls == [("open_folder", "b")]


def test_a_question_is_answered_yes_only_where_all_of_it_is_seen(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    controller.show_views(
        view(state=State.ACTION_REQUIRED, reason=EMPTIED, question=EMPTIED, about="removals")
    )
    assert text(window, "reason-Photos") == ""
    click(qtbot, window, "decide-Photos")
    assert controller.calls == [("show", Place.QUESTION, "Photos")]


def test_no_is_answered_at_once(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    controller.show_views(
        view(state=State.ACTION_REQUIRED, reason=SWAPPED, question=SWAPPED, about="root")
    )
    assert button(window, "no-Photos").text() == "Not yet"
    click(qtbot, window, "no-Photos")
    assert controller.calls == [("answer", "Photos", False)]


def test_a_question_that_is_taken_back_is_gone(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    asked = view(state=State.ACTION_REQUIRED, question=EMPTIED, about="removals")
    controller.show_views(asked)
    click(qtbot, window, "no-Photos")
    assert not button(window, "no-Photos").isEnabled()  # a second click would answer what is next
    controller.show_views(view())
    assert not button(window, "decide-Photos").isVisible()
    controller.show_views(asked)
    assert button(window, "no-Photos").isEnabled()


def test_a_card_tells_of_the_last_verification_and_of_one_that_runs(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    controller.show_views(view())
    strip = window.findChild(ProofStrip)
    assert isinstance(strip, ProofStrip)
    assert strip.isHidden()
    two_days_ago = time.time() - 2 * 86_400
    ended = Verified("Photos", False, two_days_ago - 5, two_days_ago, 120, 10**9)
    controller.show_views(view(verified=ended))
    assert text(window, "proof-Photos") == "Verified 2 day(s) ago · All 120 file(s) are right"
    assert button(window, "stop-verifying-Photos").isHidden()
    click(qtbot, window, "proof-details-Photos")
    controller.show_views(view(verified=ended, verifying=Verifying(True, 5, 10, 100, 3)))
    assert text(window, "proof-Photos").startswith("Verifying: 5 of 10 file(s)")
    assert button(window, "verify-Photos").isHidden()
    click(qtbot, window, "stop-verifying-Photos")
    controller.show_views(view(verified=replace(ended, differences=3)))
    assert text(window, "proof-Photos").endswith("3 difference(s)")
    menu = button(window, "verify-Photos").menu()
    assert menu is not None
    for action in menu.actions():
        action.trigger()
    click(qtbot, window, "restore-Photos")
    assert controller.calls == [
        ("show", Place.VERIFICATION, "Photos"), ("stop_verifying", "Photos"),
        ("verify", "Photos", False), ("verify", "Photos", True),
        ("show", Place.RESTORE, "Photos"),
    ]  # fmt: skip


def test_a_refused_service_leads_to_its_settings(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    controller.show_views(
        view("a", State.ACTION_REQUIRED, reason="The password was refused.", about="service"),
        view("b", State.ACTION_REQUIRED, reason="The folder /x is not there.", about="folder"),
    )
    assert button(window, "service-b").isHidden()
    click(qtbot, window, "service-a")
    assert controller.calls == [("show", Place.SERVICES, "nas")]


def test_a_metered_network_can_be_used_all_the_same(
    qtbot: QtBot, controller: MadeController, errands: MadeErrands
) -> None:
    sent: list[bool] = []
    window = MainWindow(controller.typed, errands, lambda: sent.append(True))  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show()
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    controller.show_views(
        view("a", State.PAUSED, reason="On a metered connection, nothing is sent."),
        view("b", State.PAUSED, reason="Sends again at 22:00.", paused_until=until),
        view("c", State.PAUSED, paused=True),
    )
    assert button(window, "anyway-b").isHidden()
    assert button(window, "anyway-c").isHidden()
    click(qtbot, window, "anyway-a")
    assert sent == [True]


def test_a_mapping_can_be_brought_into_view(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_page(Place.OVERVIEW, "m9")
    controller.show_views(*(view(f"m{number}") for number in range(12)))
    assert button(window, "sync-m9").hasFocus()


def test_how_far_the_work_is() -> None:
    course = card_words.Course()
    assert course.feed(view(queued=0)) is None
    assert course.feed(view(queued=4, bytes_left=100)) == 0.0
    assert course.feed(view(queued=2, bytes_left=25)) == 0.75
    assert course.feed(view(queued=9, bytes_left=200)) == 0.0
    assert course.feed(view(queued=9)) == 0.0
    assert course.feed(view(queued=3)) == pytest.approx(2 / 3)
    assert course.feed(view(queued=0)) is None
    assert course.feed(view(queued=3)) == 0.0


def test_until_tomorrow_is_eight_in_the_morning() -> None:
    late = datetime(2026, 3, 31, 23, 50).astimezone()
    assert tomorrow(late).replace(tzinfo=None) == datetime(2026, 4, 1, 8)
