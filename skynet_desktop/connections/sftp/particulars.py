"""What a check-up asks an SFTP server: its clock, by the time of a file made and removed."""

from __future__ import annotations

import secrets

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.trial_stages import TEST_FILE


def server_time(sftp: SFTP, folder: bytes) -> float | None:
    """In whole seconds, cut. None if nothing may be written, neither in the folder nor in the
    one of the login."""
    name = (TEST_FILE + secrets.token_hex(8)).encode()
    for path in (folder.rstrip(b"/") + b"/" + name, name):
        try:
            return _time_of_new(sftp, path)
        except p.StatusError:
            continue
    return None


def _time_of_new(sftp: SFTP, path: bytes) -> float | None:
    handle = sftp.create(path, 0o600)
    try:
        mtime = sftp.fstat(handle).mtime
        return None if mtime is None else float(mtime)
    finally:
        sftp.run(p.CLOSE, handle)
        sftp.remove(path)
