"""A real Secret Service in a private session, with a home of its own, for one command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = ("dbus-run-session", "gnome-keyring-daemon", "secret-tool")
MISSING = [name for name in NEEDED if not shutil.which(name)]

_UNLOCKED = 'printf "a login password" | gnome-keyring-daemon --unlock --components=secrets'
_LOCKED = "gnome-keyring-daemon --start --components=secrets"


def environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing of the machine's own session or keyring choice, and no screen to prompt on."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        **more,
    }


def run_python(
    home: Path, code: str, *, unlocked: bool = True, **more: str
) -> subprocess.CompletedProcess[str]:
    """Runs the code where a Secret Service answers; its output and exit code."""
    start = _UNLOCKED if unlocked else _LOCKED
    script = f'{start} >/dev/null 2>&1; exec "$0" -c "$1"'
    command = ["dbus-run-session", "--", "sh", "-c", script, sys.executable, code]
    return subprocess.run(
        command, env=environment(home, **more), capture_output=True, text=True, timeout=60
    )


def run_without_service(home: Path, code: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The same where no session bus can be reached."""
    env = environment(home, DBUS_SESSION_BUS_ADDRESS=f"unix:path={home}/none", **more)
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
