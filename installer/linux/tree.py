"""What every Linux package holds: the program, its menu entry, its icons, its description."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from installer import APP, ROOT
from installer.job import Job
from installer.linux import notices

HERE = Path(__file__).parent
RESOURCES = ROOT / "resources" / "icons"

APPLICATION = "app.skynet.desktop"
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)

PROGRAM = Path("lib") / APP
"""The frozen folder, below the root's ``usr``."""


def make_usr(job: Job, usr: Path) -> None:
    """Fill the folder ``usr``, which is made anew."""
    shutil.rmtree(usr, ignore_errors=True)
    shutil.copytree(job.frozen, usr / PROGRAM, symlinks=True)
    share = usr / "share"
    notices.put(usr / PROGRAM / "_internal", share / "doc" / APP / "libraries")
    _put(HERE / "skynet-desktop.desktop", share / "applications" / "skynet-desktop.desktop")
    metainfo = share / "metainfo" / f"{APPLICATION}.metainfo.xml"
    metainfo.parent.mkdir(parents=True)
    metainfo.write_text(described(job.version, job.epoch), "utf-8")
    icons = share / "icons" / "hicolor"
    drawn = job.folder("icons")
    job.environment.run(
        "-m", "installer.icons", str(drawn), *map(str, ICON_SIZES), PYTHONPATH=str(ROOT)
    )
    for size in ICON_SIZES:
        _put(drawn / f"{size}.png", icons / f"{size}x{size}" / "apps" / f"{APP}.png")
    _put(RESOURCES / "skynet.svg", icons / "scalable" / "apps" / f"{APP}.svg")
    _put(RESOURCES / "skynet-symbolic.svg", icons / "symbolic" / "apps" / f"{APP}-symbolic.svg")
    settle(usr, job.epoch)


def described(version: str, epoch: int) -> str:
    """The AppStream description of this version, released at that time."""
    date = time.strftime("%Y-%m-%d", time.gmtime(epoch))
    text = (HERE / f"{APPLICATION}.metainfo.xml").read_text("utf-8")
    return text.replace("@VERSION@", version).replace("@DATE@", date)


def settle(folder: Path, epoch: int) -> None:
    """The same at each build: readable by all and writable by nobody else, whatever umask it
    ran under, and of that time."""
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (epoch, epoch), follow_symlinks=False)
        if not path.is_symlink():
            runs = path.is_dir() or os.access(path, os.X_OK)
            path.chmod(0o755 if runs else 0o644)


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
