"""A disk image: the bundle, and beside it a link to the folder to drag it into."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path

from installer.job import Job, JobError, Kind
from installer.macos import signing
from installer.macos.bundle import BUNDLE
from skynet_desktop.host.autostart.base import NAME


def make(job: Job) -> Path:
    try:
        keys = signing.keys(os.environ)
    except ValueError as error:
        raise JobError(str(error)) from None
    app = job.frozen.parent / BUNDLE
    _run(signing.of_bundle(app, keys))
    made = job.out / f"Skynet-Desktop-{job.version}-{platform.machine()}.dmg"
    told = write_layout(job.folder("dmg"), app)
    job.environment.run("-m", "dmgbuild", "--settings", str(told), NAME, str(made))
    _run(signing.of_image(made, keys))
    return made


def write_layout(folder: Path, app: Path) -> Path:
    """What the image shows, as dmgbuild reads it (appdmg's format): places and sizes in points."""
    layout = {
        "title": NAME,
        "format": "ULFO",  # read by all that the bundle runs on; packs better than zlib
        "icon-size": 128,
        "window": {"position": {"x": 200, "y": 200}, "size": {"width": 540, "height": 320}},
        "contents": [
            {"type": "file", "path": str(app), "x": 140, "y": 140},
            {"type": "link", "path": "/Applications", "x": 400, "y": 140},
        ],
    }
    file = folder / "layout.json"
    file.write_text(json.dumps(layout, indent=1), "utf-8")
    return file


def _run(commands: list[signing.Command]) -> None:
    for command in commands:
        subprocess.run(command, check=True)


KIND = Kind("dmg", "a disk image for macOS, with the app in it", {}, make)
