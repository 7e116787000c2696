"""Which computer this is, as the list of releases names it."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from skynet_desktop.host.program import is_app_image

_SYSTEMS = {"win32": "windows", "darwin": "macos"}
_KINDS = {"win32": "setup", "darwin": "dmg"}
_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class Computer:
    """What a download must fit: ``linux``, ``windows`` or ``macos``; ``x86_64`` or ``arm64``;
    and by which kind of file Skynet comes here."""

    system: str
    machine: str
    kind: str


def this_computer() -> Computer:
    """On Linux what is no AppImage was installed from a package."""
    said = platform.machine().lower()
    return Computer(
        _SYSTEMS.get(sys.platform, "linux"),
        _MACHINES.get(said, said),
        _KINDS.get(sys.platform, "appimage" if is_app_image() else "deb"),
    )
