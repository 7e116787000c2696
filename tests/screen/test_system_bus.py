from __future__ import annotations

from tests.screen.app import DesktopApp
from tests.screen.panel import Panel
from tests.screen.system_bus import SystemBus


def test_network_and_sleep(desktop_app: DesktopApp, panel: Panel, system_bus: SystemBus) -> None:
    desktop_app.start(tray=panel)
    desktop_app.wait_for_output("ready")
    assert "metered False" in desktop_app.output()
    system_bus.metered(True)
    desktop_app.wait_for_output("metered True")
    system_bus.connectivity(False)
    desktop_app.wait_for_output("reach Disconnected")
    system_bus.connectivity(True)
    desktop_app.wait_for_output("reach Online")
    system_bus.sleep(True)
    desktop_app.wait_for_output("sleep [True]")
    system_bus.sleep(False)
    desktop_app.wait_for_output("sleep [False]")
