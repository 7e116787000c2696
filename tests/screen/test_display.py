from __future__ import annotations

from pathlib import Path

from tests.screen.app import DesktopApp
from tests.screen.display import Screen
from tests.screen.fixtures import MakeScreen
from tests.screen.panel import Panel

PNG = b"\x89PNG\r\n"


def test_mouse_and_keyboard_reach_a_window(
    desktop_app: DesktopApp, panel: Panel, screen: Screen, tmp_path: Path
) -> None:
    desktop_app.start(tray=panel)
    panel.icon(desktop_app.pid).activate()
    window = screen.window("^Trial window$", desktop_app.pid)
    screen.focus(window)
    screen.key("alt+b")
    screen.type("Fotos 2026")
    screen.key("alt+s")
    desktop_app.wait_for_output("saved Fotos 2026")
    assert screen.screenshot(tmp_path / "shot.png").read_bytes().startswith(PNG)
    assert screen.colour(*window.middle) != screen.colour(1, 1)


def test_a_screen_of_twice_the_density(
    make_screen: MakeScreen, desktop_app: DesktopApp, panel: Panel, screen: Screen
) -> None:
    sizes = []
    for each in (screen, make_screen(1600, 1200, scale=2)):
        desktop_app.env |= each.env
        desktop_app.start(tray=panel)
        panel.icon(desktop_app.pid).activate()
        sizes.append(each.window("Trial window").width)
        desktop_app.stop()
    assert sizes[1] == 2 * sizes[0]
