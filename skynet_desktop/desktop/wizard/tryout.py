"""The try-out: which two folders it is about. One button starts it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.tokens import XS, L, M
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.desktop.window.parts import label
from skynet_desktop.desktop.wizard.page import Page
from skynet_desktop.tryout import TryOut


class TryOutPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(
            self.tr("Try it with a local folder"),
            self.tr("Two folders are made on this computer. What you put into the first, change "
                    "or delete there, happens in the second a moment later."),
        )  # fmt: skip
        self.primary = self.tr("&Start the try-out")
        tryout = TryOut.of(controller.app.paths)
        self.put(
            _folder(self.tr("Put files in here"), str(tryout.source), "tryout-source"),
            _folder(self.tr("They appear here"), str(tryout.dest), "tryout-dest"),
            label(
                self.tr("The first folder begins with some small text files. Remove the mapping "
                        "in the settings to end the try-out."),
                "caption",
                wraps=True,
            ),
        )  # fmt: skip

    def set_busy(self, busy: bool) -> None:
        self.is_ready = not busy
        self.changed.emit()


def _folder(title: str, path: str, name: str) -> QFrame:
    card = QFrame()
    theme.mark(card, kind="card")
    column = QVBoxLayout(card)
    column.setContentsMargins(L, M, L, M)
    column.setSpacing(XS)
    column.addWidget(label(title, "caption"))
    shown = ElidedLabel()
    shown.setObjectName(name)
    shown.setText(path)
    column.addWidget(shown)
    return card
