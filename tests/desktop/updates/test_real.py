"""The real program on the stage: a toast, the window behind it, the menu, and silence."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.updates.made import Site, listed, made_site, release

if sys.platform != "linux":
    pytest.skip("the stage is a Linux desktop", allow_module_level=True)

from tests.desktop.tray.home import TrayHome
from tests.desktop.updates.released import FILE
from tests.screen.app import DesktopApp
from tests.screen.display import Screen
from tests.screen.panel import Panel
from tests.screen.processes import wait_until
from tests.screen.system_bus import SystemBus
from tests.screen.toasts import Toasts


@pytest.fixture
def program() -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.desktop.updates.released")


@pytest.fixture
def site(desktop_app: DesktopApp, tmp_path: Path) -> Iterator[Site]:
    TrayHome(tmp_path, desktop_app.home)
    with made_site() as site:
        site.show(listed(release("99.2.0"), valid_until="9999-01-01T00:00:00Z"))
        (desktop_app.home / FILE).write_text(json.dumps(site.source.as_json()))
        yield site


def test_told_once_and_asked_once_a_day(
    desktop_app: DesktopApp, panel: Panel, toasts: Toasts, screen: Screen, site: Site
) -> None:
    desktop_app.start("--minimized", tray=panel)
    toast = toasts.wait_for("Skynet Desktop 99.2.0 is available", 30)
    toasts.press(toast)
    screen.window("New version", desktop_app.pid)
    panel.icon(desktop_app.pid).menu().find("Version 99.2.0 is available…")
    assert desktop_app.stop() == 0
    desktop_app.start("--minimized", tray=panel)
    menu = panel.icon(desktop_app.pid).menu
    wait_until(lambda: "Version 99.2.0 is available…" in str(menu()), "the entry in the menu", 20)
    time.sleep(4)  # two looks at the clock more
    assert len(site.asked) == 1 and sum(toast.times for toast in toasts.shown) == 1


def test_not_while_the_network_is_metered(
    desktop_app: DesktopApp, panel: Panel, system_bus: SystemBus, toasts: Toasts, site: Site
) -> None:
    system_bus.metered(True)
    desktop_app.start("--minimized", tray=panel)
    icon = panel.icon(desktop_app.pid)
    wait_until(lambda: "metered" in icon.tooltip(), icon.tooltip, 20)
    time.sleep(4)
    assert not site.asked
    system_bus.metered(False)
    toasts.wait_for("Skynet Desktop 99.2.0 is available", 30)
