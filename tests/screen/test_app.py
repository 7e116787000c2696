from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.screen.app import DesktopApp
from tests.screen.bus import Bus
from tests.screen.display import Screen
from tests.screen.panel import Panel
from tests.screen.processes import wait_until


def test_it_starts_in_a_home_of_its_own_and_stops(desktop_app: DesktopApp, panel: Panel) -> None:
    desktop_app.start("--more", tray=panel)
    desktop_app.wait_for_output(f"ready ['--home', '{desktop_app.home}', 'start', '--more']")
    assert desktop_app.env["HOME"] == str(desktop_app.person)
    assert desktop_app.stop() == 0


def test_a_panel_that_comes_late_gets_the_icon_of_a_new_start(
    desktop_app: DesktopApp, bus: Bus
) -> None:
    desktop_app.start()
    desktop_app.wait_for_output("ready")
    with Panel(bus) as late:
        desktop_app.kill()
        desktop_app.start(tray=late)


@pytest.fixture
def complainer(tmp_path: Path, screen: Screen, bus: Bus, program: tuple[str, ...]) -> DesktopApp:
    return DesktopApp(tmp_path, screen, bus, program)


def test_a_warning_of_qt_does_not_pass(complainer: DesktopApp, panel: Panel) -> None:
    complainer.start(tray=panel)
    try:
        complainer.assert_quiet()
        panel.icon().click("Warn")
        wait_until(complainer.complaints, "a complaint")
        with pytest.raises(AssertionError, match="a warning of Qt's"):
            complainer.assert_quiet()
    finally:
        complainer.kill()


def test_nor_does_a_traceback_and_its_end_is_told(
    tmp_path: Path, screen: Screen, bus: Bus, panel: Panel
) -> None:
    app = DesktopApp(tmp_path, screen, bus, (sys.executable, "-c", "raise KeyError('gone')"))
    with pytest.raises(AssertionError, match=r"has ended(.|\n)*KeyError: 'gone'"):
        app.start(tray=panel)
    assert app.complaints() == ["Traceback (most recent call last):"]
