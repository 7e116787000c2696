"""One running Skynet a home: two would fight over the same Q and index."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from skynet_desktop.core.errors import SettingsError


class Instance:
    """The right to run on this home, held until :meth:`release` or the end of the process.

    The operating system lets go of the lock when the process dies, however it dies. Worker
    processes must be spawned, not forked: a forked child would hold the lock on. Safe from
    any thread.
    """

    def __init__(self, state: Path) -> None:
        self._pid_file = state / "pid"
        self._lock = FileLock(state / "lock", blocking=False, mode=0o600, thread_local=False)

    def acquire(self) -> bool:
        """Whether this process has the home for itself now; never waits.

        Raises :class:`SettingsError` if the state folder cannot be written.
        """
        if self._lock.is_locked:
            return True
        try:
            self._pid_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire()
            self._pid_file.write_text(f"{os.getpid()}\n", encoding="ascii")
        except Timeout:
            return False
        except OSError as error:
            detail = error.strerror or error
            raise SettingsError(f"{self._pid_file.parent} cannot be used: {detail}.") from error
        return True

    def holder(self) -> int | None:
        """The process id of whoever acquired it last; for messages, after ``acquire`` failed."""
        try:
            return int(self._pid_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def release(self) -> None:
        if self._lock.is_locked:
            with suppress(OSError):
                self._pid_file.unlink()
            self._lock.release()
