"""Finds text that nobody translates, and text that has no room.

In a window made while the pseudo language is spoken (fixture ``pseudo_language``), every text
stands in brackets; what does not is written into the code. The fixture is found by importing it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QWidget,
)

from skynet_desktop.desktop import spoken
from skynet_desktop.desktop.translations import LANGUAGES
from skynet_desktop.desktop.window.elided import ElidedLabel
from tools.translations import pseudo

_ALLOWED = {"Skynet Desktop", "Skynet", "skynet-desktop", *LANGUAGES.values()}
_UNITS = {"bytes", "kB", "MB", "GB", "TB"}


@pytest.fixture(scope="session")
def pseudo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with ``skynet_pseudo.qm`` and ``engine.json``."""
    return pseudo.make(tmp_path_factory.mktemp("pseudo")).parent


@pytest.fixture
def pseudo_language(qapp: QCoreApplication, pseudo_files: Path) -> Iterator[None]:
    """Spoken by what is made from now on, until the test ends."""
    translator = QTranslator()
    assert translator.load(str(pseudo_files / "skynet_pseudo.qm"))
    qapp.installTranslator(translator)
    spoken.know(json.loads((pseudo_files / "engine.json").read_text("utf-8")))
    yield
    spoken.know(())
    qapp.removeTranslator(translator)


def assert_translated(widget: QWidget, values: Collection[str] = ()) -> None:
    """``values`` are names, paths and the like that are shown as they are."""
    left = [f"{where}: {text!r}" for where, text in texts_of(widget) if untranslated(text, values)]
    assert not left, "not translated:\n" + "\n".join(left)


def untranslated(text: str, values: Collection[str] = ()) -> str:
    """The words in it that are neither translated nor values; "" if there are none."""
    rest = re.sub(r"<[^>]*>", " ", text).replace("\n", " ")
    before = ""
    while before != rest:
        before, rest = rest, re.sub(r"\[[^\[\]]*\]", " ", rest)
    rest = re.sub(r"\[[^\]]*$|^[^\[]*\]", " ", rest)  # one text may be shown in two parts
    for known in sorted({*_ALLOWED, *values}, key=len, reverse=True):
        rest = rest.replace(known, " ") if known else rest
    words = re.findall(r"[^\W\d_]{2,}", rest)
    return " ".join(word for word in words if word not in _UNITS)


def texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    """Everything that can be read or heard in it, each with where it stands."""
    for each in (widget, *widget.findChildren(QWidget)):
        if each is widget or each.isVisibleTo(widget):
            for role, text in _texts(each):
                if text:
                    yield f"{type(each).__name__} {each.objectName()} {role}", text


def _texts(each: QWidget) -> Iterator[tuple[str, str]]:
    yield "title", each.windowTitle() if each.isWindow() else ""
    yield "tooltip", each.toolTip()
    yield "accessible name", each.accessibleName()
    yield "accessible description", each.accessibleDescription()
    match each:
        case QLabel() | QAbstractButton():
            yield "text", each.text()
        case QGroupBox():
            yield "title", each.title()
        case QLineEdit() | QPlainTextEdit():
            yield "placeholder", each.placeholderText()
        case QComboBox():
            yield from (("choice", each.itemText(n)) for n in range(each.count()))
        case QTabBar():
            yield from (("tab", each.tabText(n)) for n in range(each.count()))
        case QMenu():
            yield from (("action", action.text()) for action in each.actions())
        case QListWidget():
            yield from (("item", each.item(n).text()) for n in range(each.count()))
        case QHeaderView() if _is_head(each):
            model, sideways = each.model(), Qt.Orientation.Horizontal
            for n in range(each.count()):
                if not each.isSectionHidden(n):
                    yield "header", str(model.headerData(n, sideways) or "")


def _is_head(header: QHeaderView) -> bool:
    return header.model() is not None and header.orientation() is Qt.Orientation.Horizontal


def assert_fits(widget: QWidget) -> None:
    """No text of a label, button, tab or choice is cut. Show the widget first, as large as a
    person first sees it. Texts that are cut on purpose (``ElidedLabel``) are passed over."""
    cut = [
        f"{type(each).__name__} {each.objectName()} {text!r}: {why}"
        for each in widget.findChildren(QWidget)
        if each.isVisible()
        for text, why in _cut(each)
    ]
    assert not cut, "cut:\n" + "\n".join(cut)


def _cut(each: QWidget) -> Iterator[tuple[str, str]]:
    match each:
        case ElidedLabel():
            return
        case QLabel() if each.text() and each.wordWrap():
            yield from _cut_below(each)
        case QLabel() | QAbstractButton() if each.text():
            yield from _cut_aside(each, each.text(), each.sizeHint().width())
        case QTabBar() if not each.usesScrollButtons():
            for n in range(each.count()):
                if each.tabRect(n).width() < each.tabSizeHint(n).width():
                    yield each.tabText(n), "the tab is too narrow"
        case QComboBox():
            wanted = each.fontMetrics().horizontalAdvance(each.currentText())
            yield from _cut_aside(each, each.currentText(), wanted)


def _cut_below(label: QLabel) -> Iterator[tuple[str, str]]:
    needed = label.heightForWidth(label.width())
    if needed > label.height() + 1:
        yield label.text(), f"{needed} high, has {label.height()}"
    yield from _cut_aside(label, label.text(), label.minimumSizeHint().width())


def _cut_aside(each: QWidget, text: str, needed: int) -> Iterator[tuple[str, str]]:
    seen = each.visibleRegion().boundingRect()
    if needed > each.width() + 1:
        yield text, f"{needed} wide, has {each.width()}"
    elif not seen.isEmpty() and seen.width() + 1 < each.width() and not _scrolls_aside(each):
        yield text, f"{each.width()} wide, {seen.width()} of it seen"


def _scrolls_aside(each: QWidget) -> bool:
    """What lies in a list or table is moved sideways by the person."""
    parent = each.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractItemView | QTableView):
            return True
        parent = parent.parentWidget()
    return False
