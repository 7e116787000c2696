"""What tells one local folder from another that is mounted in its place."""

from __future__ import annotations

import contextlib
import os
import sys

_VOLUMES = "/dev/disk/by-uuid"

Identity = dict[str, int | str]


def identity(folder: str) -> Identity:
    """Cheap enough to be asked all the time. Raises ``OSError``."""
    st = os.stat(folder)
    found: Identity = {"ino": st.st_ino, "dev": st.st_dev}
    if hasattr(os, "statvfs"):
        found["fsid"] = os.statvfs(folder).f_fsid
    return found


def full_identity(folder: str) -> Identity:
    """With the volume's own id where the system tells it: two USB sticks of one make, plugged
    in one after the other, differ in nothing else. Raises ``OSError``."""
    found = identity(folder)
    found["volume"] = _volume(os.stat(folder).st_dev)
    return found


def differs(old: Identity, new: Identity) -> bool:
    """In anything that both know. Device numbers change over reboots, so a difference is no
    proof of another folder, only a reason to look into it."""
    return any(old[key] != new[key] for key in old.keys() & new.keys())


def _volume(device: int) -> str:
    """Its UUID as udev knows it; "" for one that has none (a share, a memory disk), and where
    the device number itself is made of the volume's id."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError), os.scandir(_VOLUMES) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.stat().st_rdev == device:
                        return entry.name
    return ""
