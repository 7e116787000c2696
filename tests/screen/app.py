"""The desktop app on the stage: started as a person's session would, watched, and ended."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Protocol

from tests.credentials.session import environment
from tests.screen.bus import Bus
from tests.screen.display import Screen
from tests.screen.processes import Program

PROGRAM = (sys.executable, "-m", "skynet_desktop")
_COMPLAINT = re.compile(
    r"^\[(?:warning|critical|fatal)\].*"
    r"|^Traceback \(most recent call last\).*"
    r"|^Exception ignored in.*"
    r"|^(?:QThread|QObject|QTimer|QSocketNotifier|QPainter|QWidget)\b.*: .*"
    r"|^Fatal Python error.*",
    re.MULTILINE,
)
# No fault of the app's: a question of at-spi's that this Qt does not know yet.
_HARMLESS = re.compile(r'qt\.accessibility\.atspi: .* "GetApplicationBusAddress"')


class HasIcons(Protocol):
    """A tray host: :class:`Panel` or :class:`Trayer`."""

    def shows(self, pid: int) -> bool:
        """Whether an icon of that process is to be seen."""
        ...


class DesktopApp:
    """``env`` may be changed before a start. ``person`` is the home folder it runs in."""

    def __init__(
        self, folder: Path, screen: Screen, bus: Bus, program: tuple[str, ...] = PROGRAM
    ) -> None:
        self.home = folder / "skynet"
        self.person = folder / "person"
        self.person.mkdir()
        self.log = folder / "output.log"
        self._program = program
        self._running: Program | None = None
        self.env = environment(
            self.person,
            LANG="C.UTF-8",
            QT_MESSAGE_PATTERN="[%{type}] %{category}: %{message}",
            PYTHONFAULTHANDLER="1",
            PYTHONPATH=os.pathsep.join([os.getcwd(), *filter(None, sys.path)]),
        )
        for part in (screen, bus):
            self.env |= part.env

    def start(self, *arguments: str, command: str = "start", tray: HasIcons | None = None) -> None:
        """Returns at once, or when its icon is in that tray. Start no second one by this object."""
        assert self._running is None or not self._running.alive, "it runs already"
        self._running = Program([*self.command, command, *arguments], self.env, self.log)
        if tray is not None:
            pid, shows = self._running.pid, tray.shows
            self._running.wait_until(lambda: shows(pid), "its tray icon", 30)

    @property
    def command(self) -> list[str]:
        """The program on this home; a verb and its options follow."""
        return [*self._program, "--home", str(self.home)]

    @property
    def running(self) -> Program:
        assert self._running is not None, "it was never started"
        return self._running

    @property
    def pid(self) -> int:
        return self.running.pid

    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_for_output(self, words: str, timeout: float = 10.0) -> None:
        """Waits until it said so."""
        self.running.wait_until(lambda: words in self.output(), repr(words), timeout)

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        return self.running.stop()

    def kill(self) -> None:
        """kill -9, if it runs."""
        if self._running is not None:
            self._running.kill()

    def complaints(self) -> list[str]:
        """Warnings of Qt and tracebacks on its channels."""
        found = (match.group(0) for match in _COMPLAINT.finditer(self.output()))
        return [line for line in found if not _HARMLESS.search(line)]

    def assert_quiet(self) -> None:
        assert not self.complaints(), self.output()[-5000:]
