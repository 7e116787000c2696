"""Starting at login: one entry a person, told to the system in the system's own way.

    entry([*own_program(), "start", "--minimized"]).turn_on()

There is one entry whatever the number of homes: call ``repair`` from the home that is started
at login alone, or two homes would take the entry from each other for ever.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from skynet_desktop.host.autostart.base import Autostart, AutostartError, State
from skynet_desktop.host.program import own_program

__all__ = ["Autostart", "AutostartError", "State", "entry", "own_entry"]


def own_entry(home: Path | None) -> Autostart:
    """The one that starts this program, with its window closed, on ``home`` if it is not the
    usual one."""
    chosen = ["--home", str(home)] if home else []
    return entry([*own_program(), *chosen, "start", "--minimized"])


def entry(command: Sequence[str]) -> Autostart:
    """This system's entry, which is to run ``command``: a program by its whole path, and its
    arguments. Nothing is read or written yet."""
    if sys.platform == "win32":
        import winreg

        from skynet_desktop.host.autostart.windows import RunKey

        return RunKey(command, winreg)
    if sys.platform == "darwin":
        from skynet_desktop.host.autostart.macos import LaunchAgent

        return LaunchAgent(command)
    from skynet_desktop.host.autostart.linux import DesktopEntry

    return DesktopEntry(command)
