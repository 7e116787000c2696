"""The encrypted session: transport, algorithms, host key; then signing in.

Everything that can go wrong here comes out as one of two kinds: ``ConnectionLost`` (try
again later) or ``ServiceRefused`` (a person must act). Keys of the server are verified
before anything secret is sent.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import paramiko

from skynet_desktop.connections.route import Proxy
from skynet_desktop.connections.sftp import wire
from skynet_desktop.connections.sftp.hostkeys import HostKey, Known, judge, matches_pin, read_known
from skynet_desktop.connections.sftp.sealing import SealingPacketizer
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused

KEEPALIVE_SECONDS = 15
AUTH_SECONDS = 30.0
CHANNEL_SECONDS = 60.0
_WINDOW = 8 << 20
_PACKET = 64 << 10

# AES-GCM first: one pass through the CPU's own instructions instead of cipher and MAC.
_CIPHERS = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
)
_MACS = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1",
)
# Every kind of host key, and the signature algorithms that prove it.
_KEY_KINDS: dict[str, tuple[str, ...]] = {
    "ssh-ed25519": ("ssh-ed25519",),
    "ecdsa-sha2-nistp256": ("ecdsa-sha2-nistp256",),
    "ecdsa-sha2-nistp384": ("ecdsa-sha2-nistp384",),
    "ecdsa-sha2-nistp521": ("ecdsa-sha2-nistp521",),
    "ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256"),
}
_SYSTEM_KNOWN_HOSTS = "/etc/ssh/ssh_known_hosts"

# What paramiko logs as errors reaches us as exceptions; the log need not have it twice.
_LOG = "skynet_desktop.connections.sftp.transport"
logging.getLogger(_LOG).setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Server:
    """Where to connect and which keys to trust."""

    host: str
    port: int = 22
    known_hosts: str | None = None
    host_key: str | None = None
    proxy: Proxy | None = None

    def __str__(self) -> str:
        return self.host if self.port == 22 else f"{self.host}:{self.port}"

    def known(self) -> Known:
        if self.known_hosts:
            paths: Sequence[str] = [os.path.expanduser(self.known_hosts)]
        else:
            paths = [os.path.expanduser("~/.ssh/known_hosts"), _SYSTEM_KNOWN_HOSTS]
        return read_known(paths, self.host, self.port)


class Transport(paramiko.Transport):
    """Remembers why the server hung up, which paramiko only logs."""

    goodbye: str = ""

    def _parse_disconnect(self, m: paramiko.Message) -> None:
        # RFC 4253, section 11.1: uint32 reason code, string description.
        m.get_int()
        self.goodbye = m.get_text().strip() or "no reason given"


def open_transport(server: Server) -> Transport:
    """Connect, agree on keys, verify the server. Nobody is signed in yet.

    Raises ``ConnectionLost`` or ``ServiceRefused`` (``HostKeyRefused`` for the key).
    """
    known = server.known()
    transport = _negotiate(server, _ordered(_expected_kinds(server, known)))
    try:
        if server.host_key and not matches_pin(server.host_key, _host_key(transport)):
            transport = _try_other_kinds(server, transport)
        judge(_host_key(transport), str(server), known, server.host_key)
    except BaseException:
        transport.close()
        raise
    transport.set_keepalive(KEEPALIVE_SECONDS)
    return transport


def _expected_kinds(server: Server, known: Known) -> list[str]:
    """Kinds of key we could recognise: offered first, so that a server with several keys
    shows the one we know."""
    kinds = [key.kind for key in known.trusted]
    if server.host_key and not server.host_key.startswith("SHA256:"):
        kinds.insert(0, server.host_key.split()[0])
    return [kind for kind in kinds if kind in _KEY_KINDS]


def _ordered(first: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for kind in [*first, *_KEY_KINDS] for name in _KEY_KINDS[kind]))


def _try_other_kinds(server: Server, transport: Transport) -> Transport:
    """A fingerprint does not tell its kind of key: ask the server for its other keys too.

    Returns a transport whose key matches the pin, else the one given.
    """
    seen = _host_key(transport).kind
    for kind, algorithms in _KEY_KINDS.items():
        if kind == seen:
            continue
        try:
            other = _negotiate(server, algorithms)
        except ServiceRefused:
            continue  # the server has no key of this kind
        if matches_pin(cast(str, server.host_key), _host_key(other)):
            transport.close()
            return other
        other.close()
    return transport


def _negotiate(server: Server, key_algorithms: Sequence[str]) -> Transport:
    sock = wire.connect(server.host, server.port, server.proxy)
    # Wire has the few methods of a socket that a Transport uses.
    transport = Transport(
        cast(socket.socket, sock), _WINDOW, _PACKET, packetizer_class=SealingPacketizer
    )
    transport.set_log_channel(_LOG)
    options = transport.get_security_options()
    options.ciphers = _CIPHERS
    options.digests = _MACS
    options.key_types = tuple(key_algorithms)
    transport.banner_timeout = transport.handshake_timeout = wire.CONNECT_SECONDS
    transport.auth_timeout = AUTH_SECONDS
    transport.channel_timeout = CHANNEL_SECONDS
    try:
        transport.start_client(timeout=wire.CONNECT_SECONDS)
        transport.get_remote_server_key()  # raises if the time ran out
    except paramiko.ssh_exception.IncompatiblePeer as error:
        transport.close()
        raise ServiceRefused(f"The server {server} has no safe algorithm in common: {error}.")
    except (paramiko.SSHException, EOFError, OSError) as error:
        transport.close()
        detail = transport.goodbye or "it is no SSH server, or it hung up"
        raise ConnectionLost(f"No SSH session with {server}: {detail}.") from error
    return transport


def _host_key(transport: Transport) -> HostKey:
    try:
        key = transport.get_remote_server_key()
    except paramiko.SSHException as error:
        raise ConnectionLost("The connection broke off.") from error
    return HostKey(key.get_name(), key.asbytes())
