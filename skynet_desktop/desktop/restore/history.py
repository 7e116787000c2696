"""All kept states of one file, to choose the right one from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.restore.entries import modified
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.tokens import XL, L, M
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.desktop.window.parts import button, column, label, row
from skynet_desktop.engine.restoring.catalogue import Stored

_SIZE = QSize(560, 420)
_STORED = Qt.ItemDataRole.UserRole
_translate = QCoreApplication.translate


class HistoryDialog(QDialog):
    """``chosen`` carries the :class:`Stored` that is to be brought back."""

    chosen = Signal(object)

    def __init__(self, path: str, states: Sequence[Stored], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("history")
        self.setWindowTitle(self.tr("Versions of a file"))
        open_at(self, _SIZE)
        name = ElidedLabel()
        name.setText(path)
        theme.mark(name, kind="heading")
        words_ = label(
            self.tr("Each line is the file as it was until it was replaced or removed."),
            kind="muted", wraps=True,
        )  # fmt: skip
        self.list = QListWidget()
        self.list.setObjectName("versions")
        self.list.setAccessibleName(self.tr("Versions, the newest first"))
        self.list.ensurePolished()  # rows are as high as the theme wants them
        for state in states:
            item = QListWidgetItem(described(state), self.list)
            item.setData(_STORED, state)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda _: self._choose())
        choose = button(self.tr("&Choose this version"), "choose-version", kind="primary")
        choose.setEnabled(bool(states))
        choose.clicked.connect(self._choose)
        close = button(self.tr("Cancel"), "cancel")
        close.clicked.connect(self.reject)
        layout = column(name, words_, self.list, space=M, margins=(XL, L))
        layout.setStretch(2, 1)
        buttons = row(close, choose)
        buttons.insertStretch(0)
        layout.addLayout(buttons)
        self.setLayout(layout)

    @Slot()
    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.chosen.emit(item.data(_STORED))
            self.accept()


def described(state: Stored) -> str:
    """Until when it was so, when it was written, how large it is."""
    if state.until is None:
        when = _translate("restore", "As it is there now")
    else:
        until = words.time_of(datetime.fromtimestamp(state.until, UTC))
        when = _translate("restore", "Until {0}").format(until)
    parts = [when, words.size(state.size)]
    if written := modified(state.mtime_ns):
        parts.append(_translate("restore", "written {0}").format(written))
    return " · ".join(parts)
