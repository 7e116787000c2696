"""Windows: a value of the person's ``Run`` key, and what the Task Manager says beside it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from skynet_desktop.host.autostart.base import NAME, Autostart, AutostartError, State

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"

# Here Task Manager and Settings note what was switched off: bytes, of which the first is odd.
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

_LONGEST = 260  # characters of a value that the Run key starts; longer ones are passed over


class Registry(Protocol):
    """What is used of the standard library's ``winreg``, which other systems do not have."""

    @property
    def HKEY_CURRENT_USER(self) -> int: ...
    @property
    def KEY_SET_VALUE(self) -> int: ...
    @property
    def REG_SZ(self) -> int: ...
    def CreateKey(self, key: Any, sub_key: str, /) -> Any: ...
    def OpenKey(self, key: Any, sub_key: str, reserved: int = ..., access: int = ...) -> Any: ...
    def QueryValueEx(self, key: Any, name: str, /) -> tuple[Any, int]: ...
    def SetValueEx(self, key: Any, name: str, reserved: int, type: int, value: str, /) -> None: ...
    def DeleteValue(self, key: Any, value: str, /) -> None: ...


class RunKey(Autostart):
    def __init__(self, command: Sequence[str], registry: Registry) -> None:
        super().__init__(command)
        self._registry = registry

    def state(self) -> State:
        with _told("read"):
            line, approved = self._value(RUN), self._value(APPROVED)
        if line is None:
            return State.OFF
        if isinstance(approved, bytes) and approved and approved[0] % 2:
            return State.BLOCKED
        return State.ON if line == self._line() else State.STALE

    def turn_on(self) -> None:
        line, registry = self._line(), self._registry
        if len(line) > _LONGEST:
            raise AutostartError(
                f"Starting at login: Windows starts nothing by a line of more than {_LONGEST} "
                f"characters, and this one has {len(line)}: {line}. Use shorter folder names."
            )
        with _told("written"):
            with registry.CreateKey(registry.HKEY_CURRENT_USER, RUN) as key:
                registry.SetValueEx(key, NAME, 0, registry.REG_SZ, line)
            self._remove(APPROVED)

    def turn_off(self) -> None:
        with _told("removed"):
            self._remove(RUN)
            self._remove(APPROVED)

    def _line(self) -> str:
        """The program always in quotes, as the setup writes it (installer/windows/skynet.nsi)."""
        program, *arguments = self.command
        return f'"{program}" {subprocess.list2cmdline(arguments)}'.rstrip()

    def _value(self, path: str) -> Any:
        registry = self._registry
        try:
            with registry.OpenKey(registry.HKEY_CURRENT_USER, path) as key:
                return registry.QueryValueEx(key, NAME)[0]
        except FileNotFoundError:
            return None

    def _remove(self, path: str) -> None:
        registry = self._registry
        user, access = registry.HKEY_CURRENT_USER, registry.KEY_SET_VALUE
        with suppress(FileNotFoundError), registry.OpenKey(user, path, access=access) as key:
            registry.DeleteValue(key, NAME)


@contextmanager
def _told(done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        detail = error.strerror or error
        raise AutostartError(
            f"Starting at login: the entry in the registry cannot be {done}: {detail}. "
            "Whoever looks after this computer may have forbidden it."
        ) from None
