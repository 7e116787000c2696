"""The licences, to be read: who is at the left, what they say at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.settings_dialog.licences import Part
from skynet_desktop.desktop.tokens import L, M

_SIZE = QSize(820, 600)


class LicenceDialog(QDialog):
    def __init__(self, parts: Sequence[Part], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Licences"))
        open_at(self, _SIZE)
        self._parts = parts
        self._list = QListWidget()
        self._list.setObjectName("licensed")
        self._list.setAccessibleName(self.tr("What Skynet Desktop is built from"))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.ensurePolished()  # rows are as high as the theme wants them
        for part in parts:
            self._list.addItem(part.title)
        self._text = QPlainTextEdit()
        self._text.setObjectName("licence-text")
        self._text.setAccessibleName(self.tr("The licence"))
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(M)
        row.addWidget(self._list, 1)
        row.addWidget(self._text, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(L)
        column.addLayout(row, 1)
        column.addWidget(buttons)
        self._list.currentRowChanged.connect(self._show)
        self._list.setCurrentRow(0)

    def _show(self, row: int) -> None:
        part = self._parts[row]
        self._text.setPlainText(f"{part.title} · {part.licence}\n\n{part.text}")
