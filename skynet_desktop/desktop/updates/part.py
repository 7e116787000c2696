"""Settings > About: how things stand with new versions, and a button to look."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import M
from skynet_desktop.desktop.updates import wording
from skynet_desktop.desktop.window.parts import button, column, label, row


class UpdatesPart(QWidget):
    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._updates = updates = controller.updates
        self._line = label(name="updates-line", wraps=True)
        self._trouble = Banner("updates-trouble", "warning")
        self._look = button(self.tr("Look &now"), "look-now", "retry")
        self._look.setAutoDefault(False)
        self._look.clicked.connect(updates.look)
        self._news = button(self.tr("&What is new…"), "what-is-new")
        self._news.setAutoDefault(False)
        self._news.clicked.connect(lambda: controller.show(Place.UPDATE))
        buttons = row(self._look, self._news)
        buttons.addStretch(1)
        layout = column(self._line, self._trouble, space=M)
        layout.addLayout(buttons)
        self.setLayout(layout)
        updates.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        updates = self._updates
        self._line.setText(
            self.tr("Looking…")
            if updates.is_looking
            else wording.line(
                updates.known, possible=updates.is_possible, looks_by_itself=updates.is_on
            )
        )
        self._look.setVisible(updates.is_possible)
        self._news.setVisible(updates.known.news is not None)
        self._trouble.say(spoken(updates.trouble))
