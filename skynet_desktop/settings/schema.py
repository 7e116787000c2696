"""Every setting, declared once: its type, default, range and the words a form shows for it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, get_type_hints

from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.timetable import Timetable, moment

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What a form shows of a setting, and what it allows. Kept in a field's metadata."""

    label: str
    help: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    may_be_empty: bool = False
    check: Callable[[Any], object] | None = None
    """Looks closer at a value of the right type; its ``ValueError`` says what is allowed."""


def about(label: str, help: str = "", **limits: Any) -> dict[str, About]:
    return {"about": About(label, help, **limits)}


def _proxy(text: str) -> None:
    """A password would stand in the settings file, which is no place for secrets."""
    try:
        passwords = Route(text).passwords()
    except SettingsError:
        raise ValueError("is no address such as http://proxy:3128, and not none") from None
    if text and any(passwords):
        raise ValueError(
            "must not hold a password: set the variable HTTPS_PROXY or ALL_PROXY with it, and "
            "leave this empty"
        )


def _timetable(lines: tuple[str, ...]) -> None:
    Timetable.of(lines, limits=True)


def _hours(lines: tuple[str, ...]) -> None:
    Timetable.of(lines, limits=False)


@dataclass(frozen=True, slots=True)
class General:
    """What holds for all mappings."""

    language: str = field(
        default="",
        metadata=about(
            "Language",
            "Of all windows and messages.",
            choices=("", "en", "de", "es", "fr", "hi", "zh_CN"),
        ),
    )
    appearance: str = field(
        default="system",
        metadata=about(
            "Appearance",
            "Light, dark, or as this computer is set.",
            choices=("system", "light", "dark"),
        ),
    )
    keyring: str = field(
        default="",
        metadata=about(
            "Secrets are kept in",
            'Empty for this system\'s keyring; "session" to ask after each start and keep '
            "nothing; or the full name of a keyring backend you trust.",
            may_be_empty=True,
        ),
    )
    poll_seconds: int = field(
        default=60,
        metadata=about(
            "Look again every (seconds)",
            "How often folders are looked through that this system cannot watch.",
            least=5,
            most=86_400,
        ),
    )
    log_level: str = field(
        default="info",
        metadata=about(
            "Log", "How much is written to the log.", choices=("debug", "info", "warning", "error")
        ),
    )


_NOTICES = ("off", "toast", "sound", "both")


@dataclass(frozen=True, slots=True)
class Notifications:
    """Which messages appear on the screen, and which are heard."""

    completed: str = field(
        default="toast",
        metadata=about("Completed", "A burst of changes has arrived.", choices=_NOTICES),
    )
    disconnected: str = field(
        default="toast",
        metadata=about("Disconnected", "A service cannot be reached.", choices=_NOTICES),
    )
    reconnected: str = field(
        default="toast",
        metadata=about("Reconnected", "It can be reached again.", choices=_NOTICES),
    )
    issue: str = field(
        default="toast",
        metadata=about("Issue", "A file could not be mirrored.", choices=_NOTICES),
    )
    action_required: str = field(
        default="both",
        metadata=about("Action required", "Only you can decide how to go on.", choices=_NOTICES),
    )
    grace_seconds: int = field(
        default=30,
        metadata=about(
            "Tell of a lost service after (seconds)",
            "Shorter interruptions pass without a word.",
            least=0,
            most=3_600,
        ),
    )


@dataclass(frozen=True, slots=True)
class Network:
    """How much of the line we take, and by which way."""

    transfers: int = field(
        default=0,
        metadata=about(
            "Transfers at once",
            "How many files of a mapping are on their way together; 0 finds it by itself.",
            least=0,
            most=32,
        ),
    )
    limit: float = field(
        default=0.0,
        metadata=about(
            "Upload limit (MB/s)", "For all services together; 0 for none.", least=0, most=100_000
        ),
    )
    timetable: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Timetable",
            "Other limits at other times, one a line: days, hours, MB/s (0 for none), such as "
            '"mon-fri 08:00-18:00 1.5".',
            check=_timetable,
        ),
    )
    metered: str = field(
        default="pause",
        metadata=about(
            "On a metered connection",
            "Such as a phone's: wait for another one, or send all the same.",
            choices=("pause", "send"),
        ),
    )
    proxy: str = field(
        default="",
        metadata=about(
            "Proxy",
            "Empty for the system's own, none, or an address such as http://proxy:3128 or "
            "socks5://proxy:1080.",
            may_be_empty=True,
            check=_proxy,
        ),
    )


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """An account at a storage. ``options`` are as in the file: the connection class of this
    ``type`` declares which there are and checks them. Secrets are never among them."""

    name: str
    type: str
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MappingSettings:
    """One local folder and its place on one service."""

    name: str
    local: str = field(metadata=about("Folder", "The folder on this computer."))
    service: str = field(metadata=about("Service", "Where it goes."))
    remote: str = field(
        metadata=about(
            "Place there", "The folder at the service; empty for its top.", may_be_empty=True
        )
    )
    complete_sync: bool = field(
        default=False,
        metadata=about("Complete sync", "What is deleted here is deleted there too."),
    )
    ignore: tuple[str, ...] = field(
        default=(),
        metadata=about("Leave out", "Patterns as in a .gitignore file, one a line."),
    )
    paused: bool = field(
        default=False, metadata=about("Paused", "Nothing is sent until it is resumed.")
    )
    paused_until: str = field(
        default="",
        metadata=about(
            "Paused until",
            "When a pause ends by itself, as 2026-11-23T08:00:00+01:00; empty for never.",
            may_be_empty=True,
            check=lambda text: text and moment(text),
        ),
    )
    hours: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Send only at",
            'Days and hours, one a line, such as "mon-fri 22:00-06:00"; none for always.',
            check=_hours,
        ),
    )
    limit: float = field(
        default=0.0,
        metadata=about(
            "Upload limit (MB/s)", "For this mapping alone; 0 for none.", least=0, most=100_000
        ),
    )
    rescan_minutes: int = field(
        default=60,
        metadata=about(
            "Compare every (minutes)",
            "How often the whole folder is compared with what the service holds.",
            least=1,
            most=10_080,
        ),
    )
    quiet_seconds: float = field(
        default=2.0,
        metadata=about(
            "Quiet period (seconds)",
            "How long a file must rest before it is taken, where nobody tells that it was closed.",
            least=0,
            most=3_600,
        ),
    )
    delete_limit_count: int = field(
        default=2_500,
        metadata=about(
            "Ask before deleting more files than",
            "More deletions than this in one sweep wait for a yes.",
            least=0,
            most=1_000_000_000,
        ),
    )
    delete_limit_share: float = field(
        default=0.5,
        metadata=about(
            "Ask before deleting a larger share than",
            "More than this share of all mirrored files in one sweep waits for a yes.",
            least=0,
            most=1,
        ),
    )

    @property
    def pause_ends(self) -> float:
        """When the pause ends by itself, in seconds since 1970; 0 for never."""
        return moment(self.paused_until) if self.paused_until else 0.0

    def is_paused(self, now: float) -> bool:
        """At this time, in seconds since 1970."""
        return self.paused and not 0 < self.pause_ends <= now


@dataclass(frozen=True)
class Settings:
    """All settings. ``file`` and ``lines`` tell where each key stands, for error messages;
    they play no part when two are compared."""

    general: General = field(default_factory=General)
    notifications: Notifications = field(default_factory=Notifications)
    network: Network = field(default_factory=Network)
    services: Mapping[str, ServiceSettings] = field(default_factory=dict)
    mappings: Mapping[str, MappingSettings] = field(default_factory=dict)
    file: str = field(default="", compare=False)
    lines: Mapping[Keys, int] = field(default_factory=lambda: MappingProxyType({}), compare=False)

    def where(self, *keys: str) -> str:
        """The start of a sentence about this key: ``settings.toml, line 12: mappings.a.local``.

        A key that is not in the file is found by the table it belongs to.
        """
        dotted = ".".join(
            key if key.replace("-", "_").isidentifier() else quoted(key) for key in keys
        )
        if not self.file:
            return dotted
        for length in range(len(keys), 0, -1):
            line = self.lines.get(keys[:length])
            if line is not None:
                return f"{self.file}, line {line}: {dotted}"
        return f"{self.file}: {dotted}"


def quoted(value: object) -> str:
    """The value as TOML shows it, cut to what fits a sentence."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "..."


def declared(table: type) -> dict[str, About]:
    """The settings of a table, in the order of its form."""
    return {f.name: f.metadata["about"] for f in fields(table) if "about" in f.metadata}


def checked(table: type, name: str, value: object) -> object:
    """The value of one setting as its type asks, or ``ValueError`` saying what is allowed.

    Nothing is taken for something else: the text "False" is not the value false.
    """
    shape = get_type_hints(table)[name]
    about_it = declared(table)[name]
    check, allowed = _CHECKS[shape]
    good = check(value)
    if good is None or not _within(good, about_it):
        raise ValueError(f"must be {_allowed(allowed, about_it)}, not {quoted(value)}")
    if about_it.check is not None:
        try:
            about_it.check(good)
        except ValueError as error:
            raise ValueError(f"cannot be understood: {error}") from None
    return good


def check_name(name: str) -> None:
    """Raises ``ValueError`` unless services and mappings may be called this."""
    proper = all(c in "-_. " or unicodedata.category(c)[0] in "LMN" for c in name)
    if not (proper and 1 <= len(name) <= 64 and name == name.strip() and name.strip(".")):
        raise ValueError(
            f"The name {quoted(name)} cannot be used: a name has 1 to 64 letters, digits, "
            "spaces, dots, '-' or '_', and no space at its ends."
        )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    whole = _whole(value)
    return float(whole) if whole is not None else value if isinstance(value, float) else None


def _texts(value: object) -> tuple[str, ...] | None:
    good = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
    return tuple(value) if good and isinstance(value, list | tuple) else None


_CHECKS: dict[object, tuple[Callable[[object], object], str]] = {
    bool: (lambda value: value if isinstance(value, bool) else None, "true or false"),
    int: (_whole, "a whole number"),
    float: (_number, "a number"),
    str: (lambda value: value if isinstance(value, str) else None, "text in quotes"),
    tuple[str, ...]: (_texts, 'a list of texts such as ["one", "two"]'),
}


def _within(value: object, about_it: About) -> bool:
    if isinstance(value, str):
        if about_it.choices:
            return value in about_it.choices
        return "\0" not in value and (about_it.may_be_empty or bool(value))
    if isinstance(value, int | float) and about_it.least is not None and about_it.most is not None:
        return about_it.least <= value <= about_it.most  # false for "not a number" too
    return True


def _allowed(allowed: str, about_it: About) -> str:
    if about_it.choices:
        return "one of " + ", ".join(quoted(choice) for choice in about_it.choices)
    if about_it.least is not None:
        return f"{allowed} from {about_it.least} to {about_it.most}"
    return (
        allowed if about_it.may_be_empty or allowed != "text in quotes" else f"{allowed}, not empty"
    )
