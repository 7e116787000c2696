from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from skynet_desktop.host.file_systems import mounted, network_file_system

MOUNTS = r"""
22 1 0:20 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /mnt/a\040share rw,relatime shared:2 - nfs4 nas:/x rw,vers=4.2
24 23 0:22 / /mnt/a\040share/inner rw shared:3 master:1 - ext4 /dev/sdb1 rw
25 22 0:23 / /mnt/a rw,relatime shared:4 - fuse.sshfs anna@nas: rw
26 22 0:24 / /twice rw,relatime - cifs //nas/x rw
27 22 0:25 / /twice rw,relatime - tmpfs tmpfs rw
""".strip()

linux = pytest.mark.skipif(sys.platform != "linux", reason="mountinfo is Linux's")


@linux
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/mnt/a share", "nfs4"),
        ("/mnt/a share/b/c", "nfs4"),
        ("/mnt/a share/inner/b", ""),
        ("/mnt/a/b", "fuse.sshfs"),
        ("/mnt/ab", ""),
        ("/home/anna", ""),
        ("/twice/x", ""),
    ],
)
def test_the_innermost_mount_counts(tmp_path: Path, path: str, kind: str) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    assert network_file_system(path, tmp_path / "mountinfo") == kind


@linux
def test_this_computer(tmp_path: Path) -> None:
    assert network_file_system(str(tmp_path)) == ""
    assert network_file_system(str(tmp_path), tmp_path / "none") == ""


@linux
@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="needs to mount")
def test_a_real_mount(tmp_path: Path) -> None:
    """Of a kind that is not remote: what is read is what the kernel says."""
    point = tmp_path / "ein Ordner mit ä"
    point.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", point], capture_output=True).returncode:
        pytest.skip("this computer may not mount")
    try:
        from skynet_desktop.host import file_systems

        kinds = dict(file_systems._linux(Path("/proc/self/mountinfo")))
        assert kinds[str(point)] == "tmpfs"
    finally:
        subprocess.run(["umount", point], check=True)


def test_what_a_mac_lists() -> None:
    listing = (
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n"
        "//anna@nas/share on /Volumes/my share (1) (smbfs, nodev, nosuid, mounted by anna)\n"
    )
    assert dict(mounted(listing)) == {"/": "apfs", "/Volumes/my share (1)": "smbfs"}
