"""AWS Signature Version 4 for the requests that are made most: PUT of an object or a part, and
what a sign-in asks.

As in "Authenticating Requests: Using the Authorization Header" of the Amazon S3 API Reference.
botocore signs everything else; its way to a signed request takes some milliseconds, this one
some hundredths of one.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

UNSIGNED = "UNSIGNED-PAYLOAD"
"""For a body that TLS guards and a checksum proves."""
NOTHING = hashlib.sha256().hexdigest()
"""For no body."""
DEFAULT_REGION = "us-east-1"
"""Where keys are given and no region is."""
_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Keys:
    access: str
    secret: str
    token: str | None = None
    """Of keys that are lent for a while."""

    @classmethod
    def of_environment(cls) -> Keys | None:
        """Where AWS's chain looks first; None if it would look further."""
        access, secret = (
            os.environ.get(f"AWS_{w}") for w in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")
        )
        token = os.environ.get("AWS_SESSION_TOKEN") or os.environ.get("AWS_SECURITY_TOKEN")
        return cls(access, secret, token) if access and secret else None


def quoted(text: str, but: str = "/") -> str:
    """In an address: all but letters, digits, ``-._~`` and ``but`` escaped."""
    return quote(text, safe=but)


class Signer:
    """For one region. Safe from any thread."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._derived: tuple[str, str, bytes] = ("", "", b"")

    def signed(
        self,
        method: str,
        host: str,
        path: str,
        headers: Mapping[str, str],
        payload: str,
        keys: Keys,
        now: float | None = None,
        query: str = "",
    ) -> dict[str, str]:
        """``headers`` (names in small letters, values without blanks at their ends) and those
        that sign them, for a request to the quoted ``path``. ``payload`` is the body's SHA-256 in
        hexadecimal digits, or :data:`UNSIGNED`; ``now`` is in seconds since 1970; ``query`` is
        escaped, its names in order."""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
        found = {
            **headers,
            "host": host,
            "x-amz-content-sha256": payload,
            "x-amz-date": stamp,
        }
        if keys.token:
            found["x-amz-security-token"] = keys.token
        names = sorted(found)
        signed_names = ";".join(names)
        lines = "".join(f"{name}:{found[name]}\n" for name in names)
        request = f"{method}\n{path}\n{query}\n{lines}\n{signed_names}\n{payload}"
        scope = f"{stamp[:8]}/{self._region}/s3/aws4_request"
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"{_ALGORITHM}\n{stamp}\n{scope}\n{digest}"
        signature = _hmac(self._key(stamp[:8], keys.secret), text).hex()
        found["authorization"] = (
            f"{_ALGORITHM} Credential={keys.access}/{scope},"
            f"SignedHeaders={signed_names},Signature={signature}"
        )
        return found

    def _key(self, day: str, secret: str) -> bytes:
        """Derived once a day."""
        known_day, known_secret, key = self._derived
        if (known_day, known_secret) != (day, secret):
            key = _hmac(f"AWS4{secret}".encode(), day)
            for part in (self._region, "s3", "aws4_request"):
                key = _hmac(key, part)
            self._derived = day, secret, key
        return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
