"""Opening: from a fresh connection to one that may be sent to.

Before anything is sent it is known what the destination holds already, and what a crash left
half done is cleared away.
"""

from __future__ import annotations

import contextlib
import logging

from skynet_desktop.connections.base import CleansUp, Connection, Discards
from skynet_desktop.connections.recovery import KeepsVersions
from skynet_desktop.core.errors import PathError
from skynet_desktop.engine import adoption, mark
from skynet_desktop.engine.mapping import Keep, Mapping

log = logging.getLogger(__name__)


def open_connection(mapping: Mapping) -> Connection:
    """Connect, sign in, adopt, clean up. Raises what the connection raises; it is closed then."""
    connection = mapping.spec.connect()
    try:
        connection.open()
        mapping.index.folds_names = connection.folds_names
        mapping.service_keeps_versions = (
            mapping.spec.keep is not Keep.NOTHING
            and isinstance(connection, KeepsVersions)
            and connection.keeps_versions()
        )
        mark.check_place(mapping, connection)
        if not adoption.is_adopted(mapping):
            count = adoption.adopt(mapping, connection)
            if count:
                log.info("%s: %d files were at the destination already", mapping.name, count)
        if isinstance(connection, CleansUp):
            base = mapping.mapper.remote_base
            connection.clean_up(base, mapping.ledger, lambda path: _goes_on(mapping, path))
        if isinstance(connection, Discards):
            _discard(mapping, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _goes_on(mapping: Mapping, remote_path: str) -> bool:
    """Whether an unfinished upload of this remote path will be continued."""
    base = mapping.mapper.remote("x")[:-1]
    try:
        return remote_path.startswith(base) and mapping.look(remote_path[len(base) :]) is not None
    except OSError:
        return True


def _discard(mapping: Mapping, connection: Discards) -> None:
    """Temporary files of sends that a crash cut off, if they will not go on."""
    for path in mapping.index.unsure():
        remote_path = mapping.mapper.remote(path)
        if mapping.ledger.get(remote_path) is None:
            with contextlib.suppress(PathError):
                connection.discard(remote_path)
