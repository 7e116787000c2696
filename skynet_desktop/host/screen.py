"""Whether there is a screen to show windows on."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping


def has_screen(environ: Mapping[str, str] = os.environ) -> bool:
    """False where a window could not open: a Linux session without X or Wayland."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(environ.get("WAYLAND_DISPLAY") or environ.get("DISPLAY"))
