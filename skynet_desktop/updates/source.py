"""Where releases are listed and whose signature counts: facts of the build that ships us.

A build writes them to ``resources/releases.json`` (``tools/releases.py source``)::

    {"url": "https://.../releases.txt", "keys": ["base64 of a public key", ...],
     "page": "https://..."}

``page`` is where a person finds all downloads. There is no such file in a checkout, and no
setting or variable in its place: then nothing is looked for.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from skynet_desktop.host import resources
from skynet_desktop.updates.addresses import is_secure, may_ask
from skynet_desktop.updates.signed import public_key, public_text

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """``keys``: a list signed by any of them counts."""

    url: str
    keys: tuple[Ed25519PublicKey, ...]
    page: str

    @classmethod
    def of(cls, found: Mapping[str, object]) -> Source:
        """From the values of the file. Raises ``ValueError``."""
        url, keys, page = found.get("url"), found.get("keys"), found.get("page")
        if not (isinstance(url, str) and may_ask(url) and isinstance(page, str)):
            raise ValueError("url and page must be addresses that begin with https://")
        if not is_secure(page):
            raise ValueError("page must be an address that begins with https://")
        if not isinstance(keys, list) or not keys:
            raise ValueError("keys must name one public key at least")
        return cls(url, tuple(public_key(str(key)) for key in keys), page)

    def as_json(self) -> dict[str, object]:
        keys = [public_text(key) for key in self.keys]
        return {"url": self.url, "keys": keys, "page": self.page}


def shipped(file: Path | None = None) -> Source | None:
    """Of this build; None for one that is to look for nothing, such as a checkout."""
    file = file or resources.path("releases.json")
    try:
        return Source.of(json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError) as error:
        log.error("%s cannot be used, so no updates are looked for: %s", file, error)
        return None
