"""Who this machine is to the monitor: a random name for good, and a salt for hidden paths.

In a small file of its own, beside the outbox: should that be damaged, the machine stays itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import secrets
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

_FILE = "machine.json"


@dataclass(frozen=True, slots=True)
class Identity:
    machine: str
    """A random UUID."""
    salt: bytes
    """Never leaves this machine."""


def system() -> str:
    """As its makers call it: ``Ubuntu 24.04``, ``macOS 15.2``, ``Windows 11``."""
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    with contextlib.suppress(OSError):
        release = platform.freedesktop_os_release()
        return f"{release['NAME']} {release.get('VERSION_ID', '')}".strip()
    return f"{platform.system()} {platform.release()}"


def identity(folder: Path) -> Identity:
    """Made at the first call. Raises ``OSError``."""
    path = folder / _FILE
    try:
        kept = json.loads(path.read_text("utf-8"))
        return Identity(str(uuid.UUID(kept["machine"])), bytes.fromhex(kept["salt"]))
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError):  # damaged: a new machine to the monitor
        path.replace(path.with_suffix(".damaged"))
    made = Identity(str(uuid.uuid4()), secrets.token_bytes(16))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"machine": made.machine, "salt": made.salt.hex()}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return made
