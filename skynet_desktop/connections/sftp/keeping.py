"""Putting what an upload replaces under another name, right before the new content comes.

The old file gets a second name (a hard link), so that its first one is never missing; where the
server or its file system has no such links, it is renamed. Both leave the old content alone: the
new one is renamed over the name and never written into the file.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import FOLDER_IN_THE_WAY, explain, parent
from skynet_desktop.connections.sftp.folders import Folders
from skynet_desktop.core.errors import PathBlocked, PathError, RemoteMissing, SkynetError

Answer = tuple[int, bytes]
Steps = Generator[tuple[int, bytes], Answer, None]
"""Yields the request to send and takes the answer's type and body; so one file's steps can be
taken while others wait for theirs."""


def keeping(sftp: SFTP, folders: Folders, remote: bytes, keep: bytes) -> Steps:
    """Nothing at ``remote`` is no error; a file at ``keep`` is replaced.

    Raises a ``SkynetError`` if what is there cannot be kept: it must not be replaced then.
    Folders are made only when there is something to keep.
    """
    folder = parent(keep)
    was_known = folder in folders
    error: p.StatusError | None = p.StatusError(p.NO_SUCH_FILE, "the folder is not known")
    if was_known:
        error = yield from _link(sftp, remote, keep)
    if error is None or not (yield from _is_there(sftp, remote)):
        return
    if error.code == p.NO_SUCH_FILE:
        if was_known:
            folders.forget()  # it went away behind our back
        yield from _make(sftp, folders, folder)
        error = yield from _link(sftp, remote, keep)
    if error is not None and error.code == p.FAILURE:
        yield p.REMOVE, p.string(keep)  # a link replaces nothing, and most often that is why
        error = yield from _link(sftp, remote, keep)
    if error is not None:
        yield from _rename(sftp, remote, keep)


def keep(sftp: SFTP, folders: Folders, remote: bytes, keep: bytes) -> None:
    """All steps of :func:`keeping`, waiting for each answer."""
    steps = keeping(sftp, folders, remote, keep)
    with suppress(StopIteration):
        request = next(steps)
        while True:
            request = steps.send(sftp.call(*request))


def _link(
    sftp: SFTP, remote: bytes, keep: bytes
) -> Generator[tuple[int, bytes], Answer, p.StatusError | None]:
    if not sftp.links:
        return p.StatusError(p.UNSUPPORTED, "no links")
    return p.status_of(*(yield sftp.link_request(remote, keep)))


def _is_there(sftp: SFTP, remote: bytes) -> Generator[tuple[int, bytes], Answer, bool]:
    kind, body = yield p.LSTAT, p.string(remote)
    if kind != p.ATTRS:
        error = p.status_of(kind, body) or p.StatusError(p.BAD_MESSAGE, "no attributes")
        if error.code == p.NO_SUCH_FILE:
            return False
        raise explain(sftp, error, remote)
    if p.read_attrs(body)[0].is_folder:
        raise PathBlocked(FOLDER_IN_THE_WAY)
    return True


def _make(sftp: SFTP, folders: Folders, folder: bytes) -> Steps:
    """Most often one folder for many files, in one that is there: others need not wait."""
    if folder not in folders and parent(folder) in folders:
        kind, body = yield p.MKDIR, p.string(folder) + p.NO_ATTRS
        if p.status_of(kind, body) is None:
            folders.add(folder)
    folders.ensure(sftp, folder)


def _rename(sftp: SFTP, remote: bytes, keep: bytes) -> Steps:
    try:
        if not sftp.renames_over:
            sftp.rename_over(remote, keep)
        elif error := p.status_of(*(yield sftp.rename_request(remote, keep))):
            raise error
    except p.StatusError as error:
        raise _cannot_keep(explain(sftp, error, keep)) from error


def _cannot_keep(reason: SkynetError) -> SkynetError:
    if isinstance(reason, RemoteMissing):  # of a send that would be misleading
        return PathError("What is there at the destination could not be kept.")
    return reason
