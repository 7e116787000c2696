"""Who this machine is to the monitor: a random name for good, and a salt for hidden paths.

In a small file of its own, beside the outbox: should that be damaged, the machine stays itself.
"""

from __future__ import annotations

import json
import os
import secrets
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
