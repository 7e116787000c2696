"""Opening: from a fresh connection to one that may be sent to.

Before anything is sent it is known what the destination holds already, and what a crash left
half done is cleared away.
"""

from __future__ import annotations

import contextlib
import logging
import queue
from collections.abc import Callable, Sequence
from functools import partial

from skynet_desktop.connections.base import CleansUp, Connection, Discards
from skynet_desktop.connections.recovery import KeepsVersions
from skynet_desktop.core.errors import PathError
from skynet_desktop.engine import adoption, mark
from skynet_desktop.engine.mapping import Keep, Mapping
from skynet_desktop.engine.workers import Spawn, Workers, spawn_thread

log = logging.getLogger(__name__)

_Step = Callable[[], None]
_Outcome = tuple[int, BaseException | None]
"""Of the step of this number."""


def open_connection(mapping: Mapping, spawn: Spawn = spawn_thread) -> Connection:
    """Connect, sign in, adopt, clean up. Raises what the connection raises; it is closed then."""
    connection = mapping.spec.connect()
    try:
        connection.open()
        mapping.index.folds_names = connection.folds_names
        if mark.has_place(mapping):  # at another one nothing is asked or tidied
            steps = [mark.check_place(mapping, connection)]
        else:
            steps = [lambda: mark.check_place(mapping, connection)()]
        steps += [
            partial(step, mapping, connection) for step in (_learn_of_versions, _adopt, _clean_up)
        ]
        if connection.parallel < len(steps):
            for step in steps:
                step()
        else:
            _all_at_once(steps, spawn)
        if isinstance(connection, Discards):
            _discard(mapping, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _all_at_once(steps: Sequence[_Step], spawn: Spawn) -> None:
    """Each waits for the service, over a long link for long. Raises the first one's error when
    all have ended."""
    outcomes: queue.SimpleQueue[_Outcome] = queue.SimpleQueue()
    workers = Workers("opening", len(steps), spawn)
    for number, step in enumerate(steps):
        workers.submit(partial(_take, number, step, outcomes))
    found = dict(outcomes.get() for _ in steps)
    workers.close()
    for number in range(len(steps)):
        if error := found[number]:
            raise error


def _take(number: int, step: _Step, outcomes: queue.SimpleQueue[_Outcome]) -> None:
    try:
        step()
    except BaseException as error:
        outcomes.put((number, error))
    else:
        outcomes.put((number, None))


def _learn_of_versions(mapping: Mapping, connection: Connection) -> None:
    mapping.service_keeps_versions = (
        mapping.spec.keep is not Keep.NOTHING
        and isinstance(connection, KeepsVersions)
        and connection.keeps_versions()
    )


def _adopt(mapping: Mapping, connection: Connection) -> None:
    if not adoption.is_adopted(mapping):
        count = adoption.adopt(mapping, connection)
        if count:
            log.info("%s: %d files were at the destination already", mapping.name, count)


def _clean_up(mapping: Mapping, connection: Connection) -> None:
    if isinstance(connection, CleansUp):
        base = mapping.mapper.remote_base
        connection.clean_up(base, mapping.ledger, lambda path: _goes_on(mapping, path))


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
