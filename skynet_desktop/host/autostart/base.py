"""What all systems have in common: an entry is there or not, ours or not, allowed or not."""

from __future__ import annotations

import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

from skynet_desktop.core.errors import SkynetError

APPLICATION = "app.skynet.desktop"
NAME = "Skynet Desktop"


class State(Enum):
    """How the entry stands.

    ``STALE``: it starts another program or with other arguments, since this one was moved or
    updated. ``BLOCKED``: it is there, and the person switched it off in the system.
    """

    ON = "on"
    OFF = "off"
    STALE = "stale"
    BLOCKED = "blocked"


class AutostartError(SkynetError):
    """The entry cannot be read or written; the sentence names it and why."""


class Autostart(ABC):
    """One entry. Every method reads it anew, takes milliseconds, is idempotent, and raises
    :class:`AutostartError`. Safe from any thread."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = tuple(command)

    @abstractmethod
    def state(self) -> State: ...

    @abstractmethod
    def turn_on(self) -> None:
        """From the next login on, also if it was ``BLOCKED``: only when the person asks."""

    @abstractmethod
    def turn_off(self) -> None: ...

    def repair(self) -> None:
        """Point a ``STALE`` entry at this program; leave any other as it is."""
        if self.state() is State.STALE:
            self.turn_on()


class FileEntry(Autostart):
    """An entry that is a file of its own."""

    def __init__(self, command: Sequence[str], path: Path) -> None:
        super().__init__(command)
        self.path = path

    @abstractmethod
    def content(self) -> bytes:
        """What the file holds when it is on."""

    @abstractmethod
    def judged(self, content: bytes) -> State:
        """What a file with this content amounts to; one that makes no sense is ``STALE``."""

    def state(self) -> State:
        with _told(self.path, "read"):
            try:
                return self.judged(self.path.read_bytes())
            except FileNotFoundError:
                return State.OFF

    def turn_on(self) -> None:
        if self.state() is not State.ON:
            content = self.content()
            with _told(self.path, "written"):
                _write(Path(os.path.realpath(self.path)), content)  # a link stays a link

    def turn_off(self) -> None:
        with _told(self.path, "removed"), suppress(FileNotFoundError):
            self.path.unlink()


@contextmanager
def _told(path: Path, done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        detail = error.strerror or error
        raise AutostartError(
            f"Starting at login: {path} cannot be {done}: {detail}. Make that folder yours to "
            "write in, or add Skynet to the programs that start at login by hand."
        ) from None


def _write(path: Path, content: bytes) -> None:
    """Atomically: a login meanwhile finds the old entry or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
