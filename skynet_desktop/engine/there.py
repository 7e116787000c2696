"""There: whether the remote holds a file's content already, found out without sending it.

Two cases. The index vouches for an earlier version and only the times differ: a clock was
changed, a backup restored, a program touched everything. Or a crash came between the remote's
confirmation and the index: the file may be there as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skynet_desktop.connections.base import Connection, Matches, SetsTimes, Stats, state_of
from skynet_desktop.connections.recovery import Compares
from skynet_desktop.core.content import hash_of_file
from skynet_desktop.core.errors import RemoteMissing, Stopped, sorted_error
from skynet_desktop.engine.index import Known

if TYPE_CHECKING:
    from skynet_desktop.engine.jobs import SendJob


def holds(connection: Connection, job: SendJob, known: Known) -> bool:
    """On a yes the remote has the file's time too. Raises the connection's errors, and
    ``Stopped``."""
    if known.is_wrong or (known.state.size != job.size and known.sure):
        return False
    try:
        look = _was_touched if known.sure else _arrived
        found = look(connection, job, known)
    except Exception as error:
        if isinstance(sorted_error(error), RemoteMissing):
            return False
        raise
    return found and state_of(job.source) == job.state


def _was_touched(connection: Connection, job: SendJob, known: Known) -> bool:
    """Same size, other times; is it the same content?"""
    other_time = known.state.mtime_ns != job.state.mtime_ns
    if other_time and not isinstance(connection, SetsTimes):
        return False
    if known.hash is not None:
        same = hash_of_file(job.source, lambda: _check(job)) == known.hash
    else:
        same = isinstance(connection, Compares) and connection.same_content(
            job.source, job.remote_path
        )
    if same and other_time and isinstance(connection, SetsTimes):
        connection.set_time(job.remote_path, job.state.mtime_ns)
    return same


def _arrived(connection: Connection, job: SendJob, known: Known) -> bool:
    """A big file is worth a request or two before it is sent once more."""
    if not job.big:
        return False
    if known.state != job.state:  # size and time may be those of another version that is there
        return isinstance(connection, Compares) and connection.same_content(
            job.source, job.remote_path
        )
    if not (isinstance(connection, Stats) and isinstance(connection, Matches)):
        return False
    remote = connection.stat(job.remote_path)
    if remote is None or remote.size != job.size:
        return False
    return connection.matches(job.source, job.remote_path.rpartition("/")[0], remote)


def _check(job: SendJob) -> None:
    if job.stopping.is_set():
        raise Stopped("Stopped.")
