"""One file that runs on any Linux: a runtime, and behind it a file system with the program."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

from installer import APP, TERMINAL
from installer.job import Job, Kind
from installer.linux.runtime import TOOLS, runtime
from installer.linux.tree import ICON_SIZES, PROGRAM, make_usr

_LEVEL = "19"
"""Of zstd, which starts four times as fast as xz and is a tenth bigger. Unpacking takes no
longer from a higher level."""

_BLOCK = "32K"
"""What is unpacked at once. Libraries are read here and there: of 128K, the default, a third
more is unpacked until the icon shows, for an image a twentieth smaller."""


def make(job: Job) -> Path:
    folder = job.folder("appimage")
    root, image = folder / "AppDir", folder / "image.squashfs"
    shutil.rmtree(root, ignore_errors=True)
    make_usr(job, root / "usr")
    _make_root(root)
    image.unlink(missing_ok=True)
    subprocess.run(
        [
            "mksquashfs", str(root), str(image), "-root-owned", "-noappend", "-no-xattrs",
            "-comp", "zstd", "-Xcompression-level", _LEVEL, "-b", _BLOCK,
            "-mkfs-time", str(job.epoch), "-all-time", str(job.epoch), "-quiet", "-no-progress",
        ],
        check=True, env={k: v for k, v in job.environment.variables.items()
                         if k != "SOURCE_DATE_EPOCH"},  # it takes the time one way only
    )  # fmt: skip
    made = job.out / f"Skynet-Desktop-{job.version}-{platform.machine()}.AppImage"
    made.write_bytes(runtime(job).read_bytes() + image.read_bytes())
    made.chmod(0o755)
    return made


def _make_root(root: Path) -> None:
    """What the specification wants at the top: AppRun, menu entry, icon."""
    (root / "AppRun").symlink_to(Path("usr") / PROGRAM / APP)
    (root / "usr" / "bin").mkdir()
    for name in (TERMINAL, APP):
        (root / "usr" / "bin" / name).symlink_to(Path("..") / PROGRAM / APP)
    (root / f"{APP}.desktop").symlink_to(f"usr/share/applications/{APP}.desktop")
    largest = max(size for size in ICON_SIZES if size <= 256)
    icon = f"usr/share/icons/hicolor/{largest}x{largest}/apps/{APP}.png"
    (root / f"{APP}.png").symlink_to(icon)
    (root / ".DirIcon").symlink_to(icon)


KIND = Kind(
    "appimage",
    "an AppImage, for any Linux",
    {"mksquashfs": ("squashfs-tools", "packs the AppImage's file system"), **TOOLS},
    make,
)
