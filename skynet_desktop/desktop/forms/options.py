"""The form for a connection's declared options, whoever wrote the connection."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from skynet_desktop.connections.base import Option
from skynet_desktop.credentials import register
from skynet_desktop.desktop.forms.field import Check, Field, declared
from skynet_desktop.desktop.forms.fold import Fold
from skynet_desktop.desktop.forms.inputs import (
    BoolInput,
    ChoiceInput,
    Input,
    PathInput,
    TextInput,
)
from skynet_desktop.desktop.forms.secret import SecretInput
from skynet_desktop.desktop.tokens import L

_ALL_SEEN = 5  # as many options need no fold
_DIGITS = 8  # of width for a number


class OptionForm(QWidget):
    """``values`` as in the settings file; ``kept`` names the secrets that the keyring holds.

    ``first`` are the options to show before all others, in this order; required ones and
    secrets follow. The rest is folded away. An option whose ``when`` does not fit is neither
    shown nor among the answers.
    """

    changed = Signal()

    def __init__(
        self,
        options: Sequence[Option],
        values: Mapping[str, object],
        kept: Collection[str] = (),
        first: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._options = {option.name: option for option in options}
        self._given = dict(values)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        self._shown, rest = parted(options, first)
        self._folded = set(rest)
        # The keyboard goes through them in the order in which they are made.
        self._fields: dict[str, Field] = {}
        for name in self._shown:
            column.addWidget(self._made(name))
        self._fold = Fold(self.tr("More options"))
        for name in rest:
            self._fold.column.addWidget(self._made(name))
        column.addWidget(self._fold)
        self.set_kept(kept)
        self._fit()

    # --- answers ------------------------------------------------------------------------

    def values(self) -> dict[str, object]:
        """What belongs into the settings: no secrets, and no defaults that nobody wrote."""
        found = {}
        for name, option in self._options.items():
            if option.secret or not self._fits(option):
                continue
            value = _typed(option, self._fields[name].input.value())
            if value in (None, "") and option.default in (None, ""):
                continue
            if value != option.default or name in self._given:
                found[name] = value
        return found

    def secrets(self) -> dict[str, str]:
        """Those that were entered; what is kept and unchanged is not among them."""
        inputs = {name: self._fields[name].input for name in self.secret_names()}
        found = {
            name: input.value()
            for name, input in inputs.items()
            if isinstance(input, SecretInput) and input.value()
        }
        register(found.values())
        return found

    def secret_names(self) -> list[str]:
        """The secrets that belong to the choices made."""
        return [o.name for o in self._options.values() if o.secret and self._fits(o)]

    def set_kept(self, names: Collection[str]) -> None:
        """Which secrets the keyring holds."""
        for name, field in self._fields.items():
            if isinstance(field.input, SecretInput):
                field.input.set_kept(name in names)

    def set_values(self, values: Mapping[str, object]) -> None:
        """Change some of the options, as if a person did."""
        for name, value in values.items():
            self._given[name] = value
            self._fields[name].input.set_value(value)

    # --- what is wrong ------------------------------------------------------------------

    def is_right(self) -> bool:
        """Check all that is shown; the first field that is wrong gets the focus."""
        fitting = [self._fields[name] for name, o in self._options.items() if self._fits(o)]
        wrong = [field for field in fitting if not field.is_right()]
        if wrong:
            order = [child for child in self.findChildren(Field) if child in wrong]
            self.focus_on(order[0].name)
        return not wrong

    def shows(self, name: str) -> bool:
        """Whether there is such an option and it belongs to the choices made."""
        return name in self._options and self._fits(self._options[name])

    def order(self) -> list[str]:
        """The options that are seen without unfolding, from top to bottom."""
        return [name for name in self._shown if self.shows(name)]

    def focus_on(self, name: str) -> None:
        """Put the cursor there, unfolding it if need be."""
        if name in self._folded:
            self._fold.open()
        self._fields[name].focus()

    def show_fault(self, name: str, words: str) -> None:
        self._fields[name].show_fault(words)

    # --- inside -------------------------------------------------------------------------

    def _made(self, name: str) -> Field:
        option = self._options[name]
        label, help = declared(option.label), declared(option.help)
        input = _input(option, label)
        if not isinstance(input, SecretInput):
            input.set_value(self._given.get(option.name, option.default))
        field = Field(option.name, label, help, input, self._check(option, input))
        field.changed.connect(self._on_changed)
        self._fields[name] = field
        return field

    def _check(self, option: Option, input: Input) -> Check:
        def check(value: object) -> str:
            kept = isinstance(input, SecretInput) and input.is_kept
            return fault(option, value, kept=kept)

        return check

    def _fits(self, option: Option) -> bool:
        choices = {name: field.input.value() for name, field in self._fields.items()}
        return option.fits(choices, list(self._options.values()))

    def _on_changed(self) -> None:
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        """Show what belongs to the choices made."""
        for name, option in self._options.items():
            self._fields[name].setVisible(self._fits(option))
        self._fold.setVisible(any(self._fits(self._options[name]) for name in self._folded))


def parted(options: Sequence[Option], first: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names to show and those to fold away, both in their order."""
    names = [option.name for option in options]
    shown = [name for name in first if name in names]
    if not first and len(options) <= _ALL_SEEN:
        return names, []
    shown += [o.name for o in options if o.required and o.name not in shown]
    shown += [o.name for o in options if o.secret and o.name not in shown]
    return shown, [name for name in names if name not in shown]


def fault(option: Option, value: object, *, kept: bool = False) -> str:
    """What is wrong with a value as it was entered; "" if nothing is."""
    if value in (None, ""):
        needed = QCoreApplication.translate("forms", "This is needed.")
        return needed if option.required and not kept else ""
    if option.kind == "int" and not isinstance(_typed(option, value), int):
        return QCoreApplication.translate("forms", "A whole number is needed.")
    return ""


def _typed(option: Option, value: object) -> object:
    """A number as one, if it is one; nothing at all as None."""
    if option.kind == "int" and isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return value or None
    return value


def _input(option: Option, label: str) -> Input:
    if option.secret:
        return SecretInput()
    if option.kind == "bool":
        return BoolInput(label)
    if option.kind == "choice":
        return ChoiceInput(option.name, option.choices)
    if option.kind in ("file", "folder"):
        return PathInput(folder=option.kind == "folder")
    text = TextInput()
    if option.kind == "int":
        text.line.setMaximumWidth(text.fontMetrics().averageCharWidth() * _DIGITS + 24)
        text.row.addStretch(1)
    return text
