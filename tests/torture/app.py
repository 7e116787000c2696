"""The program under torture: a process of its own that can be killed, watched and squeezed."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.measuring import resident_bytes
from tests.driver import Skynet
from tests.places import Place

STATE_MIB = 64
_CHECKOUT = Path(__file__).parents[2]
_MAY_LESS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]
"""Root like this is stopped by a file's mode as anybody is."""


class App(Skynet):
    """As :class:`Skynet`; if we are root, it obeys permissions all the same, and has a small
    disk of its own for its state."""

    def __init__(self, home: Path, place: Place, program: Path | None = None) -> None:
        """``program`` is a folder with another copy of the program to run than this one."""
        home.mkdir()
        super().__init__(home, place)
        root = os.geteuid() == 0
        self._python = [*(_MAY_LESS if root else []), sys.executable, "-m", "skynet_desktop"]
        self.env["PYTHONPATH"] = str(program or _CHECKOUT)
        self.env["PYTHONFAULTHANDLER"] = "1"  # see abort
        self.disk = self._mount() if root else None

    def _mount(self) -> Path | None:
        """The folder of the state, as a file system that can be filled."""
        folder = self.home / "state"
        folder.mkdir(mode=0o700)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={STATE_MIB}m,mode=700", "skynet-torture"]
        result = subprocess.run([*mount, str(folder)], capture_output=True)
        return folder if result.returncode == 0 else None

    def close(self) -> None:
        self.kill()
        if self.disk is not None:
            subprocess.run(["umount", "-l", str(self.disk)], check=False)
            self.disk = None

    # --- running it -------------------------------------------------------------------------

    def run(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._python, *arguments],
            env=self.env, capture_output=True, text=True, timeout=timeout, check=False,
            stdin=subprocess.DEVNULL, errors="backslashreplace", cwd=self.home,
        )  # fmt: skip

    def start(self, *arguments: str, before: Sequence[str] = ()) -> None:
        """``before`` are shell commands that run in the same process first."""
        command = [*self._python, "--home", str(self.home), "run", *arguments]
        if before:
            script = "; ".join([*before, f"exec {shlex.join(command)}"])
            command = ["unshare", "--user", "--map-root-user", "sh", "-c", script]
        with open(self.home / "output.log", "ab") as log:
            self._process = subprocess.Popen(
                command, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.home,
            )  # fmt: skip

    def abort(self) -> str:
        """End one that hangs; what its threads did is what Python wrote last."""
        if self._process is not None:
            self._process.send_signal(signal.SIGABRT)
            self._process.wait()
        return self.said(8_000)

    def start_with_few_watches(self, watches: int) -> None:
        """The kernel keeps this limit for each user namespace: nobody else meets ours."""
        self.start(before=[f"echo {watches} > /proc/sys/user/max_inotify_watches"])

    def look_often(self, seconds: int) -> None:
        """At what cannot be watched. The app must not run."""
        with open(self.home / "settings.toml", "a") as file:
            file.write(f"\n[general]\npoll_seconds = {seconds}\n")

    # --- what it says and takes -------------------------------------------------------------

    def asked(self) -> dict[str, Any]:
        """Its status; empty if it does not answer (it may just be starting): what is told of
        an app that does not run is no proof."""
        result = self.run("status", "--json")
        if result.returncode not in (0, 3, 4, 5):
            return {}
        told = json.loads(result.stdout)
        return dict(told["mappings"][0]) if told["running"] else {}

    def said(self, bytes_: int = 2000) -> str:
        """The end of what it wrote to the terminal."""
        return (self.home / "output.log").read_text(errors="replace")[-bytes_:]

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def resident(self) -> int:
        """Bytes."""
        return resident_bytes(self.pid)

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        assert self._process is not None
        self._process.terminate()

    def exit_code(self, seconds: float) -> int | None:
        """None if it goes on for so long."""
        deadline = time.monotonic() + seconds
        assert self._process is not None
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        return self._process.poll()
