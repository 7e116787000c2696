"""The setup that a person runs: NSIS packs the program's folder (``skynet.nsi``)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from installer import APP, TERMINAL
from installer.job import Job, JobError, Kind
from installer.windows import cross
from installer.windows.look import FOLDER, ICON, MAKERS, PICTURE, four_numbers
from installer.windows.wine import TOOLS

_SCRIPT = Path(__file__).with_name("skynet.nsi")
_SIGN = "SKYNET_SIGN"
"""Names a program that signs the one file that it is given. Without it, nothing is signed."""


def make(job: Job) -> Path:
    _makensis()  # asked for before the minutes that follow
    frozen = job.frozen if sys.platform == "win32" else cross.freeze(job)
    made = job.out / f"Skynet-Desktop-{job.version}-Setup.exe"
    return pack(frozen, FOLDER, made, job.version, os.environ.get(_SIGN, ""))


def pack(frozen: Path, pictures: Path, made: Path, version: str, signer: str = "") -> Path:
    """Raises :class:`JobError` and ``CalledProcessError``."""
    told = {
        "APP": APP,
        "TERMINAL": TERMINAL,
        "FROZEN": frozen,
        "ICON": pictures / ICON.name,
        "PICTURE": pictures / PICTURE.name,
        "MAKERS": MAKERS,
        "NUMBERS": ".".join(map(str, four_numbers(version))),
        "OUT": made,
        "VERSION": version,
    }
    if sys.platform != "win32":
        # NSIS' 32-bit start, the only one it has on Windows, runs on every Windows, but not on a
        # wine that has 64 bits alone. Debian's NSIS has both.
        told["TARGET"] = "amd64-unicode"
    if signer:
        told["SIGN"] = signer
        for name in (APP, TERMINAL):
            subprocess.run([signer, str(frozen / f"{name}.exe")], check=True)
    definitions = [f"-D{name}={value}" for name, value in told.items()]
    subprocess.run([_makensis(), "-V2", "-WX", *definitions, str(_SCRIPT)], check=True)
    return made


def _makensis() -> str:
    """Raises :class:`JobError`, which says how to get it."""
    folders = [os.environ.get(name, "") for name in ("PROGRAMFILES(X86)", "PROGRAMFILES")]
    path = os.pathsep.join(
        [os.environ.get("PATH", ""), *(str(Path(f, "NSIS")) for f in folders if f)]
    )
    found = shutil.which("makensis", path=path)
    if found is None:
        raise JobError(
            "makensis is missing, which makes the setup. Install NSIS 3.08 or newer: on Windows "
            "by winget install NSIS.NSIS, on Debian by apt-get install nsis."
        )
    return found


KIND = Kind(
    "setup",
    "a setup for Windows" if sys.platform == "win32" else "a setup for Windows, made under wine",
    {**TOOLS, "makensis": ("nsis", "packs the setup")} if sys.platform == "linux" else {},
    make,
    only_if_asked=sys.platform != "win32",
)
