"""For how long to pause: the menu behind a Pause button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from PySide6.QtWidgets import QMenu, QWidget

_MORNING = time(8, 0)


class PauseMenu(QMenu):
    """``pause`` gets the moment at which it ends; None for not by itself."""

    def __init__(self, pause: Callable[[datetime | None], None], parent: QWidget) -> None:
        super().__init__(parent)
        for text, until in (
            (self.tr("30 minutes"), lambda: _now() + timedelta(minutes=30)),
            (self.tr("2 hours"), lambda: _now() + timedelta(hours=2)),
            (self.tr("Until tomorrow"), lambda: tomorrow(_now())),
            (self.tr("Until resumed"), lambda: None),
        ):
            self.addAction(text).triggered.connect(lambda _, until=until: pause(until()))


def _now() -> datetime:
    return datetime.now().astimezone()


def tomorrow(now: datetime) -> datetime:
    """At eight in the morning of the next day, by the clock on the wall."""
    return datetime.combine(now.date() + timedelta(days=1), _MORNING).astimezone()
