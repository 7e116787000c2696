"""The suite that every connection passes: ours, and the one you are about to write.

Install pytest and put this into a file ``test_mine.py``::

    from skynet_desktop.connections.conformance import conformance
    from mine import MyConnection

    TestMine = conformance(lambda folder: MyConnection(path=str(folder / "store")))

``folder`` is a new empty one for each test; whatever is made of it must lead to an empty
place, and to the same place when it is made again. A connection that has no ``fetch`` is
read back by ``read``, a function of an open connection and a remote path that returns the
bytes, or None if there is no such file; without it, most checks are skipped.

A service that needs a server of its own is tested through its fixture::

    class TestMine(ConnectionConformance):
        @pytest.fixture
        def make_connection(self, my_server):
            self.base = f"tests/{uuid.uuid4()}"  # the remote folder to work in
            return lambda: MyConnection(host=my_server.host)

The three methods are checked for all, a capability where the connection has it: it is
skipped only if the capability is absent. :class:`Rig` tells what else can be set.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

pytest.register_assert_rewrite("skynet_desktop.connections.checks")

from skynet_desktop.connections.base import Connection  # noqa: E402
from skynet_desktop.connections.checks.basics import (  # noqa: E402
    Declares,
    Deletes,
    Moves,
    Sends,
    Threads,
)
from skynet_desktop.connections.checks.keeping import KeepingReplaced, Versions  # noqa: E402
from skynet_desktop.connections.checks.names import Kinds, Names  # noqa: E402
from skynet_desktop.connections.checks.pace import Paced  # noqa: E402
from skynet_desktop.connections.checks.reading import Comparing, Reading  # noqa: E402
from skynet_desktop.connections.checks.rig import MakeConnection, Rig  # noqa: E402
from skynet_desktop.connections.checks.safety import CarefulUploads, FailingSends  # noqa: E402
from skynet_desktop.connections.checks.telling import Counted, Telling  # noqa: E402
from skynet_desktop.connections.checks.trees import (  # noqa: E402
    Copying,
    Fetching,
    Folders,
    Listing,
    Matching,
)
from skynet_desktop.connections.checks.uploads import Batches, GoingOn, Progress  # noqa: E402

Read = Callable[[Connection, str], bytes | None]


class ConnectionConformance(
    Declares,
    Sends,
    Deletes,
    Moves,
    Threads,
    Names,
    Kinds,
    FailingSends,
    CarefulUploads,
    Progress,
    GoingOn,
    Paced,
    Batches,
    Listing,
    Matching,
    Fetching,
    Copying,
    Folders,
    Reading,
    Comparing,
    KeepingReplaced,
    Versions,
    Telling,
    Counted,
):
    """All checks. Subclass it and give it a ``make_connection`` fixture."""


def conformance(
    make: Callable[[Path], Connection], read: Read | None = None
) -> type[ConnectionConformance]:
    """The suite as a test class, for connections that a folder is enough to make."""

    class Conformance(ConnectionConformance):
        @pytest.fixture
        def make_connection(self, tmp_path: Path) -> MakeConnection:
            folder = tmp_path / "place"
            folder.mkdir()
            return partial(make, folder)

        def read_remote(self, connection: Connection, remote_path: str) -> bytes | None:
            if read is None:
                return super().read_remote(connection, remote_path)
            return read(connection, remote_path)

    return Conformance


__all__ = ["ConnectionConformance", "MakeConnection", "Rig", "conformance"]
