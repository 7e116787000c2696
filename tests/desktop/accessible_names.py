"""Whether somebody who cannot see a window is told what each control in it is."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QTabBar,
    QTextEdit,
    QWidget,
)

_INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QTextEdit,
)
_PARTS_OF_OTHERS = (QAbstractItemView, QAbstractSpinBox, QComboBox, QTabBar)


def assert_accessible(window: QWidget) -> None:
    """Each interactive widget has an accessible name, a label or a text, shown or hidden; a
    hidden button may get its text when it is shown."""
    labelled = {label.buddy() for label in window.findChildren(QLabel)}
    nameless = [
        f"{type(widget).__name__} {widget.objectName()!r}"
        for widget in [window, *window.findChildren(QWidget)]
        if isinstance(widget, _INTERACTIVE)
        and not _is_part(widget)
        and widget not in labelled
        and not _name(widget)
        and not (isinstance(widget, QPushButton) and not widget.isVisibleTo(window))
    ]
    assert not nameless, nameless


def assert_mnemonics_unique(window: QWidget) -> None:
    """No letter stands for two things that can be seen at once."""
    buttons = [b.text() for b in window.findChildren(QAbstractButton) if b.isVisible()]
    labels = [label for label in window.findChildren(QLabel) if label.isVisible()]
    texts = [*buttons, *(label.text() for label in labels if label.buddy() is not None)]
    letters = Counter(letter for text in texts if (letter := _mnemonic(text)))
    assert not [letter for letter, count in letters.items() if count > 1], texts


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def _is_part(widget: QWidget) -> bool:
    """Of a bigger control, which says what it is; or Qt's own."""
    parent = widget.parentWidget()
    inside = widget.objectName().startswith("qt_") or isinstance(widget, QHeaderView)
    inside = inside or (isinstance(parent, QLineEdit) and not widget.focusPolicy())
    while parent is not None and not inside:
        inside = isinstance(parent, _PARTS_OF_OTHERS)
        parent = parent.parentWidget()
    return inside


def _mnemonic(text: str) -> str:
    plain = text.replace("&&", "")
    at = plain.find("&")
    return plain[at + 1].lower() if 0 <= at < len(plain) - 1 else ""
