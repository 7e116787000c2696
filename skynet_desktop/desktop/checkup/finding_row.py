"""One finding: how grave, what about, what was found, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.checkup.topics import GLYPHS, level_name, topic_name
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import XS, M
from skynet_desktop.desktop.window.parts import column, label
from skynet_desktop.desktop.window.state_look import pixmap, tinted
from skynet_desktop.doctor import Finding

_ICON = 20


class FindingRow(QWidget):
    """``heads`` its topic: the first finding of it."""

    def __init__(self, finding: Finding, *, heads: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyph, self._tone = GLYPHS[finding.level]
        self._picture = QLabel()
        self._picture.setAccessibleName(level_name(finding.level))
        words = column(space=XS)
        if heads:
            words.addWidget(label(topic_name(finding.topic), "strong", wraps=True))
        for text, kind in ((finding.text, ""), (finding.advice, "muted")):
            if text:
                said = label(spoken(text), kind, wraps=True)
                said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                words.addWidget(said)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(M)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        theme.signals.changed.connect(self._paint)
        self._paint()

    @Slot()
    def _paint(self) -> None:
        icon = tinted(self._glyph, theme.current().tone(self._tone).fill)
        self._picture.setPixmap(pixmap(icon, self._picture, _ICON))
