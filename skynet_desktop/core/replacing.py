"""Renaming over a file that may be there, as ``os.replace`` does it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_SECONDS, _PAUSE = 2.0, 0.02
_HELD = (5, 32)  # ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION


def replace(source: str | Path, target: str | Path) -> None:
    """``os.replace``. On Windows, which renames nothing that any program has open, it is tried
    for two seconds: virus scanners and indexers open what is new, and let go of it. Raises
    ``OSError``."""
    patient_until = time.monotonic() + _SECONDS
    while True:
        try:
            os.replace(source, target)
            return
        except PermissionError as error:
            held = sys.platform == "win32" and getattr(error, "winerror", 0) in _HELD
            if not held or os.path.isdir(target) or time.monotonic() > patient_until:
                raise
        time.sleep(_PAUSE)
