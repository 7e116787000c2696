"""What the stage is made of. A part that this machine lacks skips the test, or fails it where
nobody would see the skip."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest


def need(*parts: str) -> None:
    """Each is a command or, with a slash, a path. ``dev.py`` installs them all."""
    if sys.platform != "linux":
        pytest.skip("the stage is built from Linux's parts")
    missing = [part for part in parts if not _there(part)]
    if missing:
        words = f"needs {', '.join(missing)}: python3 dev.py test installs it"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)


def _there(part: str) -> bool:
    return Path(part).exists() if "/" in part else shutil.which(part) is not None
