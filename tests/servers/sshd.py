"""A real OpenSSH server on loopback, with keys, configuration and log in a folder of its own.

It runs as whoever runs the tests and serves SFTP to that user by key. What is on its disk
is on ours, so tests look at results directly.
"""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

_FOUND = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
SSHD = _FOUND or "/usr/sbin/sshd"
KINDS = ("ed25519", "ecdsa", "rsa")


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """A private key at ``path`` and its public half beside it."""
    size = ["-b", "2048"] if kind == "rsa" else []
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-C", "test", "-f", str(path)],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    return path


def fingerprint(public_key: Path) -> str:
    """As OpenSSH itself computes it."""
    shown = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(public_key)], check=True, capture_output=True, text=True
    )
    return shown.stdout.split()[1]


class Sshd:
    """``start`` and ``stop`` may alternate; port, keys and files stay the same."""

    def __init__(self, folder: Path, extra: str = "", kinds: tuple[str, ...] = KINDS) -> None:
        self.folder = folder
        self.host = "127.0.0.1"
        self.port = free_port()
        self.username = getpass.getuser()
        self.log = folder / "sshd.log"
        self.client_key = make_key(folder / "client_key")
        self.host_keys = [make_key(folder / f"host_{kind}", kind) for kind in kinds]
        self.known_hosts = folder / "known_hosts"
        self._extra = extra
        self._process: subprocess.Popen[bytes] | None = None
        shutil.copy(folder / "client_key.pub", folder / "authorized_keys")
        self.write_known_hosts()

    def write_known_hosts(self) -> None:
        lines = []
        for key in self.host_keys:
            kind, blob = key.with_suffix(".pub").read_text().split()[:2]
            lines.append(f"[{self.host}]:{self.port} {kind} {blob}\n")
        self.known_hosts.write_text("".join(lines))

    def options(self) -> dict[str, object]:
        """Arguments of a connection that works."""
        return {
            "host": self.host,
            "port": self.port,
            "username": self.username,
            "auth": "key",
            "key_file": str(self.client_key),
            "known_hosts": str(self.known_hosts),
        }

    def start(self) -> Sshd:
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # sshd insists on it as root
        self._configure()
        command = [SSHD, "-D", "-f", str(self.folder / "sshd_config"), "-E", str(self.log)]
        self._process = subprocess.Popen(command, start_new_session=True)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection((self.host, self.port), 1).close()
                return self
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError(f"sshd: {self.log.read_text()}") from None
                time.sleep(0.02)

    def _configure(self) -> None:
        lines = [
            f"Port {self.port}",
            f"ListenAddress {self.host}",
            *(f"HostKey {key}" for key in self.host_keys),
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}",
            f"PidFile {self.folder / 'sshd.pid'}",
            "PermitRootLogin prohibit-password",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "StrictModes no",
            "UsePAM no",
            "UseDNS no",
            "MaxStartups 200",
            "MaxSessions 30",
            self._extra or "Subsystem sftp internal-sftp",
        ]
        (self.folder / "sshd_config").write_text("\n".join(lines) + "\n")

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """The server and all its sessions, at once and without a goodbye."""
        self._end(signal.SIGKILL)

    def drop_sessions(self) -> None:
        """Cut all connections; new ones are welcome."""
        if self._process is not None:
            _signal(_children(self._process.pid), signal.SIGKILL)

    def open_files(self, folder: Path) -> list[str]:
        """What the server's sessions have open below a folder."""
        assert self._process is not None
        found = []
        for pid in _children(self._process.pid):
            for link in Path(f"/proc/{pid}/fd").glob("*"):
                with suppress(OSError):
                    found.append(os.readlink(link))
        return [path for path in found if path.startswith(f"{folder}/")]

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # Sessions outlive the listener (they are sessions of their own): end them too.
        _signal([process.pid, *_children(process.pid)], how)
        process.wait(10)


def _children(pid: int) -> list[int]:
    """All descendants, by /proc."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except (OSError, ValueError):
        return []
    return [pid for child in found for pid in (child, *_children(child))]


def _signal(pids: list[int], how: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            continue
