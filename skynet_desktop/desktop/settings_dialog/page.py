"""What the pages of the settings dialog have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from skynet_desktop.desktop import theme, tokens
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.mappings.dressed import reading_width
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.settings_dialog.table_part import TablePart
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.settings import store


class Page(QScrollArea):
    """A page that scrolls where the window is small. Changes take effect at once: each is
    checked, written and followed by the engine off this thread; what was refused is said in a
    banner at the top, or at its field."""

    def __init__(self, controller: Controller, title: str) -> None:
        super().__init__()
        self.controller = controller
        self._parts: list[TablePart] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        theme.mark(inside, kind="page")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(tokens.XL, tokens.L, tokens.XL, tokens.L)
        self.column.setSpacing(tokens.M)
        heading = QLabel(title)
        theme.mark(heading, kind="title")
        self.column.addWidget(heading)
        self.banner = Banner("refused")
        self.column.addWidget(self.banner)
        self.setWidget(inside)

    # --- what a page is made of ---------------------------------------------------------

    def section(self, text: str) -> None:
        """A heading within the page."""
        label = QLabel(text)
        theme.mark(label, kind="heading")
        self.column.addSpacing(tokens.M)
        self.column.addWidget(label)

    def note(self, text: str) -> QLabel:
        """A quiet sentence."""
        label = QLabel(text)
        theme.mark(label, kind="caption")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        self.column.addWidget(label)
        return label

    def table(
        self, table: str, names: Sequence[str], zeros: Mapping[str, str] | None = None
    ) -> TablePart:
        """Settings of a table, each applied when its field is left."""
        part = TablePart(self.controller, table, names, zeros)
        self._parts.append(part)
        self.column.addWidget(part)
        return part

    def button(self, name: str, text: str, act: Callable[[], object]) -> QPushButton:
        """Never the default one: Enter belongs to the field one is in."""
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines stay short enough to be read however wide the window is. By the margin: a label
        of a limited width would not ask for the height it needs."""
        super().resizeEvent(event)
        room = self.viewport().width() - 2 * tokens.XL
        spare = max(0, room - reading_width(self))
        self.column.setContentsMargins(tokens.XL, tokens.L, tokens.XL + spare, tokens.L)

    # --- what was entered ---------------------------------------------------------------

    def finish(self) -> bool:
        """Apply what is being typed; False if that cannot be, which is shown then."""
        wrong = [part for part in self._parts if not part.finish()]
        return not wrong

    def discard(self) -> None:
        """Forget what is being typed."""
        for part in self._parts:
            part.discard()

    def write(self, table: str, **values: Any) -> None:
        """Change settings of a table such as general or network."""
        file = self.controller.settings_file

        def change() -> object:
            present = getattr(store.load(file), table)
            return store.set_table(file, replace(present, **values))

        self.controller.change(
            change,
            while_alive(self, lambda: self.banner.say("")),
            while_alive(self, self._refused),
        )

    def show_settings(self) -> None:
        """Show what the settings say now. For pages that show any by themselves."""

    def _refused(self, error: Exception) -> None:
        self.banner.say(spoken(str(error)))
        self.show_settings()
