"""Windows programs where there is no Windows: a computer of its own for each, made by wine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from types import MappingProxyType

HERE = Path(__file__).resolve().parent

TOOLS = {
    "wine": ("wine", "runs Windows' programs"),
    "wineserver": ("wine", "runs Windows' programs"),
    "x86_64-w64-mingw32-gcc": ("gcc-mingw-w64-x86-64-win32", "makes libraries that wine lacks"),
}
"""What it takes, as ``dev.system_packages`` wants it."""

_LACKS = ("bcryptprimitives", "icuuc")
"""Libraries of every Windows 10 that wine 8 has not: made from C files beside this one."""


class Wine:
    """A computer: its C: drive and registry lie in ``folder``, its person's home too. Our own
    files are its drive Z:. Usable by one process at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.c = folder / "prefix" / "drive_c"
        self.variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith("WINE")},
            "HOME": str(folder / "home"),  # wine leads Documents and the like there
            "WINEPREFIX": str(folder / "prefix"),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # No offers of .NET and a browser; no list of networks, which wine 8 has without an
            # end, so that Qt reads it for ever; no entries in the menu of this computer.
            "WINEDLLOVERRIDES": "mscoree,mshtml,netprofm=;winemenubuilder.exe=d",
        }

    def make(self) -> Wine:
        """Fresh, unless it is there already. Ten seconds. Raises ``CalledProcessError``."""
        ready = self.folder / "ready"
        if not ready.exists():
            (self.folder / "home").mkdir(parents=True, exist_ok=True)
            self.run("wineboot", "--init")
            self.run("reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f")
            for name in _LACKS:
                library = self.c / "windows" / "system32" / f"{name}.dll"
                source = HERE / f"{name}.c"
                subprocess.run(
                    ["x86_64-w64-mingw32-gcc", "-shared", "-O1", "-s", "-o", str(library),
                     str(source), "-ladvapi32"],
                    check=True,
                )  # fmt: skip
            self.wait()
            ready.touch()
        return self

    def run(
        self,
        *command: str,
        told: str = "",
        timeout: float | None = None,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """A program to its end, ``told`` something; what it said. Raises
        ``CalledProcessError``, which has the same words, and ``TimeoutExpired``."""
        done = subprocess.run(
            ["wine", *command],
            env={**self.variables, **variables},
            # Python for Windows ends at once where these are no pipes and no console.
            input=told.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
        )
        said = done.stdout.decode("utf-8", "replace").replace("\r\n", "\n")
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, ["wine", *command], said)
        return said

    def wait(self) -> None:
        """Until nothing runs there any more, and its registry is written."""
        subprocess.run(["wineserver", "--wait"], env=self.variables, check=True)

    def end(self) -> None:
        """Switch it off, whatever runs there."""
        subprocess.run(["wineserver", "--kill"], env=self.variables, check=False)
        self.wait()


def windows_path(path: Path) -> PureWindowsPath:
    """What a file of ours is called there."""
    return PureWindowsPath(f"Z:{path.absolute()}")
