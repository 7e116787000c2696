"""The small parts that pages are made of, so that all of them look and speak alike."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.desktop import icons, theme
from skynet_desktop.desktop.tokens import S

Layout = TypeVar("Layout", bound=QBoxLayout)


def label(text: str = "", kind: str = "", name: str = "", *, wraps: bool = False) -> QLabel:
    """Plain text only: names and reasons may hold what looks like markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    made.setObjectName(name)
    theme.mark(made, kind=kind)
    return made


def button(text: str, name: str, glyph: str = "", kind: str = "") -> QPushButton:
    made = QPushButton(text)
    made.setObjectName(name)
    theme.mark(made, kind=kind)
    if glyph:
        icons.follow(made, glyph)
    return made


def search_field(text: str, name: str) -> QLineEdit:
    """``text`` says what is searched: in it while it is empty, and to a screen reader."""
    made = QLineEdit()
    made.setObjectName(name)
    made.setClearButtonEnabled(True)
    made.setPlaceholderText(text)
    made.setAccessibleName(text)
    glass = QAction(made)
    icons.follow(glass, "search")
    made.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
    return made


def row(*widgets: QWidget, space: int = S) -> QHBoxLayout:
    made = QHBoxLayout()
    return _fill(made, widgets, space)


def column(*widgets: QWidget, space: int = S, margins: tuple[int, int] = (0, 0)) -> QVBoxLayout:
    """``margins``: at the sides, above and below."""
    made = QVBoxLayout()
    sides, ends = margins
    made.setContentsMargins(sides, ends, sides, ends)
    return _fill(made, widgets, space)


def _fill(made: Layout, widgets: tuple[QWidget, ...], space: int) -> Layout:
    made.setSpacing(space)
    for widget in widgets:
        made.addWidget(widget)
    return made
