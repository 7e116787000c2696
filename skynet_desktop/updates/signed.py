"""A text and the signatures over it, in one file: so the two can never be of different days.

Format, version 1: a first line ``skynet-releases 1``, a line for each signature, an empty line,
and then the text; lines end with a line feed alone. A signature's line is the id of the key, a
space, and the Ed25519 signature over the exact bytes of the text in base64. A key's id is the
first 16 hexadecimal digits of the SHA-256 of the public key's 32 bytes. There may be several
signatures, so that keys can change: one by a known key is enough.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from skynet_desktop.core.errors import ServiceError

_FIRST = b"skynet-releases 1"
_MOST_HEAD = 4_096
_MOST_SIGNATURES = 16


class Untrusted(ServiceError):
    """What came is not what the makers of Skynet Desktop signed, or not any more."""


def key_id(public: Ed25519PublicKey) -> str:
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def public_key(text: str) -> Ed25519PublicKey:
    """From base64 of its 32 bytes, which is how we write it. Raises ``ValueError``."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def public_text(key: Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes_raw()).decode()


def sign(body: bytes, keys: Iterable[Ed25519PrivateKey]) -> bytes:
    """The whole file."""
    lines = [_FIRST]
    for key in keys:
        signature = base64.b64encode(key.sign(body)).decode()
        lines.append(f"{key_id(key.public_key())} {signature}".encode())
    return b"\n".join([*lines, b"", body])


def verified(data: bytes, keys: Iterable[Ed25519PublicKey]) -> bytes:
    """The text, if one of these keys signed it. Raises :class:`Untrusted`."""
    head, parted, body = data.partition(b"\n\n")
    first, *lines = head[:_MOST_HEAD].split(b"\n")
    if first != _FIRST or not parted:
        raise Untrusted("What came is no list of releases that this version can read.")
    known = {key_id(key): key for key in keys}
    if not any(_is_good(line, body, known) for line in lines[:_MOST_SIGNATURES]):
        raise Untrusted(
            "The list of releases is not signed by the makers of Skynet Desktop, so it was ignored."
        )
    return body


def _is_good(line: bytes, body: bytes, known: dict[str, Ed25519PublicKey]) -> bool:
    name, _, signature = line.decode("ascii", "replace").partition(" ")
    if name not in known:
        return False
    try:
        known[name].verify(base64.b64decode(signature, validate=True), body)
    except (InvalidSignature, ValueError):
        return False
    return True
