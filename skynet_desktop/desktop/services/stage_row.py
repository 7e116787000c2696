"""One stage of a test: how it stands, what was found, how long it took."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStyle, QVBoxLayout, QWidget

from skynet_desktop.connections.trial import Outcome, StageResult
from skynet_desktop.connections.trial_advice import Stage
from skynet_desktop.desktop import icons, theme
from skynet_desktop.desktop.services.stages import stage_name
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import XS, M

_LOOKS = {
    None: ("minus", "disabled"),
    Outcome.PASSED: ("check-circle", "success"),
    Outcome.FAILED: ("warning", "danger"),
    Outcome.SKIPPED: ("minus", "disabled"),
}


class StageRow(QWidget):
    """Waits greyed until its stage begins."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._outcome: Outcome | None = None
        self._began = 0.0
        self.setObjectName(f"stage-{stage}")
        self._icon = QLabel()
        self._name = QLabel(stage_name(stage))
        self._seconds = QLabel()
        self._words = QLabel()
        self._advice = QLabel()
        self._words.setObjectName("words")
        self._advice.setObjectName("advice")
        mark(self._words, "caption")
        mark(self._seconds, "caption")
        for label in (self._words, self._advice):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.hide()
        head = QHBoxLayout()
        head.setSpacing(M)
        head.addWidget(self._name, 1)
        head.addWidget(self._seconds)
        text = QVBoxLayout()
        text.setSpacing(XS)
        text.addLayout(head)
        text.addWidget(self._words)
        text.addWidget(self._advice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(M)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)
        theme.signals.changed.connect(self._draw)
        self._draw()

    def show_result(self, result: StageResult) -> None:
        self._outcome = result.outcome
        if result.outcome is Outcome.RUNNING:
            self._began = time.monotonic()
        # What the server's key is, and what may be done about it, is said in a card of its own.
        asks = bool(result.accept)
        words = self.tr("This server is not trusted.") if asks else spoken(result.words)
        self._set(self._words, words)
        self._set(self._advice, "" if asks else spoken(result.advice))
        mark(self._words, tone="danger" if result.outcome is Outcome.FAILED else "")
        if result.outcome in (Outcome.PASSED, Outcome.FAILED):
            self._show_seconds(result.seconds)
        self._draw()

    def tick(self, turn: int) -> None:
        """Turn the wheel and count, while the stage runs."""
        if self._outcome is Outcome.RUNNING:
            self._icon.setPixmap(icons.spinner(self.palette(), turn).pixmap(self._size()))
            self._show_seconds(time.monotonic() - self._began)

    def stop(self) -> None:
        """Nobody waits for it any more."""
        if self._outcome in (None, Outcome.RUNNING):
            self._outcome = Outcome.SKIPPED
            self._seconds.clear()
            self._draw()

    def _draw(self) -> None:
        tokens = theme.current()
        if self._outcome is Outcome.RUNNING:
            self._icon.setPixmap(icons.spinner(self.palette(), 0).pixmap(self._size()))
        else:
            name, tone = _LOOKS[self._outcome]
            ink = tokens.disabled if tone == "disabled" else tokens.tone(tone).fill
            self._icon.setPixmap(icons.tinted(name, ink).pixmap(self._size()))
        waits = self._outcome in (None, Outcome.SKIPPED)
        mark(self._name, "muted" if waits else "")
        said = _said(self._outcome)
        self._icon.setAccessibleName(said)
        self.setAccessibleName(f"{self._name.text()}: {said} {self._words.text()}".strip())

    def _show_seconds(self, seconds: float) -> None:
        self._seconds.setText(self.tr("{0} s").format(QLocale().toString(seconds, "f", 1)))

    def _size(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)

    @staticmethod
    def _set(label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))


def _said(outcome: Outcome | None) -> str:
    translate = QCoreApplication.translate
    return {
        None: translate("StageRow", "waits"),
        Outcome.RUNNING: translate("StageRow", "under way"),
        Outcome.PASSED: translate("StageRow", "done"),
        Outcome.FAILED: translate("StageRow", "failed"),
        Outcome.SKIPPED: translate("StageRow", "skipped"),
    }[outcome]
