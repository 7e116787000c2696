from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

if sys.platform != "linux":
    pytest.skip("NetworkManager is Linux", allow_module_level=True)

from skynet_desktop.host.metered import is_metered
from tests.screen.system_bus import SystemBus


@pytest.fixture
def system_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[SystemBus]:
    with SystemBus() as system_bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", system_bus.env["DBUS_SYSTEM_BUS_ADDRESS"])
        yield system_bus


def test_as_network_manager_says(system_bus: SystemBus) -> None:
    assert not is_metered()
    system_bus.metered(True)
    assert is_metered()


def test_where_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
    assert not is_metered()
