"""Signing in: what is offered, how often, and what a refusal says."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.connections.sftp.auth import Credentials, load_key
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused
from tests.servers.made_sshd import MadeSshd, Rules
from tests.servers.sshd import KINDS, Sshd, make_key

Make = Callable[..., MadeSshd]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Make]:
    servers: list[MadeSshd] = []

    def make(**rules: Any) -> MadeSshd:
        servers.append(MadeSshd(tmp_path, Rules(**rules)))
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


def opened(options: dict[str, Any]) -> None:
    connection = SFTPConnection(**options)
    try:
        connection.open()
        assert list(connection.list("no such folder")) == []
    finally:
        connection.close()


def refused(options: dict[str, Any]) -> str:
    with pytest.raises(ServiceRefused) as raised:
        opened(options)
    return str(raised.value)


@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
def test_password(made: Make, method: str) -> None:
    server = made(methods=method)
    opened(server.options())
    assert server.rules.tries == [(method, "right")]


@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
def test_a_wrong_password_is_offered_once(made: Make, method: str) -> None:
    server = made(methods=method)
    sentence = refused(server.options(password="wrong"))
    assert sentence == f"The server refused the password for anna@127.0.0.1:{server.port}."
    assert server.rules.tries == [(method, "wrong")]


def test_a_server_that_hangs_up_after_a_refusal_has_refused(made: Make) -> None:
    sentence = refused(made(hang_up_on_refusal=True).options(password="wrong"))
    assert "Too many authentication failures" in sentence


@pytest.mark.parametrize("key_first", [False, True])
def test_a_key_and_a_password(
    made: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key_first: bool
) -> None:
    """Either the key is refused and the password is right, or the server wants both."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    server = made(methods="publickey,password", key_first=key_first)
    key = make_key(tmp_path / "key")
    opened(server.options(auth="auto", key_file=str(key)))
    assert [method for method, _ in server.rules.tries] == ["publickey", "password"]


def test_questions_beyond_the_password(made: Make) -> None:
    server = made(methods="keyboard-interactive", prompts=(("Code: ", True),))
    assert "Code:" in refused(server.options())
    assert server.rules.tries == []


def test_nothing_to_offer(made: Make) -> None:
    assert "takes: password" in refused(made().options(password=None))


def test_an_agent_that_is_not_there(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    assert "agent" in refused(made().options(auth="agent", password=None))


def test_environment_offers_no_stored_secret(
    made: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    server = made()
    refused(server.options(auth="environment"))
    assert server.rules.tries == []


def test_secrets_do_not_show() -> None:
    shown = repr(Credentials("anna", password="hush", passphrase="hush"))
    assert "hush" not in shown
    assert "hush" not in SFTPConnection(host="nas", username="anna", password="hush").describe()


# --- keys, on the real server -----------------------------------------------------------------


def test_a_key_the_server_does_not_know(sftp_server: Sshd, tmp_path: Path) -> None:
    stranger = make_key(tmp_path / "stranger")
    sentence = refused({**sftp_server.options(), "key_file": str(stranger)})
    who = f"{sftp_server.username}@127.0.0.1:{sftp_server.port}"
    assert sentence == f"The server refused the key for {who}."


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_keys_and_passphrases(sftp_server: Sshd, tmp_path: Path, kind: str) -> None:
    key = make_key(tmp_path / "key", kind, "secret words")
    allowed = sftp_server.folder / "authorized_keys"
    before = allowed.read_text()
    allowed.write_text(before + key.with_suffix(".pub").read_text())
    options = {**sftp_server.options(), "key_file": str(key)}
    try:
        opened({**options, "passphrase": "secret words"})
        assert "locked by a passphrase" in refused(options)
        assert "does not open" in refused({**options, "passphrase": "wrong"})
    finally:
        allowed.write_text(before)


def test_keys_in_other_forms(tmp_path: Path) -> None:
    path = tmp_path / "pkcs8"
    key = ec.generate_private_key(ec.SECP384R1())
    form = serialization.PrivateFormat.PKCS8
    locked = serialization.BestAvailableEncryption(b"hush")
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, locked))
    assert load_key(str(path), "hush").get_name() == "ecdsa-sha2-nistp384"
    plain = make_key(tmp_path / "plain")
    assert load_key(str(plain), "needless").get_name() == "ssh-ed25519"
    path.write_text("PuTTY-User-Key-File-3: ssh-ed25519\n")
    with pytest.raises(ServiceRefused, match="no private key"):
        load_key(str(path), None)
    with pytest.raises(ServiceRefused, match="cannot be read"):
        load_key(str(tmp_path / "none"), None)


def test_the_agent(sftp_server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "agent")
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.DEVNULL)
    try:
        while not os.path.exists(path):
            pass
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        subprocess.run(["ssh-add", "-q", str(sftp_server.client_key)], check=True)
        opened({**sftp_server.options(), "auth": "agent", "key_file": None})
        opened({**sftp_server.options(), "auth": "environment", "key_file": None})
    finally:
        agent.terminate()
        agent.wait()


# --- servers that are none --------------------------------------------------------------------


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield sock


def test_not_an_ssh_server(listener: socket.socket) -> None:
    def answer() -> None:
        client, _ = listener.accept()
        with client:
            client.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    with pytest.raises(ConnectionLost, match="No SSH session"):
        opened({"host": "127.0.0.1", "port": listener.getsockname()[1], "username": "anna"})
    thread.join()


@pytest.mark.parametrize(
    "subsystem", ["# none", "Subsystem sftp /bin/false", "Subsystem sftp /bin/echo no login here"]
)
def test_a_server_without_sftp(tmp_path: Path, subsystem: str) -> None:
    server = Sshd(tmp_path, extra=subsystem, kinds=("ed25519",)).start()
    try:
        assert "offers no SFTP" in refused(server.options())
    finally:
        server.stop()


def test_a_server_with_one_channel(made: Make, tmp_path: Path) -> None:
    """Threads take turns where the server allows fewer channels than we would use."""
    server = made(most_channels=1)
    source = tmp_path / "source"
    source.write_bytes(b"x" * 1000)
    connection = SFTPConnection(**server.options())
    connection.open()
    errors: list[Exception] = []

    def work(number: int) -> None:
        try:
            for turn in range(3):
                connection.send(str(source), f"folder/{number}-{turn}")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    assert not errors
    assert len(list((tmp_path / "folder").iterdir())) == 12
