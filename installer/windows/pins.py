"""The pinned packages of a program for Windows, told on any system.

    python -m installer.windows.pins      what pip is to install, a line each

Runs in the build's environment.
"""

from __future__ import annotations

from packaging.markers import default_environment
from packaging.requirements import Requirement

from installer import ROOT, contents

PYTHON = "3.11"
_WINDOWS = {
    "os_name": "nt",
    "platform_system": "Windows",
    "python_full_version": f"{PYTHON}.0",
    "python_version": PYTHON,
    "sys_platform": "win32",
}


def pins() -> list[Requirement]:
    """Those that the program runs with, and those that it is built with."""
    environment = {name: str(value) for name, value in default_environment().items()} | _WINDOWS
    files = (ROOT / "requirements.txt", ROOT / "installer" / "requirements.txt")
    return [pin for file in files for pin in contents.pinned(file, environment)]


if __name__ == "__main__":
    print("\n".join(f"{pin.name}{pin.specifier}" for pin in pins()))
