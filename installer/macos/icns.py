"""The icon as macOS wants it: PNG images of all sizes in one container.

The format: "ICNS", a magic, the whole length, and for each image a type of four letters, its
length with these eight bytes, and its bytes; all numbers are big-endian. Apple published no
description; Wikipedia's "Apple Icon Image format" is one.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from installer import ROOT

TYPES = {
    b"ic11": 32,  # 16 points on a fine screen
    b"ic12": 64,  # 32 points on a fine screen
    b"ic07": 128,
    b"ic13": 256,  # 128 points on a fine screen
    b"ic08": 256,
    b"ic14": 512,  # 256 points on a fine screen
    b"ic09": 512,
    b"ic10": 1024,  # 512 points on a fine screen
}
"""Pixels by type. The types for 16 and 32 points on a coarse screen hold no PNG; macOS scales."""


def packed(images: Mapping[int, bytes]) -> bytes:
    """An icon file of these PNG images, by their width in pixels. Raises ``KeyError`` if one is
    missing."""
    body = b"".join(
        kind + struct.pack(">I", 8 + len(images[size])) + images[size]
        for kind, size in TYPES.items()
    )
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def draw(folder: Path) -> Path:
    """The product's icon, drawn into a file in ``folder``. Raises ``CalledProcessError``."""
    drawn = folder / "icons"
    drawn.mkdir(parents=True, exist_ok=True)
    sizes = sorted(set(TYPES.values()))
    command = [sys.executable, "-m", "installer.icons", str(drawn), *map(str, sizes)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    icon = folder / "skynet.icns"
    icon.write_bytes(packed({size: (drawn / f"{size}.png").read_bytes() for size in sizes}))
    return icon
