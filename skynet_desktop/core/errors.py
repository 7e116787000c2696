"""Every error that crosses a border of Skynet, drawn once.

    SkynetError                      words for the person: what happened, what to do
    |-- SettingsError                the settings or the command line are wrong
    |-- Stopped                      we were told to stop; nothing is wrong
    |-- ServiceError                 the service as a whole; the Handler halts
    |   |-- ConnectionLost           unreachable, broken off, overloaded: retried with backoff
    |   |-- ServiceRefused           wrong password, changed host key: a person must act
    |   `-- StorageFull              no space or quota left: tried again now and then
    `-- PathError                    one path only; it is parked, all others go on
        |-- PathImpossible           the destination cannot hold this name or size
        |-- PathDenied               no permission on this path, here or there
        |-- PathBlocked              something of another kind (file or folder) has this name there
        |-- RemoteMissing            the remote source of a move, copy or fetch is not there
        |-- SourceVanished           the local file went away
        |-- SourceChanged            the local file changed while it was read
        `-- SourceUnreadable         the local file is locked or unreadable

A connection translates its library's errors into these and hides none. What it does
not translate is sorted by :func:`sorted_error`, so that a three-method connection
written by somebody else behaves sensibly too.
"""

from __future__ import annotations

import errno


class SkynetError(Exception):
    """Root of all. ``str(error)`` is one plain sentence for the person."""

    @property
    def reason(self) -> str:
        """The sentence without anything technical around it."""
        return str(self)


class SettingsError(SkynetError):
    """Bad settings or arguments; the sentence names file, line and key where there is one."""


class Stopped(SkynetError):
    """Raised inside a transfer when the engine was told to stop."""


class ServiceError(SkynetError):
    """The service as a whole cannot be used now."""


class ConnectionLost(ServiceError):
    """Unreachable, timed out, broken off or overloaded. Retried with backoff."""


class ServiceRefused(ServiceError):
    """The service answered and said no. Never retried without a person's act."""


class StorageFull(ServiceError):
    """The destination has no space or quota left."""


class PathError(SkynetError):
    """One path cannot be handled now."""


class PathImpossible(PathError):
    """The destination can never hold this name or size; only a rename helps."""


class PathDenied(PathError):
    """No permission on this path."""


class PathBlocked(PathError):
    """A file stands where a folder is needed, or the other way round."""


class RemoteMissing(PathError):
    """The remote source is not there."""


class SourceVanished(PathError):
    """The local file went away."""


class SourceChanged(PathError):
    """The local file changed between its first and its last byte."""


class SourceUnreadable(PathError):
    """The local file cannot be read."""


_LOST = {
    errno.ECONNRESET,
    errno.ENOTCONN,
    errno.ESHUTDOWN,
    errno.ECONNREFUSED,
    errno.ECONNABORTED,
    errno.ENETUNREACH,
    errno.ENETDOWN,
    errno.EHOSTUNREACH,
    errno.EHOSTDOWN,
    errno.ETIMEDOUT,
    errno.EPIPE,
    errno.ESTALE,
    errno.ENODEV,
    errno.ENXIO,
}
_FULL = {errno.ENOSPC, errno.EDQUOT}
_IMPOSSIBLE = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


def source_error(error: OSError) -> PathError:
    """What an error on reading the *local* file means."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return SourceVanished("The file is no longer there.")
    detail = error.strerror or str(error)
    return SourceUnreadable(f"The file cannot be read: {detail}.")


def sorted_error(error: BaseException, src_path: str | None = None) -> SkynetError:
    """The Skynet error that ``error`` amounts to.

    ``src_path`` is the local file of the transfer: an ``OSError`` that names it is about
    the source, not the destination. Unknown errors count as the path's own, so that one
    odd file never stops the others.
    """
    if isinstance(error, SkynetError):
        return error
    if isinstance(error, OSError):
        if src_path is not None and error.filename == src_path:
            return source_error(error)
        detail = error.strerror or str(error) or type(error).__name__
        if isinstance(error, ConnectionError | TimeoutError) or error.errno in _LOST:
            return ConnectionLost(f"The connection broke off: {detail}.")
        if error.errno in _FULL:
            return StorageFull("The destination is full.")
        if error.errno in _IMPOSSIBLE:
            return PathImpossible(f"The destination cannot hold this name or size: {detail}.")
        if error.errno in _DENIED:
            return PathDenied(f"The destination does not allow it: {detail}.")
        if isinstance(error, FileNotFoundError):
            return RemoteMissing("It is not at the destination.")
        if isinstance(error, IsADirectoryError | NotADirectoryError) or error.errno in (
            errno.EEXIST,
            errno.ENOTEMPTY,
        ):
            return PathBlocked("Something of another kind has this name at the destination.")
        return PathError(f"The destination reported: {detail}.")
    if isinstance(error, EOFError):
        return ConnectionLost("The connection broke off.")
    return PathError(f"Unexpected {type(error).__name__}: {error}")
