from __future__ import annotations

import pytest

from tests.screen.app import DesktopApp
from tests.screen.bus import Bus
from tests.screen.display import Screen
from tests.screen.panel import Panel
from tests.screen.processes import wait_until

MENU = """\
Up to date (grey)
Sync now
Pause
  30 minutes
  [ ] until resumed
Warn
Quit"""


def test_icon_menu_and_clicks(desktop_app: DesktopApp, panel: Panel, screen: Screen) -> None:
    desktop_app.start(tray=panel)
    icon = panel.icon(desktop_app.pid)
    assert (icon.status(), icon.tooltip()) == ("Active", "Trial: up to date")
    assert str(icon.menu()) == MENU

    green = icon.picture()
    assert icon.pictures()[22, 22][:4] == bytes([255, 0, 128, 0])
    icon.click("Pause", "30 minutes")
    wait_until(lambda: icon.tooltip() == "Trial: paused", icon.tooltip)
    wait_until(lambda: icon.picture() != green, "another picture")

    icon.click("Pause", "until")
    wait_until(lambda: icon.menu().find("Pause", "until resumed").checked, "a tick")
    with pytest.raises(AssertionError, match="grey"):
        icon.click("Up to date")
    with pytest.raises(LookupError, match="Sync now"):
        icon.click("Sync later")

    icon.activate()
    screen.window("Trial window")
    icon.click("Quit")
    assert desktop_app.running.wait() == 0
    wait_until(lambda: not panel.icons(), "an empty panel")


def test_icons_of_two_programs(desktop_app: DesktopApp, panel: Panel, bus: Bus) -> None:
    desktop_app.start(tray=panel)
    first = desktop_app.running
    try:
        desktop_app._running = None
        desktop_app.start(tray=panel)
        assert len(panel.icons()) == 2
        assert [icon.pid for icon in panel.icons(first.pid)] == [first.pid]
    finally:
        first.kill()
