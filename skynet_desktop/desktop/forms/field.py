"""Label, input, help and what is wrong, one below the other, so that no language is too long."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from skynet_desktop.desktop.forms.inputs import BoolInput, Input
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import XS, S

Check = Callable[[object], str]
"""What is wrong with a value, in words for the person; "" if nothing is."""


def declared(text: str) -> str:
    """A label or help that was declared outside of the desktop, in the person's language."""
    return QCoreApplication.translate("settings", text) if text else ""


class Field(QWidget):
    """One value of a form. What is wrong is said once the input was left, not while one types;
    as soon as it is right again, nothing is said any more."""

    changed = Signal()

    def __init__(self, name: str, label: str, help: str, input: Input, check: Check) -> None:
        super().__init__()
        self.name = name
        self.input = input
        self._check = check
        self._touched = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        if not isinstance(input, BoolInput):
            title = QLabel(label.replace("&", "&&"))
            title.setTextFormat(Qt.TextFormat.PlainText)
            title.setWordWrap(True)
            title.setBuddy(input.widget)
            column.addWidget(title)
        column.addWidget(input)
        self.fault = _quiet_label("", tone="danger")
        self.fault.setObjectName(f"fault-{name}")
        column.addWidget(self.fault)
        self.help = _quiet_label(help, kind="caption")
        column.addWidget(self.help)
        input.setObjectName(f"input-{name}")
        input.widget.setObjectName(f"field-{name}")
        input.widget.setAccessibleName(label)
        self._help = help
        self._say("")
        input.changed.connect(self._on_changed)
        input.finished.connect(self._on_finished)

    def is_right(self) -> bool:
        """Check now, and say what is wrong."""
        words = self._check(self.input.value())
        self._say(words)
        return not words

    def show_fault(self, words: str) -> None:
        """Say what somebody else found wrong, until the value changes; "" takes it back."""
        self._say(words)

    def focus(self) -> None:
        self.input.widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_changed(self) -> None:
        self._touched = True
        if self.fault.text():
            self._say(self._check(self.input.value()))
        self.changed.emit()

    def _on_finished(self) -> None:
        if self._touched:
            self.is_right()

    def _say(self, words: str) -> None:
        self.fault.setText(words)
        self.fault.setVisible(bool(words))
        self.help.setVisible(bool(self._help) and not words)
        self.input.widget.setAccessibleDescription(words or self._help)
        mark(self.input.widget, tone="danger" if words else "")


def _quiet_label(text: str, **look: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setContentsMargins(0, 0, 0, S // 2)
    mark(label, **look)
    return label
