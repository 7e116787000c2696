"""A computer with Windows, as wine plays it: a screen of its own, nothing on it but our setup."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path, PureWindowsPath

from installer import APP, TERMINAL
from installer.windows.wine import Wine, windows_path
from tests.screen.display import Screen
from tests.screen.processes import wait_until

RUN = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
UNINSTALL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\SkynetDesktop"
CREDENTIALS = r"HKCU\Software\Wine\Credential Manager"
"""Where wine keeps what Windows keeps in its Credential Manager."""
_PLAIN = 8  # colours
_PATIENCE = 600.0  # seconds; on a busy machine wine is slow


class WindowsComputer:
    """Made fresh in ``folder``; ``setup`` is our setup's file. ``close`` switches it off."""

    def __init__(self, folder: Path, setup: Path) -> None:
        self.setup_file = setup
        self.screen = Screen(1280, 800)
        self.wine = Wine(folder)
        self.wine.variables["DISPLAY"] = self.screen.display
        self.wine.variables["LANG"] = "C.UTF-8"
        self.wine.make()
        # One window is its whole screen: with a bar, and there a tray.
        desktops = r"HKCU\Software\Wine\Explorer"
        self._add(desktops, "Desktop", "Default")
        self._add(rf"{desktops}\Desktops", "Default", "1280x800")
        self.local = next(self.wine.c.glob("users/*/AppData/Local"))
        self.programs = self.local / "Programs" / "Skynet Desktop"
        self.data = self.local / "skynet-desktop"
        self.menu = self.local.parent / "Roaming" / "Microsoft" / "Windows" / "Start Menu"

    def close(self) -> None:
        self.wine.end()
        self.screen.close()

    # --- our programs -------------------------------------------------------------------

    def install(self, *switches: str) -> None:
        """Without windows. Raises ``CalledProcessError``."""
        self._quietly(str(windows_path(self.setup_file)), "/S", *switches)

    def uninstall(self, *switches: str) -> None:
        """Likewise. An uninstaller copies itself away and goes on there: it is waited for."""
        self._quietly(self.at(self.programs / "uninstall.exe"), "/S", *switches)
        gone = self.programs / "uninstall.exe"
        wait_until(lambda: not gone.exists(), "the program is gone", _PATIENCE)
        wait_until(lambda: not self.registry(UNINSTALL), "its entry is gone", _PATIENCE)

    def skynet(self, *arguments: str, told: str = "") -> str:
        """In the terminal; what it says. Raises ``CalledProcessError``."""
        program = self.at(self.programs / f"{TERMINAL}.exe")
        return self.wine.run(program, *arguments, told=told, timeout=_PATIENCE)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """The program with windows; it runs on."""
        return subprocess.Popen(
            ["wine", self.at(self.programs / f"{APP}.exe"), *arguments],
            env=self.wine.variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def _quietly(self, *command: str) -> None:
        """Without a pipe, which a program that is started on the way would hold open."""
        subprocess.run(
            ["wine", *command], env=self.wine.variables, check=True, timeout=_PATIENCE,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def has_tray_icon(self) -> bool:
        """Whether something is drawn at the right end of the bar, which is plain else."""
        return len(self.screen.colours(1256, 778, 24, 22)) > _PLAIN

    # --- files and registry -------------------------------------------------------------

    def at(self, path: Path) -> str:
        """What a file on its disk is called there."""
        return str(PureWindowsPath("C:\\", *path.relative_to(self.wine.c).parts))

    def registry(self, key: str, name: str = "") -> dict[str, str]:
        """The values of a key, or one of them; none if they are not there."""
        one = ["/v", name] if name else []
        try:
            said = self.wine.run("reg", "query", key, *one, timeout=_PATIENCE)
        except subprocess.CalledProcessError:
            return {}
        rows = re.findall(r"^ {4}(.+?) {4}REG_\w+ {4}(.*)$", said, re.MULTILINE)
        return dict(rows)

    def credentials(self) -> list[str]:
        """Names of what the Credential Manager holds."""
        try:
            said = self.wine.run("reg", "query", CREDENTIALS, "/s", timeout=_PATIENCE)
        except subprocess.CalledProcessError:
            return []
        return re.findall(r"Credential Manager\\(.+)$", said, re.MULTILINE)

    def folder(self, name: str) -> Path:
        """A new one on its disk."""
        made = self.wine.c / "photos" / name
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        return made

    def _add(self, key: str, name: str, value: str) -> None:
        self.wine.run("reg", "add", key, "/v", name, "/d", value, "/f", timeout=_PATIENCE)
