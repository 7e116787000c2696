"""A dry run or a local look, with its count coming in live."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from skynet_desktop.connections.base import Connection
from skynet_desktop.core.errors import PathDenied
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.desktop.inquiry import Inquiry, Tell
from skynet_desktop.engine.preview import Preview, preview


class Looking(Inquiry):
    """A :class:`Preview` comes by ``found``, of what is known so far, and by ``finished``."""

    def start(
        self,
        local: str,
        remote: str = "",
        ignore: Sequence[str] = (),
        connect: Callable[[], Connection] | None = None,
    ) -> None:
        """Without ``connect`` the local side alone is looked at."""
        paths = self._controller.app.paths
        hidden = (str(paths.state), str(paths.logs))

        def work(tell: Tell, cancelled: threading.Event) -> Preview:
            mapper = Mapper.of(local, remote)
            connection = connect() if connect else None
            try:
                if connection is not None:
                    connection.open()
                return preview(
                    mapper, ignore, connection, hidden=hidden, report=tell, cancelled=cancelled
                )
            except OSError as error:
                raise PathDenied(f"The folder cannot be read: {error.strerror}.") from error
            finally:
                if connection is not None:
                    connection.close()

        self._begin(work)
