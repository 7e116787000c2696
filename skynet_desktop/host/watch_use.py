"""Linux: how much of what the kernel allows for watching a person's programs use already."""

from __future__ import annotations

import os
import sys
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SETTING = "fs.inotify.max_user_instances"
_KERNEL = Path("/proc/sys/fs/inotify/max_user_instances")
_KEPT = "/etc/sysctl.d/90-skynet-desktop-instances.conf"
_PROC = Path("/proc")
_LEAST = 512


@dataclass(frozen=True)
class WatchUse:
    """``watches`` is folders and files, ``instances`` the queues that their events come by."""

    watches: int
    instances: int


@dataclass(frozen=True)
class InstanceLimit:
    """``needed`` is how many instances all programs of this person need together."""

    limit: int
    needed: int

    @property
    def suffices(self) -> bool:
        return self.needed <= self.limit

    @property
    def command(self) -> str:
        """Raises the limit, now and after each start; for a terminal."""
        better = max(_LEAST, 1 << (2 * self.needed - 1).bit_length())
        return f"echo {SETTING}={better} | sudo tee {_KEPT} && sudo sysctl -p {_KEPT}"


def watch_use(besides: Container[int] = (), proc: Path = _PROC) -> WatchUse | None:
    """Of all programs of this person but the processes ``besides``. None where there is no
    such limit. Takes milliseconds, more where a program watches very much."""
    if not sys.platform.startswith("linux"):
        return None
    watches = instances = 0
    for process in proc.iterdir():
        if process.name.isdecimal() and int(process.name) not in besides:
            for info in _instances(process):
                instances += 1
                watches += _watches(info)
    return WatchUse(watches, instances)


def _instances(process: Path) -> Iterator[Path]:
    """What the kernel tells about each inotify instance that the process holds open."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # it ended, or is not ours to look into
        if process.stat().st_uid != os.getuid():
            return
        for opened in (process / "fd").iterdir():
            with suppress(OSError):
                if os.readlink(opened) == "anon_inode:inotify":
                    yield process / "fdinfo" / opened.name


def _watches(info: Path) -> int:
    with suppress(OSError), info.open("rb") as lines:
        return sum(line.startswith(b"inotify ") for line in lines)
    return 0


def instance_limit(needed: int, kernel: Path = _KERNEL) -> InstanceLimit | None:
    """None where there is no such limit, or if it cannot be read."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        return InstanceLimit(int(kernel.read_text(encoding="ascii")), needed)
    except (OSError, ValueError):
        return None
