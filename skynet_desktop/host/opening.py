"""Shows files, folders and web pages in the programs the person uses for that.

Names may hold anything, a leading dash too: paths are made whole, and no shell sees them.
Every function returns within five seconds, mostly at once: call it off the thread of a window.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

from skynet_desktop.core.errors import SkynetError
from skynet_desktop.host import environment

_SECONDS = 2.0  # by then a program that cannot open it has said so

_MAC = "/usr/bin/open"

_Command = list[str] | str


class OpeningError(SkynetError):
    """It cannot be shown; the sentence names it and why."""


def open_folder(path: str | os.PathLike[str]) -> None:
    """In the file manager. Raises :class:`OpeningError`."""
    _run(_open_command(_there(path)), path)


def open_text(path: str | os.PathLike[str]) -> None:
    """In the person's editor for text. Raises :class:`OpeningError`."""
    whole = _there(path)
    if sys.platform == "win32":
        _run([_windows("notepad.exe"), str(whole)], path)
    elif sys.platform == "darwin":
        _run([_MAC, "-t", str(whole)], path)
    else:
        _run(_open_command(whole), path)


def open_page(url: str) -> None:
    """In whatever opens addresses of its kind: a browser, a file manager. Not by Qt, which
    would give that program our environment. Raises :class:`OpeningError`."""
    if sys.platform == "win32":
        try:
            os.startfile(url)
        except OSError as error:
            raise OpeningError(f"{url} cannot be opened: {error.strerror or error}.") from None
    else:
        _run([_MAC if sys.platform == "darwin" else "xdg-open", url], url)


def show_file(path: str | os.PathLike[str]) -> None:
    """In the file manager, selected where that is possible. Raises :class:`OpeningError`."""
    whole = _there(path)
    if sys.platform == "win32":
        _run(explorer_line(whole, "/select,"), path)
    elif sys.platform == "darwin":
        _run([_MAC, "-R", str(whole)], path)
    elif not _selected_over_bus(whole):
        _run(_open_command(whole.parent), path)


def open_address(url: str) -> None:
    """In the browser. Raises :class:`OpeningError`, also for what does not begin with
    ``https://``: on a desktop, any other address may start any program."""
    if not url.startswith("https://") or not url.isprintable() or " " in url:
        raise OpeningError(f"{url[:80]!r} is no address that may be opened.")
    open_page(url)


def explorer_line(path: Path, switch: str = "") -> str:
    """Explorer parts its line at commas: the path alone stands in quotes, and no path on
    Windows holds one itself."""
    return f'"{_windows("explorer.exe")}" {switch}"{path}"'


def _windows(program: str) -> str:
    """Whole, or one of this name in the working folder would be started instead."""
    return os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), program)


def _open_command(path: Path) -> _Command:
    if sys.platform == "win32":
        return explorer_line(path)
    if sys.platform == "darwin":
        return [_MAC, str(path)]
    return ["xdg-open", path.as_uri()]


def _there(path: str | os.PathLike[str]) -> Path:
    whole = Path(os.path.abspath(path))
    if not os.path.lexists(whole):
        raise OpeningError(f"{whole} is no longer there.")
    return whole


def _run(command: _Command, path: str | os.PathLike[str]) -> None:
    """Start it and see whether it fails at once; it may run on for as long as it likes."""
    try:
        process = subprocess.Popen(
            command,
            env=environment.for_others(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise OpeningError(
            f"{path} cannot be opened: {error.filename or 'what opens files'} is missing."
        ) from None
    except OSError as error:
        detail = error.strerror or error
        raise OpeningError(f"{path} cannot be opened: {detail}.") from None
    try:
        code = process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, name="opened", daemon=True).start()
        return
    if code and sys.platform != "win32":  # Explorer says 1 whatever happens
        raise OpeningError(f"{path} cannot be opened: no program was found for it.")


def _selected_over_bus(path: Path) -> bool:
    """Asks the desktop's file manager; False if there is none that selects."""
    from jeepney import DBusAddress, MessageType, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    manager = DBusAddress(
        "/org/freedesktop/FileManager1",
        "org.freedesktop.FileManager1",
        "org.freedesktop.FileManager1",
    )
    question = new_method_call(manager, "ShowItems", "ass", ([path.as_uri()], ""))
    try:
        with closing(open_dbus_connection("SESSION", auth_timeout=_SECONDS)) as bus:
            answer = bus.send_and_get_reply(question, timeout=_SECONDS)
    except Exception:  # no bus, none that answers, one that breaks off
        return False
    return bool(answer.header.message_type is MessageType.method_return)
