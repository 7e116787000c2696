"""Whether a write failed because the destination is full.

OpenSSH answers a full disk, a used-up quota and a failing disk alike with "failure". Its
statvfs tells of the disk, but of no user's quota, and other servers have none. Then a small
new file is tried: if not even that can be written, no file can, and the sync had better wait.
"""

from __future__ import annotations

import os

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import explain
from skynet_desktop.connections.sftp.names import temp_of
from skynet_desktop.core.errors import PathError, SkynetError, StorageFull


def explain_write(sftp: SFTP, error: p.StatusError, temp: bytes, size: int) -> SkynetError:
    """Like :func:`explain`, for a temporary file that could not be written, whose content is
    still there."""
    meaning = explain(sftp, error, temp, size)
    known = error.code != p.FAILURE or type(meaning) is not PathError
    if known or not _takes_nothing(sftp, temp_of(temp)):
        return meaning
    return StorageFull("The destination takes no more data: it is full or a quota is used up.")


def _takes_nothing(sftp: SFTP, probe: bytes) -> bool:
    # What can be packed would need less space than it says.
    content = os.urandom(sftp.limits.write)
    try:
        handle = sftp.create(probe, 0o600)
        try:
            sftp.run(p.WRITE, handle + p.u64(0) + p.string(content))
            sftp.fsync(handle)
        finally:
            sftp.call(p.CLOSE, handle)
            sftp.remove(probe)
    except p.StatusError as error:
        return error.code == p.FAILURE
    return False
