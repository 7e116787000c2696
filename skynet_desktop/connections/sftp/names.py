"""The temporary names under which files travel.

A name depends on the remote path alone. So a second try, even one after a crash that lost
all memory, writes over what the first left behind instead of leaving it there for ever.
"""

from __future__ import annotations

import hashlib

from skynet_desktop.connections.sftp.faults import parent

_PREFIX, _SUFFIX = b".skynet-", b".part"


def temp_of(remote: bytes) -> bytes:
    """In the same folder, because a rename works within one file system only."""
    digest = hashlib.sha256(remote).hexdigest()[:20].encode()
    folder = parent(remote)
    name = _PREFIX + digest + _SUFFIX
    return folder + name if folder in (b"", b"/") else folder + b"/" + name


def is_temp(path: bytes) -> bool:
    name = path.rpartition(b"/")[2]
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)
