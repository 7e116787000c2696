"""What a status means. SFTP's codes are coarse, so we look at the place it happened.

OpenSSH folds every errno into eight codes (``errno_to_portable`` in its sftp-server): a
parent that is a file becomes "no such file", a name too long becomes "bad message", and a
full disk, a folder in the way and a read-only disk all become "failure".
"""

from __future__ import annotations

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathDenied,
    PathError,
    PathImpossible,
    RemoteMissing,
    SkynetError,
    StorageFull,
)

FOLDER_IN_THE_WAY = "A folder has this name at the destination."
FILE_IN_THE_WAY = "A file stands where a folder is needed at the destination."
LINK_IN_THE_WAY = "A link at the destination has the name of a folder."
NO_FILE = "This is not a file at the destination."
NOT_THERE = "It is not at the destination."
FULL = "The destination is full."
# A disk with less than this left is called full when a write fails on it.
_ROOM = 1 << 20


def parent(path: bytes) -> bytes:
    """The folder of a path; "" for the login folder."""
    head, slash, _ = path.rstrip(b"/").rpartition(b"/")
    return head or slash


def explain(sftp: SFTP, error: p.StatusError, path: bytes, size: int = 0) -> SkynetError:
    """Our error for a status that a request on ``path`` got. ``size``: bytes it was to take.

    Asks the server a question or two; never raises a :class:`StatusError` itself.
    """
    if error.code in (p.NO_CONNECTION, p.SERVER_LOST):
        return ConnectionLost("The server lost its own connection.")
    if error.code == p.BAD_MESSAGE:
        return PathImpossible("The destination cannot hold this name.")
    if error.code == p.UNSUPPORTED:
        return PathError("The server does not support what is needed for this file.")
    words = error.message.lower()
    if error.code in (p.NO_SPACE, p.QUOTA_EXCEEDED) or "space" in words or "quota" in words:
        return StorageFull(FULL)
    try:
        return _look(sftp, error, path, size)
    except p.StatusError:
        return plain(error)


def _look(sftp: SFTP, error: p.StatusError, path: bytes, size: int) -> SkynetError:
    if error.code == p.NO_SUCH_FILE:
        return PathBlocked(FILE_IN_THE_WAY) if _below_a_file(sftp, path) else plain(error)
    there = sftp.lstat(path)
    if there is not None and there.is_folder:
        return PathBlocked(FOLDER_IN_THE_WAY)
    if error.code == p.FAILURE:
        space = sftp.space(parent(path))
        if space is not None and space.read_only:
            return PathDenied("The destination is read-only.")
        if space is not None and (space.bytes < max(size, _ROOM) or space.files == 0):
            return StorageFull(FULL)
    return plain(error)


def _below_a_file(sftp: SFTP, path: bytes) -> bool:
    """Whether one of the folders above is no folder."""
    above = parent(path)
    while above and above != b"/":
        there = sftp.stat(above)
        if there is not None:
            return not there.is_folder
        above = parent(above)
    return False


def plain(error: p.StatusError) -> SkynetError:
    """What a status means without looking."""
    if error.code == p.NO_SUCH_FILE:
        return RemoteMissing(NOT_THERE)
    if error.code == p.PERMISSION_DENIED:
        return PathDenied("The destination does not allow it.")
    return PathError(f"The server reported: {error.message or 'failure'}.")
