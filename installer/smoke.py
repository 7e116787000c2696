#!/usr/bin/env python3
"""Does a program that was just installed work at all? Tries it as a person would, in a minute.

    python installer/smoke.py PROGRAM [ARGUMENT ...]     the terminal command; what comes first

Says its version, mirrors a folder into another, looks itself over (skynet doctor), stays in the
tray, sees a new file by itself, and ends when it is told to. Touches nothing but a temporary
folder, and needs Python's standard library alone. Ends with 0 if all of that was so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])  # instead of this script's folder

import skynet_desktop  # noqa: E402 - its version alone

_PATIENCE = 60.0
"""Seconds: a first start on a slow machine, where a scanner reads every library, is slow."""


class SmokeError(Exception):
    """Something did not work; the sentence says what."""


class Trial:
    """One program, tried in ``folder``. Every step raises :class:`SmokeError`."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.command = [*command, "--home", str(folder / "home")]
        self.local, self.disk = folder / "Pictures, ä & ü", folder / "disk"
        self.there = self.disk / "mirror"
        self.local.mkdir()
        self.disk.mkdir()

    def run(self, *arguments: str, good: tuple[int, ...] = (0,)) -> str:
        words = [*self.command, *arguments]
        # A program without a console hands down none; Python on Windows wants some input.
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
            errors="replace", timeout=2 * _PATIENCE, env={**os.environ, "PYTHONUTF8": "1"},
        )  # fmt: skip
        if done.returncode not in good:
            raise SmokeError(f"{words} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def version(self) -> None:
        said, ours = self.run("--version").strip(), skynet_desktop.__version__
        if said != ours:
            raise SmokeError(f"it says that it is {said!r}, and it should be {ours!r}")

    def mirror(self) -> None:
        content = os.urandom(300_000)
        (self.local / "first.bin").write_bytes(content)
        self.run("service", "add", "disk", "--type", "local", "-o", f"path={self.disk}")
        self.run(
            "mapping", "add", "pictures", "--local", str(self.local),
            "--service", "disk", "--remote", self.there.name,
        )  # fmt: skip
        self.run("run", "--once")
        if (self.there / "first.bin").read_bytes() != content:
            raise SmokeError("first.bin was not mirrored as it is")

    def doctor(self) -> None:
        found: dict[str, Any] = json.loads(self.run("doctor", "--json", good=(0, 3)))
        for finding in found["findings"]:
            _say(f"      {finding['level']:8} {finding['text']}")
        if found["level"] == "bad":
            raise SmokeError("the doctor found something that does not work (see above)")

    def start(self) -> None:
        words = [*self.command, "start", "--minimized"]
        with subprocess.Popen(words, stdin=subprocess.DEVNULL) as running:
            try:
                _until("it answers", lambda: self._status()["running"], running)
                (self.local / "second.txt").write_text("new")
                _until("it sees a new file", (self.there / "second.txt").exists, running)
                self.run("quit")
                code = running.wait(_PATIENCE)
            finally:
                running.kill()
        if code:
            raise SmokeError(f"{words} ended with {code} when it was told to quit")

    def _status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json"))
        return found


def _until(what: str, true: Callable[[], bool], running: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while not true():
        if running.poll() is not None:
            raise SmokeError(f"before {what}, it ended with {running.returncode}")
        if time.monotonic() > end:
            raise SmokeError(f"not within {_PATIENCE:.0f} s: {what}")
        time.sleep(0.5)


def main(command: list[str]) -> int:
    if not command or command[0] in ("-h", "--help"):
        _say(__doc__ or "")
        return 2
    with tempfile.TemporaryDirectory(prefix="skynet-smoke-") as folder:
        trial = Trial(command, Path(folder).resolve())
        for step in (trial.version, trial.mirror, trial.doctor, trial.start):
            begun = time.monotonic()
            try:
                step()
            except (SmokeError, OSError, ValueError, subprocess.TimeoutExpired) as error:
                _say(f"{step.__name__:8} FAILED: {error}")
                return 1
            _say(f"{step.__name__:8} ok {time.monotonic() - begun:6.1f} s")
    return 0


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
