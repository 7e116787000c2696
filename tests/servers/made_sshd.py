"""An SSH server made to order, on paramiko: for refusals and faults that a real one cannot
be talked into. It serves a folder by SFTP without any of OpenSSH's extensions."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko
from paramiko import SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface, common, sftp
from paramiko.server import InteractiveQuery


@dataclass
class Rules:
    """What the server does. ``tries`` records (method, what was offered)."""

    password: str = "right"
    methods: str = "password"
    prompts: tuple[tuple[str, bool], ...] = (("Password: ", False),)
    hang_up_on_refusal: bool = False
    key_first: bool = False
    """Any key is taken as the first of two factors; then ``methods`` are allowed."""
    keeps_times: bool = True
    full_after: int | None = None
    """Bytes a file may have; more is answered by a bare failure."""
    quota: int | None = None
    """Bytes that all files together may have."""
    quota_status: int = sftp.SFTP_FAILURE
    """How the server answers what goes beyond the quota."""
    tries: list[tuple[str, object]] = field(default_factory=list)
    channels: int = 0
    most_channels: int = 10


class _Door(paramiko.ServerInterface):
    def __init__(self, rules: Rules, transport: paramiko.Transport) -> None:
        self._rules = rules
        self._transport = transport
        self._key_seen = False

    def get_allowed_auths(self, username: str) -> str:
        waits = self._rules.key_first and not self._key_seen
        return "publickey" if waits else self._rules.methods

    def check_auth_none(self, username: str) -> int:
        return common.AUTH_FAILED

    def _answer(self, method: str, offered: str) -> int:
        self._rules.tries.append((method, offered))
        if offered == self._rules.password:
            return common.AUTH_SUCCESSFUL
        if self._rules.hang_up_on_refusal:
            message = paramiko.Message()
            message.add_byte(b"\x01")  # SSH_MSG_DISCONNECT
            message.add_int(2)
            message.add_string("Too many authentication failures")
            message.add_string("en")
            self._transport._send_message(message)  # type: ignore[attr-defined]
            self._transport.close()
        return common.AUTH_FAILED

    def check_auth_password(self, username: str, password: str) -> int:
        return self._answer("password", password)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self._rules.tries.append(("publickey", key.fingerprint))
        if not self._rules.key_first:
            return common.AUTH_FAILED
        self._key_seen = True
        return common.AUTH_PARTIALLY_SUCCESSFUL

    def check_auth_interactive(
        self, username: str, submethods: str | bytes
    ) -> int | InteractiveQuery:
        query = InteractiveQuery("", "")
        for prompt, echo in self._rules.prompts:
            query.add_prompt(prompt, echo)
        return query

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        return self._answer("keyboard-interactive", " ".join(responses))

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if self._rules.channels >= self._rules.most_channels:
            return common.OPEN_FAILED_RESOURCE_SHORTAGE
        self._rules.channels += 1
        return common.OPEN_SUCCEEDED


class _File(SFTPHandle):
    def __init__(self, root: Path, path: str, flags: int, rules: Rules) -> None:
        super().__init__(flags)
        self._root = root
        self._rules = rules
        self._path = path
        self._fd = os.open(path, flags, 0o644)

    def close(self) -> None:
        os.close(self._fd)

    def read(self, offset: int, length: int) -> Any:
        # Less than was asked for, as a server may.
        return os.pread(self._fd, min(length, 10_000), offset)

    def write(self, offset: int, data: Any) -> int:
        if self._rules.full_after is not None and offset + len(data) > self._rules.full_after:
            return sftp.SFTP_FAILURE
        if self._rules.quota is not None and self._used(offset, len(data)) > self._rules.quota:
            return self._rules.quota_status
        os.pwrite(self._fd, data, offset)
        return sftp.SFTP_OK

    def _used(self, offset: int, size: int) -> int:
        """Bytes of all files once this is written."""
        used = max(0, offset + size - os.fstat(self._fd).st_size)
        for file in self._root.rglob("*"):
            with suppress(FileNotFoundError):  # renamed meanwhile by another channel
                used += file.stat().st_size if file.is_file() else 0
        return used

    def stat(self) -> Any:
        return SFTPAttributes.from_stat(os.fstat(self._fd))

    def chattr(self, attr: SFTPAttributes) -> int:
        if not self._rules.keeps_times:
            return sftp.SFTP_OP_UNSUPPORTED
        SFTPServer.set_file_attr(self._path, attr)
        return sftp.SFTP_OK


def _tried(action: Any, *args: Any) -> int:
    try:
        action(*args)
    except OSError as error:
        return SFTPServer.convert_errno(error.errno or 0)
    return sftp.SFTP_OK


class _Folder(SFTPServerInterface):
    def __init__(self, server: _Door, rules: Rules, root: Path) -> None:
        super().__init__(server)
        self._rules = rules
        self._root = root

    def _real(self, path: str) -> str:
        return str(self._root) + self.canonicalize(path)

    def list_folder(self, path: str) -> Any:
        if path.endswith("closed"):
            return sftp.SFTP_PERMISSION_DENIED
        real = Path(self._real(path))
        return [SFTPAttributes.from_stat(f.lstat(), f.name) for f in real.iterdir()]

    def stat(self, path: str) -> Any:
        try:
            return SFTPAttributes.from_stat(os.stat(self._real(path)))
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> Any:
        try:
            return _File(self._root, self._real(path), flags, self._rules)
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)

    def remove(self, path: str) -> int:
        return _tried(os.remove, self._real(path))

    def rename(self, oldpath: str, newpath: str) -> int:
        if os.path.exists(self._real(newpath)):
            return sftp.SFTP_FAILURE  # as the draft wants it
        return _tried(os.rename, self._real(oldpath), self._real(newpath))

    def mkdir(self, path: str, attr: SFTPAttributes) -> int:
        return _tried(os.mkdir, self._real(path))

    def rmdir(self, path: str) -> int:
        return _tried(os.rmdir, self._real(path))


class MadeSshd:
    """Listens from construction until :meth:`stop`."""

    def __init__(
        self,
        root: Path,
        rules: Rules | None = None,
        port: int = 0,
        host_key: paramiko.ECDSAKey | None = None,
    ) -> None:
        """``port`` and ``host_key`` of one that was stopped make it come back."""
        self.rules = rules or Rules()
        self.root = root
        self.host_key = host_key or paramiko.ECDSAKey.generate()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listener.getsockname()[1])
        self._transports: list[paramiko.Transport] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def options(self, **more: object) -> dict[str, Any]:
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "username": "anna",
            "auth": "password",
            "password": "right",
            "host_key": self.host_key.fingerprint,
            "known_hosts": os.devnull,
            **more,
        }

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with suppress(paramiko.SSHException, EOFError, OSError):
                    self._serve(client)

    def _serve(self, client: socket.socket) -> None:
        transport = paramiko.Transport(client)
        transport.set_log_channel("tests.made_sshd")
        self._transports.append(transport)
        transport.add_server_key(self.host_key)
        transport.set_subsystem_handler("sftp", SFTPServer, _Folder, self.rules, self.root)
        transport.start_server(event=threading.Event(), server=_Door(self.rules, transport))

    def stop(self) -> None:
        with suppress(OSError):  # closed alone, it would still take the next one
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for transport in self._transports:
            transport.close()
