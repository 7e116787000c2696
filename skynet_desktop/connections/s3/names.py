"""Which names a key can carry, and what a server does to odd ones.

A key is any UTF-8 of up to 1,024 bytes ("Naming Amazon S3 objects", S3 User Guide). Some
servers keep their objects as files and cannot hold every such name. What they do about it
is asked of the server itself, by a probe, before a name of that sort is first used:

    a\\b           SeaweedFS stores it as a/b: it could overwrite, and deleting it delete, a/b
    .uploads/x    SeaweedFS keeps unfinished uploads there and hides it from listings
    q.versions/x  SeaweedFS keeps old versions there and hides it from listings
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from skynet_desktop.core.errors import PathBlocked, PathImpossible

MAX_KEY_BYTES = 1024
PROBE = ".skynet-probe-"
"""How the names of our probes begin; listings leave them out."""


@dataclass(frozen=True)
class Oddity:
    """A sort of name that some server alters or hides; ``suffix`` makes a probe of it."""

    applies: Callable[[str], bool]
    suffix: str
    reason: str
    aliases: bool = False
    """Whether the altered key may be another file's: then not even a delete may use it."""


ODDITIES = (
    Oddity(
        lambda key: "\\" in key,
        "\\x",
        "This storage turns a backslash in a name into a folder; "
        "rename the file to have it mirrored.",
        aliases=True,
    ),
    Oddity(
        lambda key: "/.uploads/" in f"/{key}",
        "/.uploads/x",
        "This storage hides folders named '.uploads'; rename the folder to have it mirrored.",
    ),
    Oddity(
        lambda key: ".versions/" in key,
        ".versions/x",
        "This storage hides folders whose name ends in '.versions'; "
        "rename the folder to have it mirrored.",
    ),
)


def key_of(prefix: str, remote_path: str) -> str:
    """The key of a path. Raises ``PathImpossible`` where no key can carry the name."""
    path = remote_path.lstrip("/")
    key = prefix + path
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        raise PathImpossible(
            "The name holds bytes that are no text, which S3 cannot store; "
            "rename the file to have it mirrored."
        ) from None
    if length > MAX_KEY_BYTES:
        raise PathImpossible(
            f"The whole path is {length:,} bytes long; S3 takes {MAX_KEY_BYTES:,}."
        )
    if not path or path.endswith("/"):
        raise PathBlocked("This is the name of a folder.")
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise PathImpossible("A path with '.', '..' or nothing between two slashes is no key.")
    return key


def is_probe(key: str) -> bool:
    """Whether a key is what a probe of ours left behind."""
    return f"/{PROBE}" in f"/{key}"


class Prober:
    """Asks the server, once for each oddity, whether it keeps such names as they are.

    ``survives(probe, stem)`` stores an empty object under ``probe``, says whether a listing
    by ``stem`` shows exactly it, and removes all it made. Safe from any thread.
    """

    def __init__(self, survives: Callable[[str, str], bool]) -> None:
        self._survives = survives
        self._known: dict[str, bool] = {}
        self._lock = threading.Lock()

    def check(self, key: str, only_aliases: bool = False) -> None:
        """Raises ``PathImpossible`` if the server would not keep this key as it is.

        ``only_aliases`` leaves out what is harmless unless something is written.
        """
        for oddity in ODDITIES:
            if (oddity.aliases or not only_aliases) and oddity.applies(key):
                self._check(oddity, key)

    def _check(self, oddity: Oddity, key: str) -> None:
        with self._lock:
            if oddity.suffix not in self._known:
                parent = key[: _cut(oddity, key)].rpartition("/")[0]
                stem = f"{parent}/" if parent else ""
                stem += PROBE + secrets.token_hex(8)
                self._known[oddity.suffix] = self._survives(stem + oddity.suffix, stem)
            if not self._known[oddity.suffix]:
                raise PathImpossible(oddity.reason)


def _cut(oddity: Oddity, key: str) -> int:
    """Where the odd part begins: a probe belongs beside it, not inside of it."""
    return f"/{key}".find(oddity.suffix[:-1])
