"""What is asked of the person who sets up an SFTP server."""

from __future__ import annotations

from skynet_desktop.connections.base import Option
from skynet_desktop.connections.sftp.auth import AUTHS

OPTIONS: tuple[Option, ...] = (
    Option("host", "Server", "Name or address of the SSH server.", required=True),
    Option("port", "Port", kind="int", default=22),
    Option("username", "User", "Left empty: the name you are logged in with here."),
    Option(
        "auth",
        "Sign in with",
        "auto tries what there is: key file, SSH agent, your usual keys, password. "
        "environment uses agent and key file and no stored secret.",
        kind="choice",
        default="auto",
        choices=AUTHS,
    ),
    Option(
        "key_file",
        "Key file",
        "A private key; left empty: your usual keys.",
        "file",
        when=("auth", ("auto", "key", "environment")),
    ),
    Option("password", "Password", secret=True, when=("auth", ("auto", "password"))),
    Option("passphrase", "Passphrase of the key", secret=True, when=("auth", ("auto", "key"))),
    Option(
        "known_hosts",
        "Known hosts file",
        "Left empty: ~/.ssh/known_hosts and the system's.",
        "file",
    ),
    Option(
        "host_key",
        "Host key",
        "The server's key if you decided to trust it: its fingerprint (SHA256:...) or the "
        "public key itself (ssh-ed25519 AAAA...). Comes before the known hosts file.",
    ),
)
