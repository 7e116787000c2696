"""One input for each kind of value, all handled alike: ``value``, ``set_value``, ``changed``
while it is typed, ``finished`` when it is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDir, Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from skynet_desktop.desktop.forms.choices import shown
from skynet_desktop.desktop.tokens import S

_DECIMALS = 3
_LINES = 4  # of text that are seen at once


class Input(QWidget):
    """The base of all. ``widget`` takes the focus and the accessible name."""

    changed = Signal()
    finished = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.widget = widget
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(S)
        self.row.addWidget(widget, 1)
        self.setFocusProxy(widget)

    def value(self) -> object:
        raise NotImplementedError

    def set_value(self, value: object) -> None:
        raise NotImplementedError

    def narrow(self) -> None:
        """Take no more width than the value needs."""
        self.widget.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.row.addStretch(1)


class TextInput(Input):
    """One line; a number that a form takes as text too."""

    def __init__(self, line: QLineEdit | None = None) -> None:
        self.line = line or QLineEdit()
        super().__init__(self.line)
        self.line.textChanged.connect(self.changed)
        self.line.editingFinished.connect(self.finished)

    def value(self) -> str:
        return self.line.text().strip()

    def set_value(self, value: object) -> None:
        self.line.setText("" if value is None else str(value))


class PathInput(TextInput):
    """A file or a folder, typed or picked."""

    def __init__(self, *, folder: bool) -> None:
        super().__init__()
        self._folder = folder
        self.browse = QPushButton(self.tr("Browse…"))
        self.browse.clicked.connect(self._pick)
        self.row.addWidget(self.browse)

    def _pick(self) -> None:
        dialog = QFileDialog(self)
        if self._folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setFilter(dialog.filter() | QDir.Filter.Hidden)  # keys lie in ~/.ssh
        typed = Path(self.value() or "~").expanduser()
        dialog.setDirectory(str(typed if self._folder or not self.value() else typed.parent))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._picked)
        dialog.open()

    def _picked(self, path: str) -> None:
        self.set_value(str(Path(path)))
        self.finished.emit()


class BoolInput(Input):
    """The box carries the label itself."""

    def __init__(self, label: str) -> None:
        self.box = QCheckBox(label.replace("&", "&&"))
        super().__init__(self.box)
        self.box.toggled.connect(self.changed)
        self.box.clicked.connect(self.finished)

    def value(self) -> bool:
        return self.box.isChecked()

    def set_value(self, value: object) -> None:
        self.box.setChecked(bool(value))


class ChoiceInput(Input):
    """One of several words, each shown by its name."""

    def __init__(self, name: str, choices: Sequence[str]) -> None:
        self.combo = _Combo()
        for choice in choices:
            self.combo.addItem(shown(name, choice), choice)
        super().__init__(self.combo)
        self.combo.currentIndexChanged.connect(self.changed)
        self.combo.activated.connect(self.finished)

    def value(self) -> str:
        return str(self.combo.currentData())

    def set_value(self, value: object) -> None:
        self.combo.setCurrentIndex(max(0, self.combo.findData(value)))


class SuggestInput(Input):
    """Usual answers by their names; unless it is ``closed``, any other may be typed."""

    def __init__(self, names: Mapping[str, str], *, closed: bool) -> None:
        self.combo = _Combo()
        for answer, name in names.items():
            self.combo.addItem(f"{answer} · {name}" if answer and not closed else name, answer)
        super().__init__(self.combo)
        self.combo.activated.connect(self.finished)
        if closed:
            self.combo.currentIndexChanged.connect(self.changed)
            return
        self.combo.setEditable(True)
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.combo.completer()
        assert completer is not None  # an editable box has one
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.combo.setCurrentIndex(-1)
        self.combo.currentTextChanged.connect(self.changed)
        line = self.combo.lineEdit()
        assert line is not None
        line.editingFinished.connect(self.finished)

    def value(self) -> str:
        """An answer, not its name; what was typed, if it is none of the usual ones."""
        if not self.combo.isEditable():
            return str(self.combo.currentData())
        text = self.combo.currentText().strip()
        number = self.combo.findText(text)
        return str(self.combo.itemData(number)) if number >= 0 else text

    def set_value(self, value: object) -> None:
        number = self.combo.findData(value)
        self.combo.setCurrentIndex(number)
        if number < 0 and self.combo.isEditable():
            self.combo.setEditText(str(value or ""))


class NumberInput(Input):
    """Within a range; whole, or with a few decimals."""

    def __init__(self, least: float, most: float, *, whole: bool) -> None:
        self.spin: QSpinBox | QDoubleSpinBox
        if whole:
            self.spin = _Spin()
            self.spin.setRange(int(least), int(most))
        else:
            self.spin = _DecimalSpin()
            self.spin.setRange(least, most)
        self.spin.setGroupSeparatorShown(True)
        super().__init__(self.spin)
        self.spin.valueChanged.connect(self.changed)
        self.spin.editingFinished.connect(self.finished)
        self.narrow()

    def value(self) -> int | float:
        return self.spin.value()

    def set_value(self, value: object) -> None:
        if isinstance(self.spin, QSpinBox):
            self.spin.setValue(int(str(value)))
        else:
            self.spin.setValue(float(str(value)))


class ShareInput(Input):
    """A share from 0 to 1, shown and typed in per cent."""

    def __init__(self) -> None:
        self.spin = _Spin()
        self.spin.setRange(0, 100)
        before, _, after = QCoreApplication.translate("forms", "{0} %").partition("{0}")
        self.spin.setPrefix(before)
        self.spin.setSuffix(after)
        self._exact = 0.0
        super().__init__(self.spin)
        self.spin.valueChanged.connect(self.changed)
        self.spin.editingFinished.connect(self.finished)
        self.narrow()

    def value(self) -> float:
        """As it was set, unless somebody changed it: a settings file may say 0.333."""
        shown = self.spin.value()
        return self._exact if shown == round(self._exact * 100) else shown / 100

    def set_value(self, value: object) -> None:
        self._exact = float(str(value))
        self.spin.setValue(round(self._exact * 100))


class LinesInput(Input):
    """Several texts, one a line; empty lines do not count."""

    def __init__(self) -> None:
        self.text = _Lines()
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        height = self.text.fontMetrics().lineSpacing() * _LINES + 4 * S
        self.text.setMinimumHeight(height)
        super().__init__(self.text)
        self.text.textChanged.connect(self.changed)
        self.text.left.connect(self.finished)

    def value(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self.text.toPlainText().splitlines())
        return tuple(line for line in lines if line)

    def set_value(self, value: object) -> None:
        self.text.setPlainText("\n".join(map(str, value if isinstance(value, tuple) else ())))


# A turn of the wheel that was meant for the page must not change a value it passes over.


class _Combo(QComboBox):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # It may become narrower than its longest word, so that a window never must be wide.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class _Spin(QSpinBox):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class _DecimalSpin(QDoubleSpinBox):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setDecimals(_DECIMALS)

    def textFromValue(self, value: float) -> str:
        text = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class _Lines(QPlainTextEdit):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()
