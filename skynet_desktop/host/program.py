"""How this very program is started: for the entry at login, and to start it anew."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_MODULE = "skynet_desktop"
_WINDOWED = "skynet-desktop.exe"  # beside skynet.exe, which is for terminals (skynet.spec)


def own_program(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The program by its whole path and what it takes to reach us; the caller adds arguments.

    An AppImage is named itself, not the folder it is mounted at. A checkout is started by
    this very interpreter. On Windows it is the one, of two, that opens no console.
    """
    if getattr(sys, "frozen", False):
        return [_app_image(environ) or _quiet(sys.executable, _WINDOWED)]
    return [_quiet(sys.executable, "pythonw.exe"), "-m", _MODULE]


def is_app_image(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this program runs from an AppImage of ours."""
    return bool(getattr(sys, "frozen", False) and _app_image(environ))


def _app_image(environ: Mapping[str, str]) -> str | None:
    """Ours, not that of a program that happened to start us and left its variables behind."""
    image, mounted = environ.get("APPIMAGE"), environ.get("APPDIR")
    if not image or not mounted:
        return None
    inside = Path(os.path.realpath(sys.executable)).is_relative_to(os.path.realpath(mounted))
    return image if inside else None


def _quiet(program: str, name: str) -> str:
    """The one of this name beside the program, if there is one."""
    windowed = Path(program).with_name(name)
    return str(windowed) if sys.platform == "win32" and windowed.exists() else program
