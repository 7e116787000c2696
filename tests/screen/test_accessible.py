from __future__ import annotations

import pytest

from tests.screen.accessible import Accessible
from tests.screen.app import DesktopApp
from tests.screen.display import Screen
from tests.screen.panel import Panel


def test_read_filled_and_pressed_by_name(
    desktop_app: DesktopApp, panel: Panel, accessible: Accessible, screen: Screen
) -> None:
    desktop_app.start(tray=panel)
    pid = desktop_app.pid
    panel.icon().activate()

    accessible.set_text(pid, "Bucket", "Fotos ü", role="text")
    assert accessible.find(pid, "Bucket", "text").text == "Fotos ü"
    accessible.press(pid, "Save")
    desktop_app.wait_for_output("saved Fotos ü")

    assert "checked" not in accessible.find(pid, "Secure").states
    screen.click(*accessible.middle(pid, "Secure"))
    desktop_app.wait_for_output("secure True")
    assert "checked" in accessible.find(pid, "Secure").states

    tree = accessible.tree(pid)
    labels = [node.name for node in tree if node.role in ("text", "check box", "push button")]
    assert labels == ["Bucket", "Secure", "Save"], str(tree)
    with pytest.raises(AssertionError, match="Delete all"):
        accessible.find(pid, "Delete all", timeout=0.1)
