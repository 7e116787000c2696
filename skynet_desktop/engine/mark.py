"""The mark: a small file at the destination by which a mapping knows its place again.

Settings say where a place is, not whether it is still the one: an unmounted disk leaves an
empty folder behind, a bucket is made anew, a server is reinstalled. Without a look the index
would vouch for files that are gone. So every sign-in reads the mark; when it is not ours any
more, the place is listed: if it holds what we know (a tidy person removed the mark), the index
is made anew from the listing; if it does not, a person is asked before anything is sent.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from skynet_desktop.connections.base import Connection, Fetches, Lists
from skynet_desktop.connections.recovery import Reads
from skynet_desktop.core.errors import (
    PathError,
    RemoteMissing,
    ServiceError,
    ServiceRefused,
    sorted_error,
)
from skynet_desktop.core.events import AttentionNeeded
from skynet_desktop.core.reserved import MARK
from skynet_desktop.engine.guard import PLACE
from skynet_desktop.engine.mapping import Mapping

log = logging.getLogger(__name__)

_ID = "place"  # the key of the mark's id in the state
_ENOUGH = 0.5
_SAMPLE = 10_000


def has_place(mapping: Mapping) -> bool:
    """Whether the mapping knows a place already, which may be another one now."""
    return mapping.db.get_meta(_ID) is not None


def check_place(mapping: Mapping, connection: Connection) -> Callable[[], None]:
    """Call after every sign-in, before adoption: the index is emptied if it is about another
    place. Raises :class:`ServiceRefused` when a person has to decide first, and the
    connection's errors. A connection that cannot read back, or may not, is trusted.

    Returns what is to be done before anything is sent: a new place is marked then."""
    if not isinstance(connection, Fetches):
        return _nothing
    ours = mapping.db.get_meta(_ID)
    try:
        found = _read(mapping, connection)
    except RemoteMissing:
        found = None
    except PathError as error:
        log.info("%s: the mark at the destination cannot be read: %s", mapping.name, error)
        return _nothing
    if ours is not None and found == ours:
        mapping.guard.withdraw_about(PLACE)
        return _nothing
    if ours is not None and mapping.index.count():
        _ask_unless_known(mapping, connection)
        mapping.forget_remote()
        log.warning("%s: the destination is compared anew", mapping.name)
    mapping.guard.withdraw_about(PLACE)
    return partial(_bind, mapping, connection, found)


def _nothing() -> None:
    return None


def _bind(mapping: Mapping, connection: Connection, found: str | None) -> None:
    if found is None:
        new = uuid.uuid4().hex
        try:
            _write(mapping, connection, new)
            found = new
        except PathError as error:
            log.info("%s: no mark can be left at the destination: %s", mapping.name, error)
    if found is not None:
        mapping.db.set_meta(_ID, found)
    mapping.guard.use_up(PLACE)


def _ask_unless_known(mapping: Mapping, connection: Connection) -> None:
    """Returns if most of what the index knows is there, or if a person said yes."""
    if mapping.guard.is_accepted(PLACE):
        return
    count = mapping.index.count()
    if isinstance(connection, Lists):
        known = min(count, _SAMPLE)
        listed = connection.list(mapping.mapper.remote_base)
        there = 0
        for file in listed:
            row = mapping.index.get(file.path)
            there += row is not None and row.state.size == file.size
            if there >= known * _ENOUGH:
                return
    question = mapping.guard.ask_about_place(
        f"The destination is not the one that was mirrored to before: most of the {count} files "
        "that were sent there are missing. If a disk is unplugged, connect it. Send them all "
        "again?"
    )
    mapping.bus.publish(
        AttentionNeeded(
            mapping.name, question.text, tuple(islice(mapping.index.paths_below(""), 20))
        )
    )
    raise ServiceRefused(question.text)


def _read(mapping: Mapping, connection: Fetches) -> str | None:
    """The id in the mark; None for one that nobody can understand."""
    place = mapping.mapper.remote(MARK)
    try:
        text = _text(connection, place, mapping.spec.state_folder)
    except Exception as error:
        found = sorted_error(error)
        if isinstance(found, ServiceError | PathError):
            raise found from error
        raise
    try:
        return str(json.loads(text)["id"])
    except (ValueError, KeyError, TypeError):
        return None


def _text(connection: Fetches, place: str, folder: Path) -> bytes:
    """Where it can be read block by block no file is needed: the disk here may be full."""
    if isinstance(connection, Reads):
        with connection.read(place) as content:
            return b"".join(islice(content.blocks, 1))
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary) / "mark"
        connection.fetch(place, str(path))
        return path.read_bytes()


def _write(mapping: Mapping, connection: Connection, id_: str) -> None:
    mark = {
        "id": id_,
        "what": "Skynet Desktop mirrors a folder to this place. What it removed or replaced is "
        "kept in the folder trash for a while.",
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with tempfile.TemporaryDirectory(dir=mapping.spec.state_folder) as folder:
        path = os.path.join(folder, "mark")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(mark, file, indent=2)
        try:
            connection.send(path, mapping.mapper.remote(MARK))
        except Exception as error:
            raise sorted_error(error) from error
