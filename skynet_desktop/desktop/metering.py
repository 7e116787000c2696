"""On Linux: whether the network is metered, asked anew whenever NetworkManager says that
something of it changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage

from skynet_desktop.desktop.threads import Jobs
from skynet_desktop.host import metered


class Metering(QObject):
    """Calls ``told`` on the GUI thread, soon and after each change of the network."""

    def __init__(self, jobs: Jobs, told: Callable[[bool], None], parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._told = told
        QDBusConnection.systemBus().connect(
            metered.SERVICE, metered.PATH, "org.freedesktop.DBus.Properties",
            "PropertiesChanged", self, SLOT("_changed(QDBusMessage)"),
        )  # type: ignore[call-overload]  # fmt: skip
        self._ask()

    @Slot(QDBusMessage)
    def _changed(self, _: QDBusMessage) -> None:
        self._ask()

    def _ask(self) -> None:
        self._jobs.run(metered.is_metered, self._told)
