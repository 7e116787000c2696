"""Removing files, one or many."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import explain, parent
from skynet_desktop.connections.sftp.folders import Folders
from skynet_desktop.core.errors import PathError, ServiceError, SkynetError

_IN_FLIGHT = 64


def remove_file(sftp: SFTP, folders: Folders, path: bytes) -> None:
    """A file that is not there is no error; a folder raises ``PathBlocked``."""
    try:
        folders.vet(sftp, parent(path))
        sftp.remove(path)
    except p.StatusError as error:
        raise explain(sftp, error, path) from error


def remove_all(
    sftp: SFTP, folders: Folders, paths: Sequence[str]
) -> Iterator[tuple[str, Exception | None]]:
    """Like :func:`remove_file`, with many requests in flight."""
    todo = deque(paths)
    waiting: dict[int, tuple[str, bytes]] = {}
    while todo or waiting:
        while todo and len(waiting) < _IN_FLIGHT:
            path = todo.popleft()
            try:
                raw = p.encode(path)
                folders.vet(sftp, parent(raw))
            except p.StatusError as status:
                yield path, _meaning(sftp, raw, status)
                continue
            except PathError as error:
                yield path, error
                continue
            waiting[sftp.request(p.REMOVE, p.string(raw))] = path, raw
        if waiting:
            number, kind, body = sftp.receive()
            path, raw = waiting.pop(number)
            yield path, _meaning(sftp, raw, p.status_of(kind, body))


def _meaning(sftp: SFTP, path: bytes, error: p.StatusError | None) -> SkynetError | None:
    if error is None or error.code == p.NO_SUCH_FILE:
        return None
    meaning = explain(sftp, error, path)
    if isinstance(meaning, ServiceError):
        raise meaning
    return meaning
