"""Which names a folder can hold, and which are ours. Pure; no I/O."""

from __future__ import annotations

import hashlib
import os

from skynet_desktop.core.names import is_possible, refusal_by_windows

TEMP_PREFIX = ".skynet-"
TEMP_SUFFIX = ".part"


def is_temporary(name: str) -> bool:
    """Whether a file's name (not path) is that of an unfinished copy of ours."""
    return name.startswith(TEMP_PREFIX) and name.endswith(TEMP_SUFFIX)


def temporary_beside(target: str, remote_path: str) -> str:
    """Where the content of ``remote_path`` grows: in the folder of ``target``, the full path
    that it will get, and under the same name after a restart."""
    key = remote_path.strip("/").encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(key, digest_size=8).hexdigest()
    return os.path.join(os.path.dirname(target), f"{TEMP_PREFIX}{digest}{TEMP_SUFFIX}")


def refusal(name: str, *, windows: bool, drops_tails: bool) -> str:
    """Why this one name cannot be stored as it is, as a sentence; "" if it can.

    ``drops_tails`` says that the file system cuts dots and spaces off the end of names.
    """
    if not is_possible(name):
        return "A file or folder cannot have this name."
    if is_temporary(name):
        return "Names of this form are kept for unfinished copies."
    if (windows or drops_tails) and name[-1] in ". ":
        return "The destination would drop the dot or space at the end of this name."
    return refusal_by_windows(name) if windows else ""
