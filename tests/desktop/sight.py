"""What a person would find wrong with a window that is seen now."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QPlainTextEdit, QWidget

from tests.desktop.accessible_names import assert_mnemonics_unique
from tests.desktop.pseudo import assert_fits

SMALL = QSize(960, 520)
"""What the smallest screen that we care for has room for: 1920 x 1080 at 200 %, and a panel."""


def faults(window: QWidget) -> Iterator[str]:
    yield from _said_by(assert_fits, window)
    yield from _said_by(assert_mnemonics_unique, window)
    least = window.minimumSizeHint().expandedTo(window.minimumSize())
    for size, room in ((least, SMALL), (window.size(), window.screen().availableSize())):
        if size != size.boundedTo(room):
            yield f"{size.width()} x {size.height()} is too large"
    for area in window.findChildren(QAbstractScrollArea):
        if area.isVisible() and not isinstance(area, QAbstractItemView | QPlainTextEdit):
            beyond = area.horizontalScrollBar().maximum()
            if beyond > 0:
                yield f"{type(area).__name__} {area.objectName()} scrolls {beyond} sideways"


def _said_by(check: Callable[[QWidget], None], window: QWidget) -> Iterator[str]:
    try:
        check(window)
    except AssertionError as error:
        yield str(error).partition("\nassert ")[0]
