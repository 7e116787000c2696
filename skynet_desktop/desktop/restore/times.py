"""As of when one looks at a destination: now, before something went, or any time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QDateTime, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QWidget

from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.tokens import S
from skynet_desktop.desktop.window.parts import label, row

_JUST_BEFORE = 0.001  # seconds: what went at a moment was still there
_NOW, _ANY = "now", "any"
_MOST = 200  # moments in the list; any other time may be entered


class TimePicker(QWidget):
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = label(self.tr("&As it was"))
        self._choice = QComboBox()
        self._choice.setObjectName("as-of")
        self._choice.setAccessibleName(self.tr("As it was"))
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        title.setBuddy(self._choice)
        self._any = QDateTimeEdit()
        self._any.setObjectName("as-of-time")
        self._any.setAccessibleName(self.tr("Date and time"))
        self._any.setCalendarPopup(True)
        self._any.setDateTime(QDateTime.currentDateTime())
        theme.dress_spin_box(self._any)
        self._any.hide()
        layout = row(title, self._choice, self._any, space=S)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self.show_moments(())
        self._choice.currentIndexChanged.connect(self._on_choice)
        self._any.editingFinished.connect(self.changed)

    def show_moments(self, moments: Sequence[float]) -> None:
        """When something was removed or replaced, newest first. Starts from now again."""
        self._choice.blockSignals(True)
        self._choice.clear()
        self._choice.addItem(self.tr("Now"), _NOW)
        for when, moment in by_minute(moments).items():
            self._choice.addItem(self.tr("Before {0}").format(when), moment - _JUST_BEFORE)
        self._choice.addItem(self.tr("Another time…"), _ANY)
        self._choice.blockSignals(False)
        self._any.hide()

    @property
    def at(self) -> float | None:
        """In seconds since 1970; None for now."""
        chosen = self._choice.currentData()
        if chosen == _NOW:
            return None
        if chosen == _ANY:
            return self._any.dateTime().toMSecsSinceEpoch() / 1000
        return float(chosen)

    @Slot()
    def _on_choice(self) -> None:
        self._any.setVisible(self._choice.currentData() == _ANY)
        if self._any.isVisible():
            self._any.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()


def by_minute(moments: Sequence[float]) -> dict[str, float]:
    """The first moment of each minute that is told apart on the screen, newest first."""
    found: dict[str, float] = {}
    for moment in moments:
        found[words.time_of(datetime.fromtimestamp(moment, UTC))] = moment
        if len(found) == _MOST:
            break
    return found
