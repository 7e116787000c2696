"""A message bus of our own, with nobody on it but whom we invite: nothing starts by itself."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.credentials.session import environment
from tests.screen.needs import need
from tests.screen.processes import Part, Program

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
_SERVICES = Path("/usr/share/dbus-1/services")


class Bus(Part):
    """A session bus. ``folder`` is the home of whoever lives on it: keyring, runtime files.

    ``activates`` names services that may be started by being asked for, as on a real desktop.
    """

    def __init__(self, activates: Sequence[str] = (), env: dict[str, str] | None = None) -> None:
        need("dbus-daemon")
        # Not under pytest's folders: a socket's path may have 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="skynet-bus-"))
        self.address = f"unix:path={self.folder}/bus"
        self.env = {
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "XDG_RUNTIME_DIR": str(self.folder),
        }
        self._more = env or {}
        self._parts: list[Program] = []
        (self.folder / "services").mkdir()
        for name in activates:
            shutil.copy(_SERVICES / f"{name}.service", self.folder / "services")
        config = self.folder / "bus.conf"
        config.write_text(_CONFIG.format(folder=self.folder))
        daemon = self.start("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile")
        try:
            daemon.wait_until(self._listens, "a session bus")
        except BaseException:
            self.close()
            raise

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as tried:
            return tried.connect_ex(str(self.folder / "bus")) == 0

    def start(
        self, *command: str, stdin: bytes = b"", env: dict[str, str] | None = None
    ) -> Program:
        """A program on this bus; it ends with the bus, or before by its ``close``."""
        env = {**environment(self.folder, LANG="C.UTF-8"), **self._more, **self.env, **(env or {})}
        del env["PYTHONPATH"]  # these are the system's programs, of the system's own Python
        name = f"{Path(command[0]).name}-{len(self._parts)}.log"
        program = Program(command, env, self.folder / name, stdin=stdin)
        self._parts.append(program)
        return program

    def close(self) -> None:
        for part in reversed(self._parts):
            part.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Keyring:
    """A real Secret Service on the bus; ``unlocked`` as after a login, or still locked."""

    def __init__(self, bus: Bus, *, unlocked: bool = True) -> None:
        need("gnome-keyring-daemon", "secret-tool")
        self._env = {"PATH": os.environ["PATH"], "HOME": str(bus.folder), **bus.env}
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        if unlocked:
            self._daemon = bus.start(*command, "--unlock", stdin=b"a login password")
        else:
            self._daemon = bus.start(*command)
        self._daemon.wait_until(self._answers, "a keyring")

    def _answers(self) -> bool:
        return self._secret_tool("search", "nobody", "has this").returncode == 0

    def lookup(self, **attributes: str) -> str | None:
        """The secret under these attributes, seen by another client than ours."""
        found = self._secret_tool("lookup", *_words(attributes))
        return found.stdout if found.returncode == 0 else None

    def store(self, secret: str, **attributes: str) -> None:
        done = self._secret_tool("store", "--label=test", *_words(attributes), secret=secret)
        assert done.returncode == 0, done.stderr

    def _secret_tool(self, *arguments: str, secret: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["secret-tool", *arguments],
            env=self._env, input=secret, capture_output=True, text=True, timeout=20,
        )  # fmt: skip


def _words(attributes: dict[str, str]) -> list[str]:
    return [word for pair in attributes.items() for word in pair]
