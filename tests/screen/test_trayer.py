from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.screen.app import DesktopApp
from tests.screen.bus import Bus
from tests.screen.display import Screen
from tests.screen.trayer import Trayer, XfcePanel


def test_the_mouse_on_an_icon_of_the_old_kind(
    desktop_app: DesktopApp, trayer: Trayer, screen: Screen
) -> None:
    desktop_app.start(tray=trayer)
    icon = trayer.icon(desktop_app.pid)
    assert screen.colour(*icon.middle) == "#008000"
    screen.click(*icon.middle)
    desktop_app.wait_for_output("activated Trigger")
    screen.click(*icon.middle, button=3)
    desktop_app.wait_for_output("activated Context")
    screen.key("Up", "Return")
    assert desktop_app.running.wait() == 0


@pytest.mark.skipif(not shutil.which("xfce4-panel"), reason="only to look at: not in dev.py")
def test_a_whole_panel_to_look_at(screen: Screen, tmp_path: Path) -> None:
    with Bus(activates=["org.xfce.Xfconf"], env=screen.env) as bus, XfcePanel(bus, screen) as panel:
        app = DesktopApp(tmp_path, screen, bus, (sys.executable, "-m", "tests.screen.trial_app"))
        app.start(tray=panel)
        app.kill()
        app.assert_quiet()
