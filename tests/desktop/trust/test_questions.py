"""A guard's question in its window."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from skynet_desktop.core.events import State
from skynet_desktop.desktop.questions.answers import answers
from skynet_desktop.desktop.questions.dialog import QuestionDialog
from skynet_desktop.settings import MappingSettings
from tests.desktop.made_controller import MadeController, MadeMirror, view
from tests.desktop.trust.conftest import Person, button, press, words

EMPTIED = "The folder is empty. Remove all 12 files at the destination too?"
PATHS = [f"pictures/{number:04}.jpg" for number in range(1_200)]


def asking(about: str = "removals", question: str = EMPTIED) -> object:
    return view(state=State.ACTION_REQUIRED, question=question, about=about, reason=question)


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path) -> MadeController:
    made = MadeController(tmp_path / "home")
    made.mirrors["Photos"] = MadeMirror(PATHS)
    made.show_views(asking())  # type: ignore[arg-type]
    return made


@pytest.fixture
def dialog(qtbot: QtBot, controller: MadeController) -> QuestionDialog:
    made = QuestionDialog(controller.typed, "Photos")
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: "1200" in button(made, "yes-Photos-dialog").text())
    return made


def test_what_would_go_is_seen_and_searched(qtbot: QtBot, dialog: QuestionDialog) -> None:
    model = dialog.list.model
    qtbot.waitUntil(lambda: model.rowCount() == 500)
    assert words(dialog, "count-would-go") == "The first 500 are shown; scroll for more"
    QTest.keyClicks(dialog.list.search, "0777")
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert model.row(0) == "pictures/0777.jpg"


@pytest.mark.parametrize(("name", "yes"), [("yes", True), ("no", False)])
def test_an_answer_is_given_by_its_button(
    dialog: QuestionDialog, controller: MadeController, name: str, yes: bool
) -> None:
    press(dialog, f"{name}-Photos-dialog")
    assert controller.calls == [("answer", "Photos", yes)]
    assert not dialog.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape])
def test_a_key_decides_nothing(
    dialog: QuestionDialog, controller: MadeController, key: Qt.Key
) -> None:
    dialog.list.search.setFocus()
    QTest.keyClick(dialog.list.search, key)
    assert controller.calls == []
    assert not any(
        each.isDefault() for each in dialog.findChildren(QPushButton, "yes-Photos-dialog")
    )


def test_a_question_answered_elsewhere_is_asked_no_more(
    qtbot: QtBot, dialog: QuestionDialog, controller: MadeController
) -> None:
    controller.show_views(view())
    assert not dialog.findChild(QPushButton, "yes-Photos-dialog").isVisible()  # type: ignore[union-attr]
    press(dialog, "close-settled")
    assert controller.calls == [] and not dialog.isVisible()


def test_another_question_shows_its_own_answers(
    qtbot: QtBot, dialog: QuestionDialog, controller: MadeController
) -> None:
    controller.show_views(asking("root", "Is it this folder?"))  # type: ignore[arg-type]
    assert button(dialog, "yes-Photos-dialog").text() == "Use this folder"
    assert dialog.list.isHidden()
    assert words(dialog, "question") == "Is it this folder?"


def test_each_answer_says_what_can_be_brought_back() -> None:
    kept = MappingSettings("a", "/a", "disk", "", keep="all", keep_days=30)
    gone = MappingSettings("a", "/a", "disk", "", keep="nothing")
    removals = answers("removals", kept, 812)
    assert (removals.yes, removals.destroys) == ("Remove 812 file(s) there too", False)
    assert "30 day(s)" in removals.yes_means
    assert answers("removals", gone).destroys
    assert answers("changes", gone).destroys
    deleted_only = MappingSettings("a", "/a", "disk", "", keep="deleted")
    assert answers("changes", deleted_only).destroys
    assert not answers("removals", deleted_only).destroys
    assert answers("changes", kept, 5).yes == "Send 5 changed file(s)"
    assert answers("changes", kept).no == "Wait, I want to look first"
    assert answers("place").yes == "Send them all again"
    assert answers("something new").yes == "Yes"


def test_removals_on_the_real_engine(mirrored: Person) -> None:
    files = {f"sub/{number}.txt": str(number) for number in range(30)}
    mirrored.mirror(files, complete_sync=True, delete_limit_count=5)
    shutil.rmtree(mirrored.here / "sub")
    mirrored.controller.sync()
    mirrored.until_state(State.ACTION_REQUIRED)
    assert mirrored.view.status.about == "removals"
    dialog = QuestionDialog(mirrored.controller, "Notes")
    mirrored.look_at(dialog)
    mirrored.until(lambda: dialog.list.model.rowCount() == 30)
    mirrored.until(lambda: "30" in button(dialog, "yes-Notes-dialog").text())
    assert {dialog.list.model.row(n) for n in range(30)} == set(files)
    press(dialog, "yes-Notes-dialog")
    mirrored.until(lambda: not any((mirrored.there / path).exists() for path in files))
    mirrored.until_state(State.UP_TO_DATE)
