"""One line of a card: how the last verification ended, or how far the one is that runs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.snapshot import MappingView
from skynet_desktop.desktop.tokens import XS, S
from skynet_desktop.desktop.verify import verdict
from skynet_desktop.desktop.window.parts import button, column, label, row

_STEPS = 1_000


class ProofStrip(QWidget):
    """Hidden while there is nothing to say."""

    stopped = Signal()
    opened = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label(kind="caption", name=f"proof-{name}", wraps=True)
        whose = self.tr("{0}: {1}")
        self._stop = button(self.tr("Stop"), f"stop-verifying-{name}", kind="flat")
        self._details = button(self.tr("Details…"), f"proof-details-{name}", kind="flat")
        for each in (self._stop, self._details):
            each.setAccessibleName(whose.format(name, each.text()))
        self._stop.clicked.connect(self.stopped)
        self._details.clicked.connect(self.opened)
        self._bar = QProgressBar()
        self._bar.setMaximum(_STEPS)
        self._bar.setAccessibleName(self.tr("Progress of the verification of {0}").format(name))
        line = row(self._text, self._stop, self._details, space=S)
        line.setStretch(0, 1)
        layout = column(self._bar, space=XS)
        layout.insertLayout(0, line)
        self.setLayout(layout)
        self.hide()

    def show_view(self, view: MappingView) -> None:
        now, found = view.verifying, view.verified
        self.setVisible(now is not None or found is not None)
        focused = self._stop.hasFocus()
        self._stop.setVisible(now is not None)
        self._details.setVisible(found is not None and now is None)
        if focused and now is None:
            self._details.setFocus()
        self._bar.setVisible(now is not None)
        if now is not None:
            share = verdict.share(now)
            self._bar.setMaximum(_STEPS if share is not None else 0)
            self._bar.setValue(int((share or 0.0) * _STEPS))
            self._text.setText(verdict.course(now))
            theme.mark(self._text, tone="warning" if now.differences else "")
        elif found is not None:
            self._text.setText(verdict.line(found))
            theme.mark(self._text, tone="" if found.good or not found.differences else "warning")
