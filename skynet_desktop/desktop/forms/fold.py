"""What most people never need, folded away below a line that opens it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from skynet_desktop.desktop import icons
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import L, S


class Fold(QWidget):
    """Closed at first. ``column`` is where the content goes."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.button = QToolButton()
        self.button.setText(title)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setCheckable(True)
        self.button.setObjectName("fold")
        mark(self.button, "flat")
        self._content = QWidget()
        self.column = QVBoxLayout(self._content)
        self.column.setContentsMargins(0, S, 0, 0)
        self.column.setSpacing(L)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)
        whole.addWidget(self._content)
        self.button.toggled.connect(self._on_toggled)
        self._on_toggled(False)

    def open(self) -> None:
        self.button.setChecked(True)

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        icons.follow(self.button, "chevron-down" if is_open else "chevron-right")
        self._content.setVisible(is_open)
