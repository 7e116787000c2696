"""Is this the server we know? The decision about a host key, and nothing else.

The order of the rules, first match wins:

1. A key marked ``@revoked`` in known_hosts is refused, whatever else is said.
2. A key pinned in the settings (``host_key``) is the person's own and latest decision: the
   server's key must be exactly that one. It may therefore replace a key in known_hosts,
   which is how a person accepts a server that was set up anew; nothing else does.
3. A key in known_hosts is accepted. If known_hosts has other keys for this server and not
   this one, the key has *changed*: refused.
4. Otherwise the server is unknown: refused, with the fingerprint to compare and the way to
   accept it.

Format of known_hosts: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT" (names, patterns, negation,
``[host]:port``, names hashed as ``|1|salt|HMAC-SHA1``, markers). paramiko's own reader
trips over markers and keeps one key a type, hence ours. Certificates are not spoken.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from skynet_desktop.connections.introduction import ServerDoubted
from skynet_desktop.core.errors import ServiceRefused


class HostKeyRefused(ServerDoubted):
    """The server's key is unknown, changed or revoked.

    ``host_key`` is what the option of that name must be set to if the person decides to
    trust the server; it is empty for a revoked key. ``changed`` warns of a possible attack.
    """

    def __init__(
        self, finding: str, how: str = "", host_key: str = "", changed: bool = False
    ) -> None:
        super().__init__(finding, how, {"host_key": host_key} if host_key else {}, changed)
        self.host_key = host_key


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public key: its type's name and its bytes as they go over the wire."""

    kind: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """As ``ssh-keygen -l`` shows it: ``SHA256:`` and base64 without padding."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Known:
    """What known_hosts says of one server."""

    trusted: tuple[HostKey, ...] = ()
    revoked: tuple[HostKey, ...] = ()


def read_known(paths: Iterable[str], host: str, port: int) -> Known:
    """Files that do not exist count as empty; one that cannot be read is refused."""
    trusted: list[HostKey] = []
    revoked: list[HostKey] = []
    name = host.lower() if port == 22 else f"[{host.lower()}]:{port}"
    for path in paths:
        for marker, key in _entries(path, name):
            if not marker:
                trusted.append(key)
            elif marker == "@revoked":
                revoked.append(key)
    return Known(tuple(trusted), tuple(revoked))


def _entries(path: str, name: str) -> Iterator[tuple[str, HostKey]]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        return
    except OSError as error:
        raise ServiceRefused(f"The file {path} cannot be read: {error.strerror}.") from error
    for line in lines:
        fields = line.split()
        marker = fields.pop(0) if fields and fields[0].startswith("@") else ""
        if len(fields) < 3 or fields[0].startswith("#") or not _names(fields[0], name):
            continue
        try:
            yield marker, HostKey(fields[1], base64.b64decode(fields[2], validate=True))
        except binascii.Error:
            continue  # ssh skips broken lines too


def _names(patterns: str, name: str) -> bool:
    """Whether the first field of a line is about the server ``name``."""
    if patterns.startswith("|1|"):
        return _hashed(patterns, name)
    found = False
    for pattern in patterns.lower().split(","):
        # In known_hosts brackets are literal; only * and ? are wild.
        if fnmatchcase(name, pattern.lstrip("!").replace("[", "[[]")):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def _hashed(field: str, name: str) -> bool:
    try:
        salt, digest = (base64.b64decode(part) for part in field.split("|")[2:4])
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(hmac.digest(salt, name.encode(), "sha1"), digest)


def matches_pin(pin: str, key: HostKey) -> bool:
    """Raises :class:`ServiceRefused` for a pin that is neither a fingerprint nor a key."""
    words = pin.split()
    if words and words[0].startswith("SHA256:"):
        return words[0].rstrip("=") == key.fingerprint
    if len(words) >= 2:
        try:
            return HostKey(words[0], base64.b64decode(words[1], validate=True)) == key
        except binascii.Error:
            pass
    raise ServiceRefused(
        "The host key in the settings is neither a fingerprint (SHA256:...) nor a public key."
    )


def judge(key: HostKey, where: str, known: Known, pin: str | None) -> None:
    """Raises :class:`HostKeyRefused` unless the rules at the top accept ``key``."""
    shown = f"{key.kind} {key.fingerprint}"
    if key in known.revoked:
        raise HostKeyRefused(f"The host key of {where} ({shown}) is marked as revoked.")
    if pin:
        if matches_pin(pin, key):
            return
        before = " ".join(pin.split()[:2])
        if not before.startswith("SHA256:"):
            before = _shown([HostKey(pin.split()[0], base64.b64decode(pin.split()[1]))])
        raise _changed(key, where, before)
    if key in known.trusted:
        return
    if known.trusted:
        raise _changed(key, where, _shown(known.trusted))
    raise HostKeyRefused(
        f"The server {where} is not known yet. Its host key is {shown}.",
        f"If that is the right one, accept it by -o host_key={key.fingerprint} or add it to "
        "known_hosts.",
        key.fingerprint,
    )


def _changed(key: HostKey, where: str, before: str) -> HostKeyRefused:
    return HostKeyRefused(
        f"The host key of {where} has CHANGED: it was {before} and is now {key.kind} "
        f"{key.fingerprint}.",
        "Somebody may be listening in, or the server was set up anew. "
        f"Ask whoever runs it; only then accept the new key by -o host_key={key.fingerprint}.",
        key.fingerprint,
        changed=True,
    )


def _shown(keys: Sequence[HostKey]) -> str:
    return " or ".join(f"{key.kind} {key.fingerprint}" for key in keys)
