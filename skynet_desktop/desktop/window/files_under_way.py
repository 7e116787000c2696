"""The few files that are on their way now, a line each, below a card's bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.tokens import XS, S
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.desktop.window.parts import label
from skynet_desktop.engine.status import Progress

MOST = 3
_STEPS = 1_000


class FilesUnderWay(QWidget):
    """Lines keep to their file while it is on its way, so that none jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(S)
        layout.setVerticalSpacing(XS)
        layout.setColumnStretch(0, 3)
        layout.setColumnStretch(1, 2)
        self._lines = [_Line(layout, row) for row in range(MOST)]
        self.hide()

    def show_files(self, files: Sequence[Progress]) -> None:
        there = {file.path: file for file in files}
        staying = {line.path for line in self._lines if line.path in there}
        coming = [file for file in files if file.path not in staying]
        for line in self._lines:
            if line.path in there:
                line.show_file(there[line.path])
            else:
                line.show_file(coming.pop(0) if coming else None)
        self.setVisible(any(line.path for line in self._lines))


class _Line:
    def __init__(self, layout: QGridLayout, row: int) -> None:
        self.path = ""
        self._name = ElidedLabel()
        self._bar = QProgressBar()
        self._bar.setMaximum(_STEPS)
        self._share = label(kind="caption")
        for column, widget in enumerate((self._name, self._bar, self._share)):
            layout.addWidget(widget, row, column, Qt.AlignmentFlag.AlignVCenter)
            widget.hide()
        theme.mark(self._name, kind="caption")

    def show_file(self, file: Progress | None) -> None:
        if bool(file) != bool(self.path):
            for widget in (self._name, self._bar, self._share):
                widget.setVisible(file is not None)
        self.path = file.path if file else ""
        if file is not None:
            self._name.setText(file.path)
            share = file.done / file.size if file.size else 0.0
            self._bar.setValue(int(share * _STEPS))
            self._bar.setAccessibleName(file.path)
            text = QCoreApplication.translate("FilesUnderWay", "{0} of {1}")
            self._share.setText(text.format(words.size(file.done), words.size(file.size)))
