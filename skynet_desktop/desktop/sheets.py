"""Windows about one thing: a question, a verification, restoring, the check-up, a new version.
One of each, made when first wanted and gone when closed.
"""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from skynet_desktop.desktop.checkup.dialog import CheckupDialog
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.questions.dialog import QuestionDialog
from skynet_desktop.desktop.restore.window import RestoreWindow
from skynet_desktop.desktop.updates.dialog import UpdateDialog
from skynet_desktop.desktop.verify.dialog import VerificationDialog
from skynet_desktop.engine.restoring.tally import Restored

PLACES = (Place.QUESTION, Place.VERIFICATION, Place.RESTORE, Place.CHECKUP, Place.UPDATE)
_WITHOUT_NAME = (Place.RESTORE, Place.CHECKUP, Place.UPDATE)


class Sheets(QObject):
    """``restored`` is told of what came back while nobody looked at it: the mapping, and how it
    ended."""

    def __init__(
        self, controller: Controller, restored: Callable[[str, Restored], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._restored = restored
        self._windows: dict[tuple[Place, str], QWidget] = {}

    def show(self, place: Place, name: str) -> QWidget:
        """The window for one of :data:`PLACES`, in front."""
        key = (place, "" if place in _WITHOUT_NAME else name)
        window = self._windows.get(key)
        if window is None or not shiboken6.isValid(window):
            window = self._windows[key] = self._made(place, name)
        elif isinstance(window, RestoreWindow) and name:
            window.open_mapping(name)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    @property
    def shows_any(self) -> bool:
        return any(window.isVisible() for window in self._alive())

    def stop(self) -> None:
        """The program ends."""
        for window in self._alive():
            window.hide()
            if isinstance(window, RestoreWindow):
                window.stop()

    def _alive(self) -> list[QWidget]:
        return [window for window in self._windows.values() if shiboken6.isValid(window)]

    def _made(self, place: Place, name: str) -> QWidget:
        if place is Place.QUESTION:
            return QuestionDialog(self._controller, name)
        if place is Place.VERIFICATION:
            return VerificationDialog(self._controller, name)
        if place is Place.CHECKUP:
            return CheckupDialog(self._controller)
        if place is Place.UPDATE:
            return UpdateDialog(self._controller)
        window = RestoreWindow(self._controller, name)
        window.ended.connect(
            lambda mapping, ended: (
                None if window.isActiveWindow() else self._restored(mapping, ended)
            )
        )
        return window
