"""A big button with a picture, a title and a sentence."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from skynet_desktop.desktop import icons, theme
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import XS, L, M

_PICTURE = 24


class Card(QPushButton):
    """Sizes itself by its text, which may wrap."""

    def __init__(self, icon: str, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoDefault(False)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self._glyph = icon
        self._picture = QLabel()
        self._picture.setFixedSize(_PICTURE, _PICTURE)
        text = QVBoxLayout()
        text.setSpacing(XS)
        heading = _label(title)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        text.addWidget(heading)
        if sentence:
            below = _label(sentence)
            mark(below, "caption")
            text.addWidget(below)
        text.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(L, M, L, M)
        self._row.setSpacing(M)
        self._row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(text, 1)
        for child in self.findChildren(QLabel):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.signals.changed.connect(self._draw)
        self._draw()

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSize()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._row.heightForWidth(width)

    def _draw(self) -> None:
        icon = icons.tinted(self._glyph, theme.current().accent_text)
        self._picture.setPixmap(icon.pixmap(_PICTURE))


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
