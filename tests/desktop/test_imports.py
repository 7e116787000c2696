from __future__ import annotations

import subprocess
import sys

LOOK = """
import builtins
plain = builtins.__import__
{first}
import skynet_desktop.desktop.application
assert builtins.__import__.__name__ == "__import__", builtins.__import__
"""


def test_python_imports_by_itself() -> None:
    """PySide6's own way crashed now and again when a worker imported a module first."""
    for first in ("", "import PySide6.QtWidgets"):
        subprocess.run([sys.executable, "-c", LOOK.format(first=first)], check=True, timeout=60)
