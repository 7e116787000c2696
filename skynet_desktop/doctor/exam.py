"""What all checks of one check-up share: the home that is looked over, and how far to go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from skynet_desktop.app import App
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.doctor.findings import Level
from skynet_desktop.doctor.walks import Walks
from skynet_desktop.settings import Settings, store
from skynet_desktop.settings.file import text_of
from skynet_desktop.settings.reader import read


@dataclass(frozen=True)
class Exam:
    """``settings`` are those in force; the last good ones if ``trouble`` says why the present
    ones cannot be used. Without ``network`` nothing leaves this computer; without ``writes``
    nothing is written at a service."""

    app: App
    settings: Settings
    trouble: str
    network: bool
    writes: bool
    walks: Walks
    cancelled: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, app: App, *, network: bool, writes: bool) -> Exam:
        settings, trouble = _settings(app)
        walks = Walks((str(app.paths.state), str(app.paths.logs)))
        return cls(app, settings, trouble, network, writes, walks)


def _settings(app: App) -> tuple[Settings, str]:
    path = app.paths.settings_file
    try:
        return app.settings(), ""
    except SettingsError as error:
        trouble = str(error)
    with suppress(SettingsError):  # each key is good, but two do not fit together
        return store.load(path), trouble
    with suppress(SettingsError):
        good = store.last_good(path)
        return read(text_of(good), str(good)), trouble
    return Settings(), trouble


class Said(NamedTuple):
    """A finding whose topic is that of its check."""

    level: Level
    text: str
    advice: str = ""


def ok(text: str) -> Said:
    return Said(Level.OK, text)


def note(text: str, advice: str = "", command: str = "") -> Said:
    """``command``, for a terminal, stands in a line of its own below the advice."""
    return Said(Level.NOTE, text, f"{advice}\n{command}" if command else advice)


def warning(text: str, advice: str, command: str = "") -> Said:
    """``command`` as in :func:`note`."""
    return Said(Level.WARNING, text, f"{advice}\n{command}" if command else advice)


def bad(text: str, advice: str) -> Said:
    return Said(Level.BAD, text, advice)


@dataclass(frozen=True)
class Check:
    """One thing to look at, and the seconds it may take. ``look`` runs in a thread of its own
    and should end soon once ``exam.cancelled`` is set; it may raise anything."""

    topic: str
    look: Callable[[Exam], Iterator[Said]]
    seconds: float = 15.0
