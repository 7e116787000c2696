"""A screen of our own: an X server in memory, a window manager, a mouse and a keyboard."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from tests.screen.needs import need
from tests.screen.processes import Part, Program, wait_until

START_SECONDS = 30.0


@dataclass(frozen=True)
class Window:
    """Where it was when it was found; pixels of the screen."""

    id: int
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


class Screen(Part):
    """``scale`` 2 shows programs as on a screen of twice the density."""

    def __init__(self, width: int = 1280, height: int = 800, scale: float = 1) -> None:
        need("Xvfb", "openbox", "xdotool", "import")
        self.width, self.height = width, height
        self._folder = Path(tempfile.mkdtemp(prefix="skynet-screen-"))
        self._parts: list[Program] = []
        try:
            self.display = self._start_server()
            self.env = {
                "DISPLAY": self.display,
                "QT_QPA_PLATFORM": "xcb",
                "QT_SCALE_FACTOR": f"{scale:g}",
            }
            self._start("openbox", "--sm-disable")
            wait_until(self._managed, "a window manager", START_SECONDS)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        for part in reversed(self._parts):
            part.close()
        rmtree(self._folder, ignore_errors=True)

    def _start_server(self) -> str:
        """On a free display that the server itself chooses."""
        reads, writes = os.pipe()
        size = f"{self.width}x{self.height}x24"
        command = ["Xvfb", "-displayfd", str(writes), "-screen", "0", size]
        options = ["-nolisten", "tcp", "-noreset"]
        log = self._folder / "Xvfb.log"
        server = Program([*command, *options], self._environment(), log, keep_open=[writes])
        self._parts.append(server)
        os.close(writes)
        with os.fdopen(reads) as pipe:
            number = pipe.readline().strip()  # ends with the server, if that fails
        assert number, f"no X server: {server.output()}"
        return f":{number}"

    def _start(self, *command: str) -> None:
        log = self._folder / f"{command[0]}.log"
        self._parts.append(Program(command, self._environment(), log))

    def _environment(self) -> dict[str, str]:
        """Nothing of the machine's own screen or session."""
        shown = {"DISPLAY": self.display} if self._parts else {}
        own = {"HOME": str(self._folder), "LANG": "C.UTF-8"}
        return {"PATH": os.environ["PATH"], **own, **shown}

    def _managed(self) -> bool:
        return self._try("get_num_desktops").returncode == 0

    # --- mouse and keyboard -------------------------------------------------------------

    def click(self, x: int, y: int, button: int = 1, times: int = 1) -> None:
        """Buttons: 1 left, 2 middle, 3 right."""
        there = ["mousemove", str(x), str(y)]
        self._xdotool(*there, "click", "--repeat", str(times), "--delay", "50", str(button))

    def move(self, x: int, y: int) -> None:
        """The pointer, to that pixel."""
        self._xdotool("mousemove", str(x), str(y))

    def type(self, text: str) -> None:
        """Into whatever has the focus."""
        self._xdotool("type", "--delay", "5", "--", text)

    def key(self, *keys: str) -> None:
        """One after the other, as in ``key("ctrl+a", "Delete")``."""
        self._xdotool("key", "--delay", "20", *keys)

    # --- windows ------------------------------------------------------------------------

    def windows(self, name: str = "", pid: int = 0) -> list[Window]:
        """The visible ones whose title matches (a regular expression) and that are the pid's."""
        chosen = ["--pid", str(pid)] if pid else []
        ids = self._try("search", "--all", "--onlyvisible", *chosen, "--name", name).stdout
        found = (self._window(int(id)) for id in ids.split())
        return [window for window in found if window is not None]

    def window(self, name: str = "", pid: int = 0, timeout: float = 10.0) -> Window:
        """The one; waits until it is there."""
        wait_until(lambda: self.windows(name, pid), f"a window {name!r} of {pid}", timeout)
        found = self.windows(name, pid)
        assert len(found) == 1, f"{name!r} is not one window: {found}"
        return found[0]

    def focus(self, window: Window) -> None:
        """Raises it and gives it the keyboard."""
        self._xdotool("windowactivate", "--sync", str(window.id))

    def _window(self, id: int) -> Window | None:
        """None if it went meanwhile."""
        shown = self._try("getwindowgeometry", "--shell", str(id))
        if shown.returncode:
            return None
        at = dict(line.split("=") for line in shown.stdout.split())
        return Window(id, int(at["X"]), int(at["Y"]), int(at["WIDTH"]), int(at["HEIGHT"]))

    # --- what it shows ------------------------------------------------------------------

    def screenshot(self, path: Path) -> Path:
        """The whole screen, as PNG."""
        self._run("import", "-silent", "-window", "root", f"png:{path}")
        return path

    def colour(self, x: int, y: int) -> str:
        """``#rrggbb`` of that pixel."""
        crop = ["-crop", f"1x1+{x}+{y}", "-depth", "8", "rgb:-"]
        return "#" + self._run("import", "-silent", "-window", "root", *crop).hex()

    def colours(self, x: int, y: int, width: int, height: int) -> set[str]:
        """All that are in that part of the screen, as ``#rrggbb``."""
        crop = ["-crop", f"{width}x{height}+{x}+{y}", "-depth", "8", "rgb:-"]
        pixels = self._run("import", "-silent", "-window", "root", *crop)
        return {"#" + pixels[at : at + 3].hex() for at in range(0, len(pixels), 3)}

    def _xdotool(self, *arguments: str) -> None:
        self._run("xdotool", *arguments)

    def _try(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["xdotool", *arguments]
        return subprocess.run(
            command, env=self._environment(), capture_output=True, text=True, timeout=30
        )

    def _run(self, *command: str) -> bytes:
        done = subprocess.run(command, env=self._environment(), capture_output=True, timeout=30)
        assert done.returncode == 0, f"{command}: {done.stderr.decode(errors='replace')}"
        return done.stdout
