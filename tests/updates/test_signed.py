from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skynet_desktop.updates import signed
from skynet_desktop.updates.signed import Untrusted, verified

BODY = b'{"a": "list"}\n\nwith an empty line in it\n'
# The same in every process: they are part of the names of tests.
OURS, THEIRS, NEXT = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in range(3))
KEYS = (OURS.public_key(), NEXT.public_key())


def test_the_exact_bytes_come_back() -> None:
    for keys in ((OURS,), (NEXT,), (THEIRS, OURS), (OURS, NEXT)):
        assert verified(signed.sign(BODY, keys), KEYS) == BODY


def test_the_format_is_the_one_that_is_told() -> None:
    """Written by hand from the description, so that other tools can follow it."""
    raw = OURS.public_key().public_bytes_raw()
    name = hashlib.sha256(raw).hexdigest()[:16]
    signature = base64.b64encode(OURS.sign(BODY)).decode()
    by_hand = f"skynet-releases 1\n{name} {signature}\n\n".encode() + BODY
    assert signed.sign(BODY, [OURS]) == by_hand
    assert verified(by_hand, KEYS) == BODY


def test_every_byte_counts() -> None:
    data = signed.sign(BODY, [OURS])
    for place in range(len(data)):
        for changed in (data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], data[:place]):
            with pytest.raises(Untrusted):
                verified(changed, KEYS)
    with pytest.raises(Untrusted):
        verified(data + b"\n", KEYS)


def test_of_another_key_is_not_ours() -> None:
    data = signed.sign(BODY, [THEIRS])
    with pytest.raises(Untrusted, match="not signed by the makers"):
        verified(data, KEYS)
    ours = signed.key_id(OURS.public_key())
    pretended = data.replace(signed.key_id(THEIRS.public_key()).encode(), ours.encode())
    with pytest.raises(Untrusted, match="not signed by the makers"):
        verified(pretended, KEYS)
    with pytest.raises(Untrusted):
        verified(signed.sign(BODY, [OURS]), ())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n\n", BODY, b"skynet-releases 1", b"skynet-releases 1\n\n" + BODY,
        signed.sign(BODY, [OURS]).replace(b"releases 1", b"releases 2"),
        signed.sign(BODY, [OURS]).replace(b"\n", b"\r\n"),
        signed.sign(BODY, [OURS]).replace(b"==\n", b"\n"),
        b"skynet-releases 1\n%s \xff\xfe\n\n" % signed.key_id(OURS.public_key()).encode() + BODY,
        b"skynet-releases 1\n" + b"x" * 100_000 + b"\n\n" + BODY,
        b"<html>Sign in to this network</html>",
    ],
)  # fmt: skip
def test_what_is_no_signed_list(data: bytes) -> None:
    with pytest.raises(Untrusted):
        verified(data, KEYS)


def test_a_signature_behind_too_many_others_is_not_looked_for() -> None:
    crowd = [Ed25519PrivateKey.generate() for _ in range(40)]
    with pytest.raises(Untrusted):
        verified(signed.sign(BODY, [*crowd, OURS]), KEYS)


def test_a_public_key_as_text() -> None:
    key = OURS.public_key()
    assert signed.public_key(signed.public_text(key)) == key
    for text in ("", "no base64!", "AAAA", base64.b64encode(b"x" * 33).decode()):
        with pytest.raises(ValueError):
            signed.public_key(text)
