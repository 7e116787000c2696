"""macOS: a launch agent of the person.

launchd reads it at the next login. It is not loaded or unloaded here: loading would start a
second Skynet at once, and unloading would end the one that was started by it.
"""

from __future__ import annotations

import os
import plistlib
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.parsers.expat import ExpatError

from skynet_desktop.host.autostart.base import APPLICATION, AutostartError, FileEntry, State


class LaunchAgent(FileEntry):
    """Switched off by its key ``Disabled``. What System Settings keeps of its own in a
    database of macOS (Login Items) cannot be read by programs, and does not show here."""

    def __init__(self, command: Sequence[str], home: Path | None = None) -> None:
        folder = (home or Path.home()) / "Library" / "LaunchAgents"
        super().__init__(command, folder / f"{APPLICATION}.plist")

    def content(self) -> bytes:
        if _is_passing(self.command[0]):
            raise AutostartError(
                "Starting at login: this program runs from a disk image, or from where macOS puts "
                "what was not moved yet, and will not be there at the next login. Drag Skynet "
                "Desktop to the Applications folder and open it there."
            )
        agent = {
            "Label": APPLICATION,
            "AssociatedBundleIdentifiers": [APPLICATION],  # Login Items shows our name and icon
            "ProgramArguments": list(self.command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
            "LimitLoadToSessionType": "Aqua",
        }
        try:
            return plistlib.dumps(agent)
        except ValueError:  # control characters, or a path that is no text
            raise AutostartError(
                "Starting at login: the path of this program holds characters that macOS cannot "
                "start it by. Move it to a folder with an ordinary name."
            ) from None

    def judged(self, content: bytes) -> State:
        try:
            agent = plistlib.loads(content)
        except (ValueError, ExpatError, plistlib.InvalidFileException):
            return State.STALE
        if not isinstance(agent, dict):
            return State.STALE
        if agent.get("Disabled") is True:
            return State.BLOCKED
        ours = agent.get("ProgramArguments") == list(self.command) and agent.get("RunAtLoad")
        return State.ON if ours else State.STALE


def _is_passing(program: str) -> bool:
    """Whether it lies on a volume that nobody can write to. Of where a program can be opened,
    that is a disk image, and the place of random name at which macOS shows a program that was
    downloaded and not moved ("translocation")."""
    if sys.platform == "win32":
        return False
    try:
        return bool(os.statvfs(program).f_flag & os.ST_RDONLY)
    except OSError:
        return False
