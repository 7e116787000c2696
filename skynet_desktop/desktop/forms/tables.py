"""The form for a table of the settings, made from what ``settings.schema`` declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_type_hints

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from skynet_desktop.desktop.forms.field import Check, Field, declared
from skynet_desktop.desktop.forms.inputs import (
    BoolInput,
    ChoiceInput,
    Input,
    LinesInput,
    NumberInput,
    ShareInput,
    TextInput,
)
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import L
from skynet_desktop.settings import declaring

_MOST = 2**31 - 1  # a spin box counts no further


class SettingsForm(QWidget):
    """The settings ``names`` of a table (all, if none are named), one below the other.

    ``changed`` comes with every key, ``finished(name)`` when a field that is right was left:
    the moment to apply it.
    """

    changed = Signal()
    finished = Signal(str)

    def __init__(
        self, table: type, values: Mapping[str, object], names: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._table = table
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        about = declaring.declared(table)
        self._fields = {name: self._field(name, about[name]) for name in names or about}
        self.set_values(values)
        for field in self._fields.values():
            column.addWidget(field)
            field.changed.connect(self.changed)
            field.input.finished.connect(lambda name=field.name: self._on_finished(name))

    def values(self) -> dict[str, object]:
        """As the settings want them; check with :meth:`is_right` first."""
        return {name: field.input.value() for name, field in self._fields.items()}

    def set_values(self, values: Mapping[str, object]) -> None:
        """Those of the form's own settings; others are passed over."""
        for name, field in self._fields.items():
            if name in values and values[name] != field.input.value():
                field.input.set_value(values[name])
                field.show_fault("")

    def is_right(self) -> bool:
        """Check all; the first field that is wrong gets the focus."""
        wrong = [field for field in self._fields.values() if not field.is_right()]
        if wrong:
            wrong[0].focus()
        return not wrong

    def show_fault(self, name: str, words: str) -> None:
        self._fields[name].show_fault(words)

    def focus_on(self, name: str) -> None:
        self._fields[name].focus()

    def _field(self, name: str, about: declaring.About) -> Field:
        label = declared(about.label)
        input = _input(name, label, get_type_hints(self._table)[name], about)
        return Field(name, label, declared(about.help), input, self._check(name))

    def _check(self, name: str) -> Check:
        def check(value: object) -> str:
            try:
                declaring.checked(self._table, name, value)
            except ValueError as error:
                words = spoken(str(error))
                return f"{words[:1].upper()}{words[1:]}."
            return ""

        return check

    def _on_finished(self, name: str) -> None:
        if self._fields[name].is_right():
            self.finished.emit(name)


def _input(name: str, label: str, shape: object, about: declaring.About) -> Input:
    if about.choices:
        return ChoiceInput(name, about.choices)
    if shape is bool:
        return BoolInput(label)
    if shape in (int, float):
        if shape is float and (about.least, about.most) == (0, 1):
            return ShareInput()
        least, most = about.least or 0, min(about.most or _MOST, _MOST)
        return NumberInput(least, most, whole=shape is int)
    if shape == tuple[str, ...]:
        return LinesInput()
    return TextInput()
