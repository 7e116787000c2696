"""Whoever cannot see, and whoever has no mouse, reaches everything in every window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop import theme
from tests.desktop.accessible_names import assert_accessible, assert_mnemonics_unique
from tests.desktop.scenes import Scene, Stage, every_scene

_CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
)  # fmt: skip
_OFTEN = 200  # more stops than any window has


@pytest.fixture
def scenes(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Iterator[Scene]]:
    theme.apply(qapp, "light")
    stage = Stage(tmp_path / "stage")
    yield every_scene(stage)
    stage.end()


def test_every_control_has_a_name(scenes: Iterator[Scene]) -> None:
    for name, window in scenes:
        try:
            assert_accessible(window)
            assert_mnemonics_unique(window)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


def test_tab_reaches_every_control_and_comes_back(scenes: Iterator[Scene], qtbot: QtBot) -> None:
    for name, window in scenes:
        if not isinstance(window, QMenu):
            window.activateWindow()
            qtbot.waitUntil(window.isActiveWindow)
            missed, trap = unreached(window)
            assert not trap, f"{name}: {trap} keeps the focus"
            assert not missed, f"{name}: Tab does not reach {missed}"


def test_a_trap_and_what_is_left_out_are_found(qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    trap, left_out = QPlainTextEdit(), QLineEdit()
    trap.setObjectName("trap")
    left_out.setObjectName("left-out")
    left_out.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    for widget in (trap, left_out):
        column.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    assert unreached(window) == (["QLineEdit left-out"], "QPlainTextEdit trap")


def unreached(window: QWidget) -> tuple[list[str], str]:
    """The controls that Tab does not lead to, and what does not let go of it, or ""."""
    if window.focusWidget() is None:
        window.focusNextChild()
    reached: list[QWidget] = []
    for _ in range(_OFTEN):
        now = window.focusWidget()
        if now is None or now in reached:
            break
        reached.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    last = reached[-1] if reached else None
    trap = _said(last) if last and len(reached) == 1 and window.focusWidget() is last else ""
    wanted = [each for each in window.findChildren(QWidget) if _is_wanted(each, window)]
    if len(wanted) == 1:
        trap = ""
    return [_said(each) for each in wanted if not _is_among(each, reached)], trap


def _is_wanted(each: QWidget, window: QWidget) -> bool:
    return (
        isinstance(each, _CONTROLS)
        and each.isVisible()
        and each.isEnabled()
        and each.window() is window
        and not each.objectName().startswith("qt_")
        and not (isinstance(each, QLineEdit) and each.isReadOnly())
    )


def _is_among(each: QWidget, reached: list[QWidget]) -> bool:
    """Itself, a part of it or what it is a part of; of buttons of which one is chosen, one
    stands for all: arrows lead to the others."""
    if isinstance(each, QAbstractButton) and (group := each.group()) and group.exclusive():
        return any(button in reached for button in group.buttons())
    if isinstance(each, QRadioButton):
        return any(isinstance(o, QRadioButton) and o.parent() is each.parent() for o in reached)
    return any(o is each or o.isAncestorOf(each) or each.isAncestorOf(o) for o in reached)


def _said(each: QWidget) -> str:
    return f"{type(each).__name__} {each.objectName()}"
