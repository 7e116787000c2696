"""Drives the real program in a process of its own, as a person or an init system would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skynet_desktop.host.channel import ask
from skynet_desktop.settings import Paths
from tests.places import Place


class Skynet:
    """One home with one service and one mapping called ``m``."""

    def __init__(self, home: Path, place: Place) -> None:
        self.home = home
        self.place = place
        self.remote = ""
        self._process: subprocess.Popen[bytes] | None = None
        self.env = {**os.environ, **place.env, "SKYNET_HOME": str(home)}
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed one is compiled

    def set_up(
        self, source: Path, remote: str = "backup/here", *, complete_sync: bool = True
    ) -> None:
        self.remote = remote
        self.must("service", "add", "there", *self.place.service_arguments())
        flags = ["--complete-sync"] if complete_sync else []
        self.must(
            "mapping", "add", "m", "--local", str(source), "--service", "there", "--remote",
            self._absolute(remote), *flags,
        )  # fmt: skip

    def _absolute(self, remote: str) -> str:
        if self.place.kind != "sftp":
            return remote
        return f"{self.place.rclone.rpartition(':')[2]}/{remote}"

    def run(self, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        return self._run(arguments, timeout, "")

    def must(self, *arguments: str, told: str = "") -> str:
        """``told`` is what it reads, a secret perhaps."""
        result = self._run(arguments, 300, told) if told else self.run(*arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def _run(
        self, arguments: Sequence[str], timeout: float, told: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "skynet_desktop", *arguments],
            env=self.env, capture_output=True, text=True, timeout=timeout, check=False,
            input=told, errors="backslashreplace",
        )  # fmt: skip

    def once(self, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        return self.run("run", "--once", timeout=timeout)

    # --- the running app ----------------------------------------------------------------

    def start(self, *arguments: str) -> None:
        with open(self.home / "output.log", "ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "skynet_desktop", "run", *arguments],
                env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> tuple[int, float]:
        """SIGTERM; the exit code and the seconds it took."""
        assert self._process is not None
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(30)
        return code, time.monotonic() - started

    def status(self) -> dict[str, Any]:
        """Asked of the running app itself: a program started for each look costs more than all
        that is waited for, and comes too late for what passes."""
        return self._asked() or dict(json.loads(self.must("status", "--json"))["mappings"][0])

    def _asked(self) -> dict[str, Any]:
        """Empty as long as the app does not answer."""
        state = Paths.of(str(self.home)).state
        answer = ask(state, {"command": "status"}) if self.alive else None
        return dict(((answer or {}).get("mappings") or [{}])[0])

    def issues(self) -> list[dict[str, Any]]:
        return list(json.loads(self.must("issues", "--json"))["mappings"][0]["issues"])

    def wait_for(self, *states: str, timeout: float = 120) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        status: dict[str, Any] = {}
        while time.monotonic() < deadline:
            status = self._asked() if self.alive else self.status()
            if status.get("state") in states:
                return status
            time.sleep(0.05)
        raise AssertionError(f"not within {timeout:.0f} s {states}: {status}\n{self.log()[-3000:]}")

    def log(self) -> str:
        path = self.home / "logs" / "skynet.log"
        return path.read_text(errors="replace") if path.exists() else ""
