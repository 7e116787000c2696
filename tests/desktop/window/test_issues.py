from __future__ import annotations

import inspect

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from skynet_desktop.core import errors
from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import Done, State
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.window import MainWindow
from skynet_desktop.desktop.window.issue_advice import advice
from skynet_desktop.desktop.window.issues_model import ISSUE_ROLE, IssuesModel
from skynet_desktop.engine.issues import Issue
from tests.desktop.made_controller import MadeController, view


def issue(path: str, kind: str = "SourceUnreadable", reason: str = "It is locked.") -> Issue:
    return Issue(path, Kind.SEND, reason, kind, 1, 1_700_000_000.0)


def open_page(
    qtbot: QtBot, window: MainWindow, controller: MadeController, **issues: list[Issue]
) -> None:
    controller.issues = issues
    controller.show_views(
        *(view(name, State.ISSUES, issues=len(found)) for name, found in issues.items())
    )
    window.show_page(Place.ISSUES)
    qtbot.waitUntil(lambda: len(window.issues.model.paths()) == sum(map(len, issues.values())))
    controller.calls.clear()


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(window: MainWindow, mapping: str, path: str) -> None:
    window.issues.tree.setCurrentIndex(window.issues.model.find(mapping, path))


def test_an_issue_says_why_and_what_to_do(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    open_page(qtbot, window, controller, m=[issue("a"), issue("b?", "PathImpossible", "No name.")])
    choose(window, "m", "b?")
    texts = {label.objectName(): label.text() for label in window.issues.findChildren(QLabel)}
    assert texts["issue-reason"] == "No name."
    assert "name" in texts["issue-advice"]


def test_retry_and_retry_all(qtbot: QtBot, window: MainWindow, controller: MadeController) -> None:
    open_page(qtbot, window, controller, m=[issue("a"), issue("b")], n=[issue("c")])
    choose(window, "m", "b")
    click(qtbot, window, "retry")
    click(qtbot, window, "retry-all")
    assert controller.calls == [("retry", "m", "b"), ("sync", ["m", "n"])]


def test_ignoring_is_asked_once_more(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    open_page(qtbot, window, controller, m=[issue("a/[x].txt")])
    click(qtbot, window, "ignore")
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    box.reject()
    assert controller.calls == []
    click(qtbot, window, "ignore")
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    QTest.mouseClick(box.defaultButton(), Qt.MouseButton.LeftButton)
    assert controller.calls == [("ignore", "m", r"/a/\[x\].txt")]


def test_it_looks_anew_when_a_path_was_tried_and_not_otherwise(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    open_page(qtbot, window, controller, m=[issue("a"), issue("b")])
    choose(window, "m", "b")
    controller.happen(Done("m", Kind.SEND, "other", 1), Done("other", Kind.SEND, "a", 1))
    assert not window.issues._soon.isActive()
    controller.issues = {"m": [issue("b")]}
    controller.happen(Done("m", Kind.SEND, "a", 1))
    qtbot.waitUntil(lambda: window.issues.model.paths() == {("m", "b")})
    assert window.issues.tree.currentIndex().data(ISSUE_ROLE)[1].path == "b"
    assert controller.calls == [("read_issues",)]


def test_it_does_not_look_while_nobody_sees_it(
    window: MainWindow, controller: MadeController
) -> None:
    controller.show_views(view(state=State.ISSUES, issues=3))
    assert ("read_issues",) not in controller.calls


def test_a_mapping_can_be_brought_into_view(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    controller.issues = {"m": [issue("a")], "n": [issue("b")]}
    controller.show_views(view("m", issues=1), view("n", issues=1))
    window.show_page(Place.ISSUES, "n")
    qtbot.waitUntil(lambda: window.issues.tree.currentIndex().isValid())
    assert window.issues.tree.currentIndex().data(ISSUE_ROLE)[0] == "n"


def test_no_issues_is_said(window: MainWindow, controller: MadeController) -> None:
    controller.show_views(view())
    window.show_page(Place.ISSUES)
    said = {label.text() for label in window.issues.findChildren(QLabel) if label.isVisible()}
    assert "No issues" in said


def test_the_model_is_a_proper_tree(qtbot: QtBot) -> None:
    model = IssuesModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    assert model.show({"m": [issue("a"), issue("b")], "n": [], "o": [issue("c")]})
    assert not model.show({"m": [issue("a"), issue("b")], "o": [issue("c")]})
    assert model.rowCount() == 2
    assert model.find("o", "c").parent() == model.find("o")
    assert not model.find("n").isValid()


def test_every_kind_of_error_has_advice_of_its_own() -> None:
    kinds = [
        name
        for name, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, errors.PathError) and each is not errors.PathError
    ]
    assert len({advice(kind) for kind in [*kinds, "PathError"]}) == len(kinds) + 1
    assert advice("SomethingNew") == advice("PathError")
