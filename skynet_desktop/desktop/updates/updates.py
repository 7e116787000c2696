"""Looks for new versions: once a day at most, never at the start, off the GUI thread."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from skynet_desktop.app import App
from skynet_desktop.desktop.threads import Jobs
from skynet_desktop.settings import Settings
from skynet_desktop.updates import Checker, Known, News

log = logging.getLogger(__name__)

_MINUTE_MS = 60_000
_FIRST_MINUTES = 5, 15
"""After the start. At login much else goes on, and the network may not be there yet."""
_EVERY_MINUTES = 15
"""Whether a day has passed is asked so often, since a computer may sleep meanwhile."""


class Updates(QObject):
    """On the GUI thread."""

    changed = Signal()
    """``known``, ``trouble`` or ``is_looking`` changed."""

    def __init__(self, app: App, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._app = app
        self._jobs = jobs
        self.checker = Checker.of(app.paths.state)
        self.known = Known()
        self.trouble = ""
        """Why the look that the person asked for did not work; "" if it did."""
        self.is_looking = False
        self.is_on = False
        """Whether it looks by itself. Not before the settings are read: they may say no."""
        self._may_look: Callable[[], bool] = lambda: False
        self._tell: Callable[[News], bool] = lambda _: False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def is_possible(self) -> bool:
        """Whether this build says where to look."""
        return self.checker.is_possible

    def start(self, may_look: Callable[[], bool], tell: Callable[[News], bool]) -> None:
        """``may_look``: whether the network is one for it now. ``tell`` shows a message about
        news, or says that it cannot now."""
        if not self.is_possible:
            return
        self._may_look, self._tell = may_look, tell
        self._timer.start(random.randint(*_FIRST_MINUTES) * _MINUTE_MS)
        self._jobs.run(self.checker.known, self._show, self._quietly)

    def stop(self) -> None:
        self._timer.stop()

    @Slot(object)
    def follow(self, settings: Settings) -> None:
        self.is_on = settings.general.updates
        self.changed.emit()

    def look(self) -> None:
        """Now, since the person asks; what comes of it is in ``known`` or ``trouble``."""
        if self.is_looking:
            return
        self.is_looking, self.trouble = True, ""
        self.changed.emit()
        self._jobs.run(lambda: self.checker.look(self._app.route()), self._seen, self._failed)

    def skip(self, skipped: bool) -> None:
        """Say nothing more of what is known now, or do again."""
        news = self.known.news if skipped else None

        def work() -> Known:
            self.checker.skip(news)
            return self.checker.known()

        self._jobs.run(work, self._show, self._quietly)

    def seen(self) -> None:
        """The person knows of the news: no message is needed."""
        news = self.known.news
        if news is not None and not self.known.told:
            self.known = replace(self.known, told=True)
            self._jobs.run(lambda: self.checker.tell(news), None, self._quietly)

    @Slot()
    def _tick(self) -> None:
        self._timer.setInterval(_EVERY_MINUTES * _MINUTE_MS)
        looks = self.is_on and not self.is_looking and self._may_look()

        def work() -> Known:
            if looks and self.checker.is_due():
                return self.checker.look(self._app.route())
            return self.checker.known()  # a terminal may have looked

        self._jobs.run(work, self._found, self._quietly)

    def _found(self, known: Known) -> None:
        self._show(known)
        news = known.news
        if news and self.is_on and not known.told and not known.skipped and self._tell(news):
            self.seen()

    def _seen(self, known: Known) -> None:
        self.is_looking = False
        self._show(known)
        self.seen()

    def _failed(self, error: Exception) -> None:
        self.is_looking, self.trouble = False, str(error)
        log.info("looking for a new version did not work: %s", error)
        self.changed.emit()

    def _show(self, known: Known) -> None:
        self.known = known
        self.changed.emit()

    def _quietly(self, error: Exception) -> None:
        """Nobody asked for it: tomorrow is another day."""
        log.info("looking for a new version did not work: %s", error)
