"""Linux: a desktop entry in the person's autostart folder (XDG Autostart)."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from skynet_desktop.host.autostart.base import (
    APPLICATION,
    NAME,
    AutostartError,
    FileEntry,
    State,
)

_GROUP = "Desktop Entry"
_PLAIN = re.compile(r"[A-Za-z0-9_@+,./:-]+")
_STRING_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}

# A program whose own name holds one of these cannot stand first in Exec: "=" is forbidden
# there, and GLib looks for the program before it turns "%%" back into "%".
_UNNAMEABLE = re.compile("[%=]")
_BY_SHELL = ("sh", "-c", 'exec "$0" "$@"')  # the names are its arguments, never its text


class DesktopEntry(FileEntry):
    """Desktops switch it off with ``Hidden=true`` or ``X-GNOME-Autostart-enabled=false``."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str] = os.environ) -> None:
        super().__init__(command, _config_home(environ) / "autostart" / f"{APPLICATION}.desktop")

    def content(self) -> bytes:
        lines = [
            f"[{_GROUP}]",
            "Type=Application",
            f"Name={NAME}",
            f"Exec={exec_line(self.command)}",
            "Icon=skynet-desktop",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
        ]
        try:
            return ("\n".join(lines) + "\n").encode()
        except UnicodeEncodeError:
            raise AutostartError(
                "Starting at login: the path of this program is not valid text, which a desktop "
                "cannot start. Move it to a folder with an ordinary name."
            ) from None

    def judged(self, content: bytes) -> State:
        entry = _parsed(content)
        if entry.get("Hidden") == "true" or entry.get("X-GNOME-Autostart-enabled") == "false":
            return State.BLOCKED
        return State.ON if entry.get("Exec") == exec_line(self.command) else State.STALE


def exec_line(command: Sequence[str]) -> str:
    """The value of ``Exec``: quoted as an argument, then escaped as a string."""
    if _UNNAMEABLE.search(command[0]):
        command = (*_BY_SHELL, *command)
    line = " ".join(map(_quoted, command))
    return "".join(_STRING_ESCAPES.get(character, character) for character in line)


def _quoted(argument: str) -> str:
    argument = argument.replace("%", "%%")
    if _PLAIN.fullmatch(argument):
        return argument
    return '"' + re.sub(r'([\\"`$])', r"\\\1", argument) + '"'


def _parsed(content: bytes) -> Mapping[str, str]:
    """The keys of the entry; none if it makes no sense."""
    parser = configparser.RawConfigParser(
        delimiters=("=",), comment_prefixes=("#",), strict=False, empty_lines_in_values=False
    )
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    try:
        parser.read_string(content.decode())
        return dict(parser[_GROUP])
    except (configparser.Error, UnicodeDecodeError, KeyError):
        return {}


def _config_home(environ: Mapping[str, str]) -> Path:
    chosen = Path(environ.get("XDG_CONFIG_HOME", ""))
    return chosen if chosen.is_absolute() else Path.home() / ".config"
