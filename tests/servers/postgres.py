"""A real PostgreSQL for tests, on loopback, started and stopped at will.

Its programs refuse to run as root: then they run as the user that Debian's package made for
them. Not safe to start or stop from several threads at once.
"""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from types import TracebackType

import psycopg

from skynet_desktop.notifier import schema

OWNER = "owner"
READY_SECONDS = 60.0


def programs() -> Path | None:
    """The folder of the newest ones that are installed."""
    found = [Path(path).parent for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).parent)
    return max(found, key=lambda path: path.parent.name, default=None)


class Postgres:
    """One server with its own temporary data folder; :meth:`close` removes it. The port stays
    the same over restarts. Roles sign in by password; :data:`OWNER` owns all databases."""

    def __init__(self) -> None:
        found = programs()
        assert found is not None, "Debian's package postgresql is not installed"
        self._programs = found
        self.folder = Path(tempfile.mkdtemp(prefix="skynet-postgres-"))
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
        self.password = f"canary-{uuid.uuid4().hex}"
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._initialise()

    def __enter__(self) -> Postgres:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        words = [
            self._programs / "postgres", "-D", self.folder / "data", "-p", str(self.port),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=off", "-c", "max_connections=40", "-c", "shared_buffers=64MB",
        ]  # fmt: skip
        with open(self.folder.parent / f"{self.folder.name}.log", "ab") as log:
            self._process = subprocess.Popen(
                [str(word) for word in words],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", user=self._user,
            )  # fmt: skip
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                self.connect("postgres").close()
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None, "PostgreSQL ended at its start"
                assert time.monotonic() < deadline, "PostgreSQL was not ready in time"
                time.sleep(0.05)

    def start_if_stopped(self) -> None:
        if self._process is None:
            self.start()

    def stop(self) -> None:
        """At once, as a crash would, whoever is connected."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """It takes connections, and never answers."""
        self._each(signal.SIGSTOP)

    def resume(self) -> None:
        self._each(signal.SIGCONT)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.unlink(f"{self.folder}.log")

    def connect(self, database: str, role: str = OWNER) -> psycopg.Connection:
        """With autocommit."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname=database, user=role, password=self.password,
            autocommit=True, connect_timeout=5,
        )  # fmt: skip

    def url(self, database: str, role: str) -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def make_database(self, *roles: str) -> str:
        """With the monitor's tables, as the shipped script makes them; ``roles`` are desktops."""
        name = f"monitor_{uuid.uuid4().hex[:12]}"
        with contextlib.closing(self.connect("postgres")) as db:
            db.execute(f'CREATE DATABASE "{name}"'.encode())
        with contextlib.closing(self.connect(name)) as db:
            db.execute(schema.script().encode())
            for role in roles:
                self.make_role(db, role, schema.DESKTOP_ROLE)
        return name

    def make_role(self, db: psycopg.Connection, role: str, group: str) -> None:
        known = db.execute("SELECT 1 FROM pg_roles WHERE rolname=%s", (role,)).fetchone()
        if not known:
            made = f"CREATE ROLE {role} LOGIN PASSWORD '{self.password}' IN ROLE {group}"
            db.execute(made.encode())

    def drop_database(self, name: str) -> None:
        with contextlib.closing(self.connect("postgres")) as db:
            db.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)
        words = [
            self._programs / "initdb", "-D", self.folder / "data", "-U", OWNER, "-E", "UTF8",
            "--locale=C", "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync",
        ]  # fmt: skip
        subprocess.run(
            [str(word) for word in words], check=True, capture_output=True, cwd="/",
            user=self._user,
        )  # fmt: skip

    def _each(self, number: int) -> None:
        """The server and the processes that it started."""
        if self._process is None:
            return
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        for pid in [*map(int, children.read_text().split()), self._process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
