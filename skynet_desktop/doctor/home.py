"""The program and its settings: what is installed, what it was told, whether it runs."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import skynet_desktop
from skynet_desktop.core.events import State as MappingState
from skynet_desktop.credentials.suspects import cleaned
from skynet_desktop.doctor.exam import Check, Exam, Said, bad, note, ok, warning
from skynet_desktop.host import autostart, channel
from skynet_desktop.host.instance import Instance
from skynet_desktop.settings import store
from skynet_desktop.updates import Checker

_QT = "PySide6-Essentials"


def _program(exam: Exam) -> Iterator[Said]:
    parts = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    with suppress(metadata.PackageNotFoundError):  # a frozen program keeps no record of it
        parts.append(f"Qt {metadata.version(_QT)}")
    yield ok(f"Skynet Desktop {skynet_desktop.__version__} with {', '.join(parts)} "
             f"on {platform.platform(terse=True)}.")  # fmt: skip
    yield from _updates(exam)


def _updates(exam: Exam) -> Iterator[Said]:
    """What is known of newer versions; nobody is asked."""
    news = Checker.of(exam.app.paths.state).known().news
    if news is None:
        return
    advice, command = "Install a newer one.", "skynet updates"
    if news.withdrawn:
        yield warning(f"Version {news.running} was withdrawn.", advice, command)
    elif news.newest is not None:
        say = warning if news.urgent else note
        yield say(f"Version {news.newest.version} is available.", "See what is new.", command)


def _settings(exam: Exam) -> Iterator[Said]:
    path = exam.app.paths.settings_file
    good = store.last_good(path)
    if exam.trouble:
        advice = f"Correct it in a text editor, or put {good} in its place."
        yield bad(exam.trouble, advice if good.exists() else "Correct it in a text editor.")
    elif not path.exists():
        yield note("There are no settings yet.", "Add a service and a mapping.")
    else:
        mappings, services = len(exam.settings.mappings), len(exam.settings.services)
        yield ok(f"{path} is valid (services: {services}, mappings: {mappings}).")
    if path.exists():
        yield from _beside(path, good, valid=not exam.trouble)


def _beside(path: Path, good: Path, *, valid: bool) -> Iterator[Said]:
    """The settings' folder, and whether a secret lies in the open there."""
    if not os.access(path.parent, os.W_OK):
        yield warning(
            f"The folder {path.parent} cannot be written to, so no setting can be changed.",
            "Make it yours to write in.",
        )
    elif valid and not good.exists():
        yield warning(
            "The last good version of the settings cannot be kept beside them.",
            f"Look at the folder {path.parent}: is its disk full?",
        )
    text = path.read_bytes().decode("utf-8", "replace")
    if cleaned(text) != text:
        yield warning(
            "Something in the settings file looks like a password or a key.",
            "Take it out. Secrets belong in the keyring: add the service anew, and it asks.",
        )


def _connections(exam: Exam) -> Iterator[Said]:
    """Kinds of service that somebody else wrote."""
    registry = exam.app.registry
    problems = registry.problems()
    for where, why in problems:
        yield warning(
            f"{where} cannot be used. {why}",
            "Correct it, or take it away. Services of that kind do not work until then.",
        )
    own = [kind for kind in registry.kinds() if kind not in ("local", "s3", "sftp")]
    if own and not problems:
        yield ok(f"Kinds of service of your own that can be used: {', '.join(own)}.")


def _running(exam: Exam) -> Iterator[Said]:
    state = exam.app.paths.state
    answer = channel.ask(state, {"command": "status"})
    instance = Instance(state)
    if answer is None:
        yield from _silent(instance)
    elif "error" in answer:
        yield warning(
            f"Skynet runs (process {instance.holder()}), but gives no good answer.",
            "End it and start it again. Nothing is lost by that.",
        )
    else:
        yield ok(f"Skynet runs (process {instance.holder()}) and answers.")
        for mapping in answer.get("mappings", ()):
            yield from _standing(mapping["name"], mapping["state"], mapping["issues"])


def _silent(instance: Instance) -> Iterator[Said]:
    # The lock is tried only where a process seems to hold it: one that just starts is never
    # in its way.
    if _lives(instance.holder()) and not instance.acquire():
        yield warning(
            f"Skynet runs (process {instance.holder()}), but does not answer.",
            "End it and start it again. Nothing is lost by that.",
        )
        return
    instance.release()
    yield note("Skynet is not running now, so nothing is mirrored.", "Start it.")


def _lives(process: int | None) -> bool:
    if process is None:
        return False
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _standing(name: str, state: str, issues: int) -> Iterator[Said]:
    if state == MappingState.ACTION_REQUIRED:
        yield warning(
            f"The mapping {name} waits for you to decide something.",
            "See: skynet status, or the window.",
        )
    elif issues:
        yield note(f"The mapping {name} has paths that could not be mirrored: {issues}.",
                   "See: skynet issues, or the window.")  # fmt: skip


def _autostart(exam: Exam) -> Iterator[Said]:
    try:
        state = autostart.own_entry(exam.app.paths.relocated).state()
    except autostart.AutostartError as error:
        yield warning(str(error), "Or start Skynet yourself after each login.")
        return
    if state is autostart.State.ON:
        yield ok("Skynet starts at login.")
    elif state is autostart.State.OFF:
        yield note("Skynet does not start at login.", "Switch it on in the settings, if you wish.")
    elif state is autostart.State.BLOCKED:
        yield note("Starting at login was switched off in the system's own settings.")
    elif exam.app.paths.relocated:  # there is one entry, whatever the number of homes
        yield note("Another home of Skynet than this one starts at login.")
    else:
        yield warning(
            "Another copy of Skynet than this one starts at login.",
            "Switch it off and on again in the settings of the one that is to start.",
        )


CHECKS = (
    Check("Program", _program),
    Check("Settings", _settings),
    Check("Connections of your own", _connections, 30.0),
    Check("Running", _running),
    Check("Start at login", _autostart),
)
