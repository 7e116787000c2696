"""Settings > Network: limits and their timetable, metered connections, proxy, transfers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale, QTimer

from skynet_desktop.core.timetable import Timetable
from skynet_desktop.desktop import words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.settings_dialog.page import Page

_translate = QCoreApplication.translate
_SAY_MS = 250


class NetworkPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(controller, QCoreApplication.translate("NetworkPage", "Network"))
        self._limits = self.table("network", ("limit", "timetable"), {"limit": self.tr("No limit")})
        self._now = self.note("")
        self._now.setObjectName("limit-now")
        self.table(
            "network", ("metered", "proxy", "transfers"), {"transfers": self.tr("Automatic")}
        )
        self.column.addStretch(1)
        self._timer = QTimer(self, singleShot=True, interval=_SAY_MS)
        self._timer.timeout.connect(self._say)
        self._limits.changed.connect(self._timer.start)
        self._say()

    def _say(self) -> None:
        """What the timetable as it stands there means now."""
        values = self._limits.form.values()
        lines, limit = values["timetable"], values["limit"]
        if isinstance(lines, tuple) and isinstance(limit, int | float):
            text = limit_now(lines, float(limit), datetime.now().astimezone())
            self._now.setText(text)
            self._now.setVisible(bool(text))


def limit_now(lines: Sequence[str], limit: float, when: datetime) -> str:
    """Which limit holds, and until when; "" without a timetable or with one that is wrong."""
    try:
        table = Timetable.of(lines, limits=True)
    except ValueError:
        return ""
    if not table.periods:
        return ""
    holds = table.limit_at(when)
    rate = holds if holds is not None else limit
    none = _translate("NetworkPage", "no limit")
    shown = _translate("NetworkPage", "{0} MB/s").format(QLocale().toString(rate, "g", 6))
    text = shown if rate else none
    change = table.next_change(when)
    if change is None:
        return _translate("NetworkPage", "Now: {0}.").format(text)
    return _translate("NetworkPage", "Now: {0}, until {1}.").format(text, words.time_of(change))
