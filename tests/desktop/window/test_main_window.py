from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QPushButton, QStackedWidget, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from skynet_desktop.core.events import State
from skynet_desktop.desktop import remembered
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.window import MainWindow
from tests.desktop.made_controller import MadeController, MadeErrands, view

CTRL = Qt.KeyboardModifier.ControlModifier


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *, ctrl: bool = True) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, key, CTRL if ctrl else Qt.KeyboardModifier.NoModifier)


def page(window: MainWindow) -> QWidget | None:
    pages = (window.overview, window.activity, window.issues)
    return next((each for each in pages if each.isVisible()), None)


def test_keys_lead_to_pages(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, window, Qt.Key.Key_2)
    assert page(window) is window.activity
    press(qtbot, window, Qt.Key.Key_3)
    assert page(window) is window.issues
    press(qtbot, window, Qt.Key.Key_1)
    assert page(window) is window.overview
    press(qtbot, window, Qt.Key.Key_F)
    assert page(window) is window.activity
    assert window.activity.search.hasFocus()


def test_keys_ask_the_controller(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    press(qtbot, window, Qt.Key.Key_F5, ctrl=False)
    press(qtbot, window, Qt.Key.Key_Comma)
    press(qtbot, window, Qt.Key.Key_Q)
    assert controller.calls == [("sync", None), ("show", Place.GENERAL, ""), ("quit",)]


def test_the_sidebar_leads_to_pages_and_settings(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    pages = window.findChild(QListWidget, "pages")
    assert isinstance(pages, QListWidget)
    place = pages.visualItemRect(pages.item(1)).center()
    QTest.mouseClick(pages.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page(window) is window.activity
    QTest.keyClick(pages, Qt.Key.Key_Down)
    assert page(window) is window.issues
    gear = window.findChild(QToolButton, "gear")
    assert isinstance(gear, QToolButton)
    QTest.mouseClick(gear, Qt.MouseButton.LeftButton)
    assert controller.calls[-1] == ("show", Place.GENERAL, "")


def test_the_sidebar_says_how_many_issues_there_are(
    window: MainWindow, controller: MadeController
) -> None:
    controller.show_views(view(state=State.ISSUES, issues=3), view("b", issues=4))
    pages = window.findChild(QListWidget, "pages")
    assert isinstance(pages, QListWidget)
    said = pages.item(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "7" in said


def test_closing_hides_it_where_there_is_a_tray(
    window: MainWindow, controller: MadeController
) -> None:
    window.closes_to_tray = True
    window.close()
    assert not window.isVisible()
    assert controller.calls == []


def test_closing_quits_without_a_tray(window: MainWindow, controller: MadeController) -> None:
    window.close()
    assert controller.calls == [("quit",)]


def test_it_remembers_its_size(
    qtbot: QtBot, window: MainWindow, controller: MadeController, errands: MadeErrands
) -> None:
    qtbot.waitUntil(lambda: window._kept is not None)
    window.resize(777, 555)
    window.hide()
    folder = controller.app.paths.state
    qtbot.waitUntil(lambda: "main-window" in remembered.recall(folder))
    other = MainWindow(controller.typed, errands)  # type: ignore[arg-type]
    qtbot.addWidget(other)
    qtbot.waitUntil(lambda: (other.width(), other.height()) == (777, 555))


def test_a_remembered_size_that_is_garbage_is_none(
    qtbot: QtBot, controller: MadeController, errands: MadeErrands
) -> None:
    remembered.remember(controller.app.paths.state, {"main-window": "ünsinn"})
    made = MainWindow(controller.typed, errands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    before = made.size()
    qtbot.waitUntil(lambda: made._kept is not None)
    assert made.size() == before


def test_it_fits_on_a_small_screen(window: MainWindow, controller: MadeController) -> None:
    controller.show_views(
        view(state=State.ACTION_REQUIRED, reason="The server refused the password.", issues=1)
    )
    assert window.minimumSizeHint().width() <= 1024
    assert window.minimumSizeHint().height() <= 640
    assert window.minimumWidth() <= 1024


def test_broken_settings_take_the_page_until_they_are_mended(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    controller.show_views(view())
    window.show_page(Place.ISSUES)
    controller.settingsBroken.emit("settings.toml, line 3: no.")
    again = window.findChild(QPushButton, "try-again")
    assert isinstance(again, QPushButton)
    assert again.isVisible()
    controller.error = RuntimeError("settings.toml, line 4: no.")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "line 4" in window.overview._broken._text.text())
    controller.error = None
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not again.isVisible())
    assert window.findChild(QPushButton, "sync-Photos") is not None


def test_without_mappings_it_offers_to_set_one_up(
    qtbot: QtBot, window: MainWindow, controller: MadeController
) -> None:
    button = window.findChild(QPushButton, "set-up")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert controller.calls == [("show", Place.WIZARD, "")]
    controller.show_views(view())
    assert not button.isVisible()


def test_before_the_settings_are_read_it_says_nothing(
    qtbot: QtBot, controller: MadeController, errands: MadeErrands
) -> None:
    controller.is_loaded = False
    made = MainWindow(controller.typed, errands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    button = made.findChild(QPushButton, "set-up")
    assert isinstance(button, QPushButton)
    assert not button.isVisible()
    assert isinstance(made.overview, QStackedWidget)
