"""What happens around us: the network comes and goes, is metered or not, the computer sleeps."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QNetworkInformation

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.host.wake import Wake
from skynet_desktop.settings import Settings

log = logging.getLogger(__name__)

_ONLINE = (QNetworkInformation.Reachability.Online, QNetworkInformation.Reachability.Site)


class Surroundings(QObject):
    """Reconnects services when the network or the computer is back, and holds all mappings on
    a metered connection if the person wants that. On the GUI thread."""

    _woke = Signal()

    def __init__(
        self,
        controller: Controller,
        woke: Callable[[], None],
        watch: Callable[[Callable[[float], None]], Wake] = Wake,
    ) -> None:
        """``woke`` is told of a wake, too; ``watch`` makes what notices it."""
        super().__init__(controller)
        self._controller = controller
        self._held = False
        self.is_metered = False
        self._sends_anyway = False
        self._woke.connect(controller.wake)
        self._woke.connect(woke)
        self._wake_watch = watch(lambda _: self._woke.emit())
        self._network: QNetworkInformation | None = None
        if QNetworkInformation.loadDefaultBackend():
            self._network = QNetworkInformation.instance()
        if self._network is not None:
            self._network.reachabilityChanged.connect(self._on_reachability)
            if sys.platform != "linux":  # there, Qt does not know: see host/metered.py
                self._network.isMeteredChanged.connect(self._on_metered)
                self._on_metered(self._network.isMetered())
        controller.settingsChanged.connect(self._on_settings)

    def start(self) -> None:
        self._wake_watch.start()
        self._decide()
        if sys.platform == "linux":
            from skynet_desktop.desktop.metering import Metering

            Metering(self._controller.jobs, self._on_metered, self)

    def stop(self) -> None:
        self._wake_watch.stop()

    def send_anyway(self) -> None:
        """On this metered connection, until there is another one."""
        self._sends_anyway = True
        self._decide()

    @Slot(QNetworkInformation.Reachability)
    def _on_reachability(self, reachability: QNetworkInformation.Reachability) -> None:
        log.info("the network is %s", reachability.name)
        if reachability in _ONLINE:
            self._controller.wake()

    @Slot(bool)
    def _on_metered(self, metered: bool) -> None:
        if metered is self.is_metered:
            return
        log.info("the connection is %s", "metered" if metered else "not metered")
        self.is_metered = metered
        self._sends_anyway = False
        self._decide()

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        self._decide()

    def _decide(self) -> None:
        waits = self._controller.settings.network.metered == "pause"
        holds = waits and self.is_metered and not self._sends_anyway
        if holds != self._held:
            self._held = holds
            reason = "On a metered connection, nothing is sent." if holds else ""
            self._controller.hold(reason)
