"""Signing in: agent, key file, password, keyboard-interactive.

Each key and the password are offered once. A refusal is final (``ServiceRefused``): trying
again with the same secret only leads into a lock-out. Sources: RFC 4252 (authentication),
RFC 4256 (keyboard-interactive).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Literal

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from skynet_desktop.connections.sftp.session import Transport
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused

Auth = Literal["auto", "agent", "key", "password", "environment"]
AUTHS: tuple[str, ...] = ("auto", "agent", "key", "password", "environment")
_DEFAULT_KEYS = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")
# sshd hangs up after six refusals (MaxAuthTries); one is kept for the password.
_MOST_KEYS = 5


@dataclass(frozen=True)
class Credentials:
    """What to sign in with. The secrets never show in a ``repr``."""

    username: str
    auth: str = "auto"
    key_file: str | None = None
    password: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Way:
    """One thing to offer. ``methods`` are the server's names for it."""

    methods: tuple[str, ...]
    name: str
    offer: Callable[[str], Sequence[str]]


class _TooCurious(paramiko.AuthenticationException):
    """The server asks for something that is not the password."""


def sign_in(transport: Transport, where: str, credentials: Credentials) -> None:
    """Raises ``ServiceRefused`` with what was refused, ``ConnectionLost`` if it broke off."""
    _SignIn(transport, where, credentials).run()


class _SignIn:
    def __init__(self, transport: Transport, where: str, credentials: Credentials) -> None:
        self._transport = transport
        self._who = f"{credentials.username}@{where}"
        self._credentials = credentials
        self._allowed: Sequence[str] = ()
        self._refused: list[str] = []
        self._problems: list[str] = []
        self._agent: paramiko.Agent | None = None

    def run(self) -> None:
        try:
            self._run()
        finally:
            if self._agent is not None:
                self._agent.close()

    def _run(self) -> None:
        # "none" costs no attempt and tells which methods the server takes.
        if self._try(_Way(("none",), "", self._offer_nothing)):
            return
        ways = self._ways()
        while way := next((way for way in ways if set(way.methods) & set(self._allowed)), None):
            ways.remove(way)
            if self._try(way):
                return
        raise ServiceRefused(self._sentence())

    def _try(self, way: _Way) -> bool:
        """Whether we are signed in now. A first of two factors changes ``_allowed``."""
        method = next((m for m in way.methods if m in self._allowed), way.methods[0])
        try:
            further = way.offer(method)
        except _TooCurious as error:
            raise ServiceRefused(str(error)) from None
        except paramiko.BadAuthenticationType as error:
            self._allowed = error.allowed_types
        except paramiko.AuthenticationException as error:
            if not self._transport.is_active():
                raise self._hung_up(way) from error
            if "timeout" in str(error).lower():
                raise ConnectionLost(f"Signing in as {self._who} took too long.") from error
            self._refused.append(way.name)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise ConnectionLost("The connection broke off while signing in.") from error
        else:
            self._allowed = further
        return self._transport.is_authenticated()

    def _hung_up(self, way: _Way) -> Exception:
        """A server that says goodbye has refused; one that vanishes may be back."""
        if self._transport.goodbye and way.name:
            return ServiceRefused(
                f"The server refused the {way.name} for {self._who}: {self._transport.goodbye}."
            )
        return ConnectionLost("The connection broke off while signing in.")

    def _sentence(self) -> str:
        said = list(self._problems)
        if len(self._refused) == 1:
            said.insert(0, f"The server refused the {self._refused[0]} for {self._who}.")
        elif self._refused:
            names = " and the ".join(dict.fromkeys(self._refused))
            said.insert(0, f"The server refused the {names} for {self._who}.")
        if not said:
            asked = ", ".join(self._allowed) or "nothing we know"
            said.append(f"Nothing to sign in with as {self._who}; the server takes: {asked}.")
        return " ".join(said)

    # --- what there is to offer ------------------------------------------------------------

    def _ways(self) -> list[_Way]:
        auth = self._credentials.auth
        keys: list[_Way] = []
        if auth in ("auto", "key", "environment"):
            keys += self._key_files(named=True)
        if auth in ("auto", "agent", "environment"):
            keys += self._agent_keys()
        if auth in ("auto", "key", "environment") and not self._credentials.key_file:
            keys += self._key_files(named=False)
        ways = keys[:_MOST_KEYS]
        if auth in ("auto", "password") and self._credentials.password is not None:
            ways.append(_Way(("password", "keyboard-interactive"), "password", self._offer_word))
        return ways

    def _key_files(self, named: bool) -> list[_Way]:
        """The key file of the settings, or those that ssh looks for by itself. A default
        file that cannot be used is passed over; a named one is reported."""
        chosen = self._credentials.key_file
        paths = [chosen] if named and chosen else [] if named else list(_DEFAULT_KEYS)
        secret = None if self._credentials.auth == "environment" else self._credentials.passphrase
        ways = []
        for path in map(os.path.expanduser, paths):
            if not named and not os.path.exists(path):
                continue
            try:
                ways.append(self._key_way(load_key(path, secret), "key"))
            except ServiceRefused as error:
                if named:
                    self._problems.append(str(error))
        return ways

    def _agent_keys(self) -> list[_Way]:
        try:
            self._agent = paramiko.Agent()
            keys = self._agent.get_keys()
        except (paramiko.SSHException, OSError):
            keys = ()
        if not keys and self._credentials.auth == "agent":
            self._problems.append("No SSH agent with a key was found.")
        return [self._key_way(key, "agent's keys") for key in keys]

    def _key_way(self, key: paramiko.PKey, name: str) -> _Way:
        user = self._credentials.username
        return _Way(("publickey",), name, lambda _: self._transport.auth_publickey(user, key))

    def _offer_nothing(self, _method: str) -> Sequence[str]:
        return self._transport.auth_none(self._credentials.username)

    def _offer_word(self, method: str) -> Sequence[str]:
        user, password = self._credentials.username, self._credentials.password or ""
        if method == "password":
            return self._transport.auth_password(user, password, fallback=False)
        answer = _Answer(password)
        try:
            return self._transport.auth_interactive(user, answer)
        except paramiko.SSHException:
            if answer.too_curious:
                raise _TooCurious(
                    f"The server asks {self._who} for more than the password: {answer.too_curious}"
                ) from None
            raise


class _Answer:
    """Answers one hidden question with the password, once."""

    def __init__(self, password: str) -> None:
        self._password = password
        self._answered = False
        self.too_curious = ""

    def __call__(self, title: str, _text: str, prompts: list[tuple[str, bool]]) -> list[str]:
        if not prompts:
            return []  # a mere message
        if self._answered or len(prompts) > 1 or prompts[0][1]:
            self.too_curious = " ".join(prompt.strip() for prompt, _ in prompts) or title
            raise paramiko.AuthenticationException("a question without an answer")
        self._answered = True
        return [self._password]


def load_key(path: str, passphrase: str | None) -> paramiko.PKey:
    """A private key in OpenSSH, PEM or PKCS#8 form, with its certificate if one lies beside.

    Raises ``ServiceRefused`` with what is wrong.
    """
    secret = passphrase.encode() if passphrase else None
    try:
        with open(path, "rb") as file:
            data = file.read()
        openssh = b"BEGIN OPENSSH PRIVATE KEY" in data
        load = serialization.load_ssh_private_key if openssh else serialization.load_pem_private_key
        try:
            raw = load(data, secret)
        except TypeError:
            if secret is None:
                raise
            raw = load(data, None)  # a passphrase for a key that needs none
    except OSError as error:
        raise ServiceRefused(f"The key file {path} cannot be read: {error.strerror}.") from error
    except TypeError:
        raise ServiceRefused(f"The key file {path} is locked by a passphrase.") from None
    except (ValueError, UnsupportedAlgorithm):
        if secret is not None:
            raise ServiceRefused(f"The passphrase does not open the key file {path}.") from None
        raise ServiceRefused(f"The file {path} holds no private key that can be used.") from None
    key = _as_paramiko(raw, path)
    if os.path.exists(path + "-cert.pub"):
        key.load_certificate(path + "-cert.pub")
    return key


def _as_paramiko(raw: object, path: str) -> paramiko.PKey:
    # paramiko reads fewer forms of file than the cryptography package does, so it gets the
    # key from memory in the one form that it reads of every kind.
    kinds = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if not isinstance(raw, kinds):
        raise ServiceRefused(f"The key file {path} is of a kind that is not supported.")
    text = raw.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    ).decode()
    if isinstance(raw, ed25519.Ed25519PrivateKey):
        return paramiko.Ed25519Key.from_private_key(StringIO(text))
    if isinstance(raw, rsa.RSAPrivateKey):
        return paramiko.RSAKey.from_private_key(StringIO(text))
    return paramiko.ECDSAKey.from_private_key(StringIO(text))
