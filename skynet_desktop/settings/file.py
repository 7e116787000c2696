"""The settings file on disk: locked while it changes, replaced atomically, never half written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.replacing import replace

_LOCK_SECONDS = 10.0


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keeps all other threads and processes from changing the file meanwhile.

    Raises :class:`SettingsError` if it is not free within ten seconds, or for an ``OSError``
    on the way.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(path.with_name(path.name + ".lock"), timeout=_LOCK_SECONDS, mode=0o600)
        with lock:
            yield
    except Timeout:
        raise SettingsError(f"Another program holds {path}. Try again in a moment.") from None
    except OSError as error:
        raise _unwritable(path, error) from error


def text_of(path: Path) -> str:
    """Empty if there is no file. Raises :class:`SettingsError` if it cannot be read."""
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}, line {line}: this is not UTF-8 text.") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}.") from error


def keep(path: Path, text: str) -> None:
    """Write atomically: a reader, and a power cut, find the old text or the new one."""
    target = Path(os.path.realpath(path))  # a link (of a dotfiles folder) stays a link
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise SettingsError("A settings file cannot hold a name that is not valid text.") from None
    with suppress(OSError):
        if target.read_bytes() == data:
            return
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=target.name + ".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _unwritable(path: Path, error: OSError) -> SettingsError:
    return SettingsError(f"{path} cannot be written: {error.strerror or error}.")
