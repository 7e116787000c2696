"""The doctor at work: its findings come one by one."""

from __future__ import annotations

import threading

from skynet_desktop.desktop.inquiry import Inquiry, Tell
from skynet_desktop.doctor import checkup


class Examining(Inquiry):
    """Each :class:`Finding` comes by ``found``."""

    def start(self) -> None:
        app = self._controller.app

        def work(tell: Tell, cancelled: threading.Event) -> None:
            for finding in checkup(app, cancelled=cancelled):
                tell(finding)

        self._begin(work)
