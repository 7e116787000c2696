"""The main window's pages, its questions, and the tray's menu."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QPushButton

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import Done, Event, Failed, Started, State
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.snapshot import MappingView
from skynet_desktop.desktop.tray.menu import Actions, TrayMenu
from skynet_desktop.desktop.window import MainWindow
from skynet_desktop.engine.issues import Issue
from skynet_desktop.engine.status import Progress
from skynet_desktop.engine.verifying.report import Verified, Verifying
from skynet_desktop.settings import Settings
from tests.desktop.made_controller import MadeErrands, view
from tests.desktop.scenes.stage import Scene, Scenes, Stage, part

_QUESTION = (
    "1,204 of 3,000 files are gone from the folder at once. Remove them at the destination too?"
)
LONG = "Pictures of the family/2019 Norway/" * 3 + "The house at the fjord, in the evening.jpg"
_EVENTS: tuple[Event, ...] = (
    Started("Photos", Kind.SEND, LONG, 5_000_000),
    Done("Photos", Kind.SEND, "summer/sea.jpg", 3000),
    Done("Photos", Kind.DELETE, "old.jpg", 0),
    Done("Photos", Kind.MOVE, "moved.jpg", 0),
    Failed("Videos", Kind.SEND, "locked.mov", "The file is locked by another program."),
)
_ISSUES = [
    Issue(LONG, Kind.SEND, "The file is locked by another program.", "SourceUnreadable", 3, 1e9),
    Issue("a?.txt", Kind.SEND, "The service cannot take this name.", "PathImpossible", 1, 1e9),
    Issue("b.txt", Kind.SEND, "The server does not allow it.", "PathDenied", 12, 1.7e9),
]


VERIFIED = Verified(
    "Fine", False, time.time() - 200_000, time.time() - 199_000, 12_345, 10**11, waiting=3,
    foreign=4,
)  # fmt: skip
DIFFERING = replace(VERIFIED, mapping="Differs", deep=True, differences=3)


def cards() -> tuple[MappingView, ...]:
    """One in every state, with all that there may be to say about it."""
    now = datetime.now(UTC)
    soon, before = (now + timedelta(hours=2)).isoformat(), (now - timedelta(days=3)).isoformat()
    return (
        view("Photos", State.UPLOADING, queued=3421, in_flight=2, bytes_left=5_123_000_000,
             files=12_345, bytes=10**11, speed=1.23e7, eta=4000.0, issues=3,
             progress=(Progress(LONG, 1, 10), Progress("a.mov", 5, 10))),
        view("Ask", State.ACTION_REQUIRED, question=_QUESTION, about="removals",
             reason="Many files are gone at once."),
        view("Moved", State.ACTION_REQUIRED, question="Is this the same folder as before?",
             about="root"),
        view("Videos", State.ACTION_REQUIRED, issues=2,
             about="service",
             reason="The server refused the password for anna@nas. Change it in the service."),
        view("Away", State.OFFLINE, queued=3, retry_at=soon, reason="nas cannot be reached."),
        view("Held", State.PAUSED, paused=True, paused_until=soon, queued=12),
        view("Some", State.ISSUES, issues=12, files=100, bytes=10**9),
        view("Looks", State.CHECKING, files=1000, bytes=10**9),
        view("Fine", State.UP_TO_DATE, files=12_345, bytes=10**11, last_reconcile=before,
             verified=VERIFIED),
        view("Differs", State.UP_TO_DATE, files=12_345, bytes=10**11, verified=DIFFERING),
        view("Proving", State.UP_TO_DATE, files=12_345, bytes=10**11, last_reconcile=before,
             verifying=Verifying(True, 1_234, 12_345, 10**10, 3)),
    )  # fmt: skip


def main_window(stage: Stage) -> Scenes:
    controller = stage.controller
    window = MainWindow(controller.typed, MadeErrands())  # type: ignore[arg-type]
    controller.load(Settings())
    stage.show(window)
    yield Scene("empty", window)
    for place in (Place.ACTIVITY, Place.ISSUES):
        window.show_page(place)
        stage.settle()
        yield Scene(f"{place.value}-empty", window)
    controller.issues = {"Photos": _ISSUES, "Some": _ISSUES[:1]}
    controller.show_views(*cards())
    controller.happen(*_EVENTS)
    window.show_page(Place.OVERVIEW)
    stage.settle()
    yield Scene("overview", window)
    window.show_page(Place.ACTIVITY)
    stage.settle()
    yield Scene("activity", window)
    window.show_page(Place.ISSUES)
    stage.until(window.issues.model.paths)
    for number in range(len(_ISSUES)):
        window.issues.tree.setCurrentIndex(window.issues.model.find("Photos", _ISSUES[number].path))
        stage.settle()
        yield Scene(f"issues-{number}", window)
    ignore = part(window, QPushButton, "ignore")
    yield from stage.box("ignore", window, ignore.click)
    window.show_broken("settings.toml, line 3: general.language is not a setting.")
    stage.settle()
    yield Scene("broken", window)
    stage.strike(window)


def tray_menu(stage: Stage) -> Scenes:
    def nothing(*_: object) -> None:
        pass

    menu = TrayMenu(
        stage.controller.typed,
        Actions(
            open_folder=nothing, show_at_destination=nothing, snooze=nothing, open_log=nothing,
            save_diagnostics=nothing,
        ),
    )  # fmt: skip
    stage.controller.show_views(*cards())
    menu.popup(menu.pos())
    stage.settle()
    yield Scene("tray-menu", menu)
    stage.strike(menu)
