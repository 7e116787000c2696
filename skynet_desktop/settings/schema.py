"""Every setting, declared once: its type, default, range and the words a form shows for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.timetable import Timetable, moment
from skynet_desktop.settings.declaring import about, quoted
from skynet_desktop.settings.monitor import Monitor

Keys = tuple[str, ...]


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
    change_limit_share: float = field(
        default=0.5,
        metadata=about(
            "Ask before replacing a larger share than",
            "When more than this share of all mirrored files, untouched for a day, changes at "
            "once, the mapping asks first: it may be a virus that encrypts them.",
            least=0,
            most=1,
        ),
    )
    keep: str = field(
        default="all",
        metadata=about(
            "Keep at the destination",
            "What is removed or replaced there goes to a dated trash folder first, or stays as "
            "a version where the service keeps those.",
            choices=("all", "deleted", "nothing"),
        ),
    )
    keep_days: int = field(
        default=30,
        metadata=about(
            "Keep it for (days)",
            "How long the trash folder at the destination keeps a file; 0 for ever.",
            least=0,
            most=36_500,
        ),
    )
    verify_days: int = field(
        default=0,
        metadata=about(
            "Verify every (days)",
            "How often it is proven anew that the destination holds what is here; 0 for never.",
            least=0,
            most=365,
        ),
    )
    verify_deep: bool = field(
        default=False,
        metadata=about(
            "Verify by reading back",
            "Each content is read back and compared, which costs as much as a download.",
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
    monitor: Monitor = field(default_factory=Monitor)
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
