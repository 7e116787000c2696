"""Where to, and what if a file is there already."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.forms.inputs import PathInput
from skynet_desktop.desktop.tokens import XL, XS, M, S
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.desktop.window.parts import column, label
from skynet_desktop.engine.restoring.file import IfExists


class TargetPage(QScrollArea):
    """``changed`` comes with every edit."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._home = ""
        self._what = label(kind="heading", name="what", wraps=True)
        self._back = QRadioButton(self.tr("&Back to its place"))
        self._back.setObjectName("to-its-place")
        self._back.setChecked(True)
        self._home_said = ElidedLabel()
        theme.mark(self._home_said, kind="caption")
        self._other = QRadioButton(self.tr("&Into another folder"))
        self._other.setObjectName("to-another-folder")
        self.folder = PathInput(folder=True)
        self.folder.line.setObjectName("target-folder")
        self.folder.line.setAccessibleName(self.tr("The other folder"))
        self.folder.browse.setObjectName("browse-target")
        self.folder.changed.connect(self.changed)
        places = QButtonGroup(self)
        self._ways: dict[QRadioButton, IfExists] = {}
        ways = QButtonGroup(self)
        page = QWidget()
        theme.mark(page, kind="page")
        layout = column(self._what, space=XS, margins=(S, S))
        layout.addSpacing(M)
        layout.addWidget(label(self.tr("Where to?"), "heading"))
        for button, more in ((self._back, self._home_said), (self._other, self.folder)):
            places.addButton(button)
            layout.addWidget(button)
            layout.addWidget(_inset(more))
        layout.addSpacing(M)
        question = self.tr("If another file of the same name is there")
        layout.addWidget(label(question, "heading", wraps=True))
        for way, name, text, help_ in (
            (IfExists.RENAME, "keep-both", self.tr("Keep b&oth"),
             self.tr("What comes back gets a name of its own beside it.")),
            (IfExists.SKIP, "leave", self.tr("&Leave it as it is"),
             self.tr("Only what is missing comes back.")),
            (IfExists.REPLACE, "replace", self.tr("Re&place it"),
             self.tr("What is there now is put aside under another name, never deleted.")),
        ):  # fmt: skip
            button = QRadioButton(text)
            button.setObjectName(name)
            button.setAccessibleDescription(help_)
            button.setChecked(way is IfExists.RENAME)
            ways.addButton(button)
            self._ways[button] = way
            layout.addWidget(button)
            layout.addWidget(_inset(label(help_, "caption", wraps=True)))
        layout.addSpacing(S)
        layout.addWidget(
            label(self.tr("A file that is the same already is never touched."), "caption",
                  wraps=True)
        )  # fmt: skip
        layout.addStretch(1)
        page.setLayout(layout)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
        self._other.toggled.connect(self._on_place)
        self._on_place(False)

    def start(self, what: str, home: str) -> None:
        """``what`` was chosen; ``home`` is the folder it is from."""
        self._what.setText(what)
        self._home = home
        self._home_said.setText(home)

    def focus(self) -> None:
        (self._other if self._other.isChecked() else self._back).setFocus()

    @property
    def target(self) -> str:
        """The folder; "" while none is chosen."""
        if self._back.isChecked():
            return self._home
        typed = self.folder.value()
        return os.path.abspath(os.path.expanduser(typed)) if typed else ""

    @property
    def if_exists(self) -> IfExists:
        return next(way for button, way in self._ways.items() if button.isChecked())

    @Slot(bool)
    def _on_place(self, other: bool) -> None:
        self.folder.setEnabled(other)
        if other:
            self.folder.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()


def _inset(part: QWidget) -> QWidget:
    """Below the text of the choice it belongs to."""
    inside = QWidget()
    box = QVBoxLayout(inside)
    box.setContentsMargins(XL + 2, 0, 0, XS)
    box.addWidget(part)
    return inside
