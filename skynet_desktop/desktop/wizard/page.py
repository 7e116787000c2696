"""What all steps of the wizard have in common: a title, what it is about, and the buttons."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.tokens import L, M, S
from skynet_desktop.desktop.window.parts import label


class Page(QWidget):
    """One step. ``primary`` and ``other`` are the words on its buttons, "" for no button."""

    wentOn = Signal()
    """The step is done: show the next."""
    wentBack = Signal()
    changed = Signal()
    """Buttons or what was entered are others now."""
    refused = Signal(str)
    """What is wrong, in words for the person; "" takes it back."""

    def __init__(self, title: str, about: str = "") -> None:
        super().__init__()
        self.primary = self.tr("&Continue")
        self.other = ""
        self.is_ready = True
        """Whether the primary button may be pressed."""
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(M)
        self.title = label(title, "title", "page-title", wraps=True)
        self.about = label(about, "muted", wraps=True)
        self.about.setVisible(bool(about))
        for part in (self.title, self.about):
            part.setContentsMargins(S, 0, S, 0)
            self.column.addWidget(part)

    def enter(self) -> None:
        """It is shown now: fill in what follows from the steps before."""

    def leave(self) -> None:
        """Something else is shown, or the window closes: end what is under way."""

    def go_on(self) -> None:
        """The primary button, or Enter."""
        self.wentOn.emit()

    def go_other(self) -> None:
        """The button beside it."""

    def put(self, *parts: QWidget) -> None:
        """These, one below the other; scrolled where the window is too small."""
        inside = QWidget()
        theme.mark(inside, kind="page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(S, S, S, S)
        column.setSpacing(L)
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        self.column.addWidget(scrolled(inside), 1)


def scrolled(part: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(part)
    return area
