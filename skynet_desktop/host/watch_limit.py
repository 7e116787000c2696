"""Linux watches no more folders than a setting of its kernel allows: does it suffice?"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

SETTING = "fs.inotify.max_user_watches"
_KERNEL = Path("/proc/sys/fs/inotify/max_user_watches")
_KEPT = "/etc/sysctl.d/90-skynet-desktop.conf"

# The limit is for all programs of a person: editors and indexers take their part of it.
_OUR_SHARE = 0.75
_LEAST = 524_288  # what many systems come with


@dataclass(frozen=True)
class WatchLimit:
    """``folders`` is how many there are to watch, one watch each; ``limit`` how many watches
    this person's programs may have together."""

    limit: int
    folders: int

    @property
    def suffices(self) -> bool:
        return self.folders <= self.limit * _OUR_SHARE

    @property
    def better(self) -> int:
        """A limit that leaves room to grow: a power of two, at least twice the folders. Each
        watch in use takes about 1 kB of the computer's memory."""
        return max(_LEAST, 1 << (2 * self.folders - 1).bit_length())

    @property
    def command(self) -> str:
        """Raises the limit, now and after each start; for a terminal."""
        return f"echo {SETTING}={self.better} | sudo tee {_KEPT} && sudo sysctl -p {_KEPT}"


def watch_limit(folders: int, kernel: Path = _KERNEL) -> WatchLimit | None:
    """None where there is no such limit: on Windows and macOS, or if it cannot be read."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        return WatchLimit(int(kernel.read_text(encoding="ascii")), folders)
    except (OSError, ValueError):
        return None
