"""The look of a form made from a table of the settings: fields as wide as their values."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QAbstractSpinBox, QPlainTextEdit, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.forms import SettingsForm
from skynet_desktop.desktop.tokens import L

_LINES = 4  # of a list, seen at once
_WIDTH = 80  # of a text one reads, in letters


def dressed(form: SettingsForm, zeros: Mapping[str, str]) -> SettingsForm:
    """``zeros`` says for settings what their lowest value stands for, such as "No limit"."""
    for spin in form.findChildren(QAbstractSpinBox):
        theme.dress_spin_box(spin)
        name = spin.objectName().removeprefix("field-")
        if name in zeros:
            spin.setSpecialValueText(zeros[name])
        digits = max(len(zeros.get(name, "")), 8)
        spin.setMinimumWidth(spin.fontMetrics().averageCharWidth() * digits + 4 * L)
    for text in form.findChildren(QPlainTextEdit):
        text.setFixedHeight(text.fontMetrics().lineSpacing() * _LINES + L)
    return form


def reading_width(widget: QWidget) -> int:
    """In pixels; longer lines read badly."""
    return widget.fontMetrics().averageCharWidth() * _WIDTH
