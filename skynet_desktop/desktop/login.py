"""Starting at login, as far as the desktop is concerned: with the window closed."""

from __future__ import annotations

from skynet_desktop.host.autostart import Autostart, entry
from skynet_desktop.host.program import own_program
from skynet_desktop.settings import Paths


def login_entry(paths: Paths) -> Autostart:
    """The entry that starts this program on this home. Reading and writing it may block."""
    home = ["--home", str(paths.relocated)] if paths.relocated else []
    return entry([*own_program(), *home, "start", "--minimized"])
