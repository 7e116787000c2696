"""The whole app on the stage, seen from the panel."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the stage is Linux", allow_module_level=True)

from skynet_desktop.settings import store
from tests.desktop.tray.home import TrayHome, processor_seconds
from tests.screen.app import DesktopApp
from tests.screen.bus import Bus
from tests.screen.display import Screen
from tests.screen.panel import Panel, StatusIcon
from tests.screen.processes import wait_until
from tests.screen.toasts import Toasts
from tests.screen.trayer import Trayer

IDLE_SECONDS = 10
IDLE_SHARE = 0.003  # of one core

MENU = """\
Up to date (grey)
Open Skynet
Mappings
  Notes: Up to date
    Open folder
    Show at destination
    Sync now
    Verify
    Restore…
    Pause
Pause
  30 minutes
  2 hours
  Until tomorrow
  Until resumed
Snooze notifications
  1 hour
  8 hours
  Until Skynet restarts
  Not any more
Settings…
Help
  Open log
  Save diagnostics…
  Check-up…
  About
Quit"""


@pytest.fixture
def home(desktop_app: DesktopApp, tmp_path: Path) -> TrayHome:
    return TrayHome(tmp_path, desktop_app.home)


def started(app: DesktopApp, panel: Panel, words: str = "Up to date") -> StatusIcon:
    app.start("--minimized", tray=panel)
    icon = panel.icon(app.pid)
    wait_for(icon, words)
    return icon


def wait_for(icon: StatusIcon, words: str) -> None:
    """In the tooltip."""
    wait_until(lambda: words in icon.tooltip(), lambda: f"{words!r} in {icon.tooltip()!r}", 20)


@pytest.mark.usefixtures("home", "toasts")
def test_icon_tooltip_and_menu(desktop_app: DesktopApp, panel: Panel, screen: Screen) -> None:
    icon = started(desktop_app, panel)
    assert icon.tooltip() == "Skynet Desktop\nUp to date"
    assert str(icon.menu()) == MENU
    assert not screen.windows(pid=desktop_app.pid)
    icon.activate()
    screen.window("Skynet Desktop", desktop_app.pid)
    icon.click("Quit")
    assert desktop_app.running.wait() == 0
    wait_until(lambda: not panel.icons(), "an empty panel")


@pytest.mark.usefixtures("home", "toasts")
def test_windows_about_one_thing_open_from_the_menu(
    desktop_app: DesktopApp, panel: Panel, screen: Screen
) -> None:
    icon = started(desktop_app, panel)
    icon.click("Help", "Check-up…")
    screen.window("Check-up", desktop_app.pid)
    icon.click("Mappings", "Notes: Up to date", "Restore…")
    screen.window("Restore", desktop_app.pid)
    icon.click("Quit")
    assert desktop_app.running.wait() == 0


@pytest.mark.usefixtures("toasts")
def test_the_menu_changes_while_it_is_open(
    desktop_app: DesktopApp, panel: Panel, home: TrayHome, tmp_path: Path
) -> None:
    icon = started(desktop_app, panel)
    fine, before = icon.picture(), icon.menu()
    icon.click("Pause", "2 hours")
    wait_for(icon, "Paused until")
    wait_until(lambda: icon.picture() != fine, "another picture")
    assert store.load(home.file).mappings["Notes"].pause_ends > time.time() + 7_000
    after = icon.menu()
    for texts in (("Quit",), ("Mappings", "Notes"), ("Settings…",)):
        assert before.find(*texts).id == after.find(*texts).id
    assert after.find("Mappings", "Notes").label == "Notes: Paused"
    icon.click("Resume")
    wait_for(icon, "Up to date")
    wait_until(lambda: icon.picture() == fine, "the first picture")
    assert not store.load(home.file).mappings["Notes"].paused
    icon.click("Mappings", "Notes", "Pause")
    wait_for(icon, "Paused")
    assert store.load(home.file).mappings["Notes"].paused_until == ""


@pytest.mark.usefixtures("home", "toasts")
def test_a_panel_that_comes_late_goes_and_comes_back(desktop_app: DesktopApp, bus: Bus) -> None:
    desktop_app.start("--minimized")
    for _ in range(3):
        with Panel(bus) as panel:
            wait_for(panel.icon(desktop_app.pid), "Up to date")
            assert str(panel.icon(desktop_app.pid).menu()) == MENU


@pytest.mark.usefixtures("home", "toasts")
def test_an_icon_of_the_old_kind(desktop_app: DesktopApp, bus: Bus, screen: Screen) -> None:
    desktop_app.start("--minimized")
    with Trayer(bus, screen) as trayer:
        icon = trayer.icon(desktop_app.pid)
        screen.click(*icon.middle)
        screen.window("Skynet Desktop", desktop_app.pid)


@pytest.mark.usefixtures("home", "toasts")
def test_idle_costs_next_to_nothing(desktop_app: DesktopApp, panel: Panel) -> None:
    started(desktop_app, panel)
    time.sleep(3)  # what the start left to do
    before = processor_seconds(desktop_app.pid)
    time.sleep(IDLE_SECONDS)
    assert (processor_seconds(desktop_app.pid) - before) / IDLE_SECONDS <= IDLE_SHARE


def test_a_toast_is_clicked(
    desktop_app: DesktopApp, panel: Panel, home: TrayHome, toasts: Toasts, screen: Screen
) -> None:
    started(desktop_app, panel)
    for number in range(7):
        (home.source / f"{number}.txt").write_text("x")
    toast = toasts.wait_for("7 files are on disk")
    toasts.press(toast)
    screen.window("Skynet Desktop", desktop_app.pid)


@pytest.mark.usefixtures("home")
def test_without_a_notification_service_there_is_a_balloon(
    desktop_app: DesktopApp, panel: Panel, home: TrayHome
) -> None:
    started(desktop_app, panel)
    (home.source / "a.txt").write_text("x")
    wait_until(lambda: (home.target / "notes" / "a.txt").exists(), "the file")
    time.sleep(4)
    desktop_app.assert_quiet()
    assert desktop_app.running.alive
