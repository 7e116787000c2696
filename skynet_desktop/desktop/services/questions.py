"""What a preset must ask: the parts of an address that only the person knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from skynet_desktop.connections.presets import Question
from skynet_desktop.desktop.forms.field import Check, Field, declared
from skynet_desktop.desktop.forms.inputs import Input, SuggestInput, TextInput
from skynet_desktop.desktop.tokens import L


class QuestionForm(QWidget):
    """Usual answers to choose from, others to be typed."""

    changed = Signal()

    def __init__(self, questions: Sequence[Question], answers: Mapping[str, str]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        self._fields = {question.name: _field(question) for question in questions}
        for name, field in self._fields.items():
            if name in answers:
                field.input.set_value(answers[name])
            field.changed.connect(self.changed)
            column.addWidget(field)

    def answers(self) -> dict[str, str]:
        return {name: str(field.input.value()) for name, field in self._fields.items()}

    def is_right(self) -> bool:
        """Check all; the first that is wrong gets the focus."""
        wrong = [field for field in self._fields.values() if not field.is_right()]
        if wrong:
            wrong[0].focus()
        return not wrong

    def shows(self, name: str) -> bool:
        return name in self._fields

    def focus_on(self, name: str) -> None:
        self._fields[name].focus()

    def names(self) -> list[str]:
        return list(self._fields)


def _field(question: Question) -> Field:
    label, help = declared(question.label), declared(question.help)
    input: Input = TextInput()
    if question.known:
        names = {answer: declared(name) for answer, name in question.known.items()}
        input = SuggestInput(names, closed=question.closed)
    return Field(question.name, label, help, input, _check(question))


def _check(question: Question) -> Check:
    def check(value: object) -> str:
        if re.fullmatch(question.pattern, str(value)):
            return ""
        words = declared(question.wanted)
        words = words[:1].upper() + words[1:]
        needed = QCoreApplication.translate("forms", "This is needed.")
        return words if value else f"{needed} {words}"

    return check
