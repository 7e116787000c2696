"""Whether a folder lies on another computer: such folders bring events of this one's changes
only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from skynet_desktop.host.environment import for_others

_REMOTE = re.compile(
    r"nfs\d?|cifs|smb\w*|ncpfs|afs|afpfs|webdav|davfs|coda|9p|ceph|glusterfs|lustre|drvfs"
    r"|fuse\.(sshfs|rclone|s3fs|davfs2?|gvfsd-fuse|glusterfs|smbnetfs|curlftpfs|kio-fuse)"
)
_OCTAL = re.compile(r"\\([0-7]{3})")
_REMOTE_DRIVE = 4  # GetDriveType
_SECONDS = 5.0


def network_file_system(path: str, mounts: Path = Path("/proc/self/mountinfo")) -> str:
    """What kind of network file system the path lies on, such as "nfs4"; "" for none, or if
    that cannot be told. May block as long as a share does that hangs."""
    real = os.path.realpath(path)
    if sys.platform == "win32":
        return _windows(real)
    try:
        listed = list(_linux(mounts) if sys.platform.startswith("linux") else _others())
    except (OSError, subprocess.SubprocessError):
        return ""
    holding = [(point, kind) for point, kind in listed if _holds(point, real)]
    kind = max(holding, key=lambda each: len(each[0]), default=("", ""))[1]
    return kind if _REMOTE.fullmatch(kind) else ""


def _holds(point: str, path: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")


def _linux(mounts: Path) -> Iterator[tuple[str, str]]:
    """Mount points and kinds, later mounts over earlier ones (proc(5), mountinfo)."""
    for line in reversed(os.fsdecode(mounts.read_bytes()).splitlines()):
        before, _, after = line.partition(" - ")
        point = os.fsencode(before.split(" ")[4]).decode("latin-1")
        plain = _OCTAL.sub(lambda found: chr(int(found[1], 8)), point).encode("latin-1")
        yield os.fsdecode(plain), after.partition(" ")[0]


def _others() -> Iterator[tuple[str, str]]:
    done = subprocess.run(
        ["/sbin/mount"], env=for_others(), capture_output=True, timeout=_SECONDS, check=True
    )
    return mounted(os.fsdecode(done.stdout))


def mounted(listing: str) -> Iterator[tuple[str, str]]:
    """Mount points and kinds of what ``mount`` prints on macOS:
    ``//anna@nas/share on /Volumes/share (smbfs, nodev)``."""
    for found in re.finditer(r"^.* on (/.*) \((\w+)[^()]*\)$", listing, re.MULTILINE):
        yield found[1], found[2]


def _windows(path: str) -> str:
    if sys.platform != "win32":
        return ""
    import ctypes

    drive = os.path.splitdrive(path)[0]
    remote = ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _REMOTE_DRIVE
    return "share" if remote or drive.startswith("\\\\") else ""
