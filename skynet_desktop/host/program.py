"""How this very program is started: for the entry at login, and to start it anew."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_MODULE = "skynet_desktop"


def own_program(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The program by its whole path and what it takes to reach us; the caller adds arguments.

    An AppImage is named itself, not the folder it is mounted at. A checkout is started by
    this very interpreter; on Windows by the one that opens no console.
    """
    if getattr(sys, "frozen", False):
        return [_app_image(environ) or sys.executable]
    return [_quiet(sys.executable), "-m", _MODULE]


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


def _quiet(interpreter: str) -> str:
    windowed = Path(interpreter).with_name("pythonw.exe")
    if sys.platform == "win32" and Path(interpreter).stem == "python" and windowed.exists():
        return str(windowed)
    return interpreter
