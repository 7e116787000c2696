"""The machine's own bus, played: a network that is metered or gone, a laptop that goes to sleep."""

from __future__ import annotations

from typing import Any

from tests.screen.bus import Bus
from tests.screen.needs import need
from tests.screen.peer import Peer
from tests.screen.processes import Part

PYTHON = "/usr/bin/python3"
MOCKS = "/usr/lib/python3/dist-packages/dbusmock"
NETWORK = "org.freedesktop.NetworkManager"
NETWORK_PATH = "/org/freedesktop/NetworkManager"
LOGIN = "org.freedesktop.login1"
LOGIN_PATH = "/org/freedesktop/login1"
MOCK = "org.freedesktop.DBus.Mock"


class SystemBus(Part):
    """NetworkManager (connected, unmetered at first) and logind, by python-dbusmock."""

    def __init__(self) -> None:
        need(PYTHON, MOCKS)
        self._bus = Bus()
        self._bus.env = self.env = {"DBUS_SYSTEM_BUS_ADDRESS": self._bus.address}
        try:
            self._peer = Peer(self._bus.address)
            self._play("networkmanager", NETWORK)
            self._play("logind", LOGIN)
        except BaseException:
            self._bus.close()
            raise
        properties = {"Metered": ("u", 2)}
        self._network("AddProperties", "sa{sv}", NETWORK, properties)
        self.connectivity(True)

    def _play(self, template: str, name: str) -> None:
        mock = self._bus.start(PYTHON, "-m", "dbusmock", "--system", "--template", template)
        mock.wait_until(lambda: self._peer.has_owner(name), name)

    def close(self) -> None:
        self._peer.close()
        self._bus.close()

    def metered(self, on: bool) -> None:
        """Whether the network costs by the byte."""
        self._network("UpdateProperties", "sa{sv}", NETWORK, {"Metered": ("u", 1 if on else 2)})

    def connectivity(self, on: bool) -> None:
        """Whether the internet can be reached."""
        self._network("SetConnectivity", "u", 4 if on else 1)
        self._network("SetGlobalConnectionState", "u", 70 if on else 20)

    def sleep(self, on: bool) -> None:
        """True just before the machine sleeps, False when it woke."""
        signal = ("org.freedesktop.login1.Manager", "PrepareForSleep", "b", [("b", on)])
        self._peer.call(LOGIN, LOGIN_PATH, MOCK, "EmitSignal", "sssav", *signal)

    def _network(self, method: str, signature: str, *body: Any) -> None:
        self._peer.call(NETWORK, NETWORK_PATH, MOCK, method, signature, *body)
