"""skynet restore: brings files back from the destination, as they are there or were at a time.

It opens a connection of its own, so it does not matter whether the app runs. Exit codes: 0 all
is here, 1 usage, 3 something failed or was skipped, 4 the service cannot be reached or refused.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from skynet_desktop.app import App
from skynet_desktop.cli import moments
from skynet_desktop.cli.browsing import iso, list_folders, local_time, show_history, shown
from skynet_desktop.cli.stopping import told_to_stop
from skynet_desktop.connections.base import Connection
from skynet_desktop.core.errors import SettingsError, SkynetError
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.core.timetable import moment
from skynet_desktop.core.words import amount, counted
from skynet_desktop.engine.restoring.catalogue import Catalogue
from skynet_desktop.engine.restoring.restore import IfExists, Restored, Restoring, restore

_LIVE_SECONDS, _PIPE_SECONDS = 0.2, 5.0
_STOPPED = 130


def run(app: App, arguments: Namespace) -> int:
    settings = app.settings()
    mapping = settings.mappings.get(arguments.name)
    if mapping is None:
        known = ", ".join(settings.mappings) or "none"
        raise SettingsError(f"There is no mapping {arguments.name!r}. Known: {known}.")
    service = settings.services[mapping.service]
    mapper = Mapper.of(mapping.local, mapping.remote)
    at = None if arguments.at is None else before(arguments.at, datetime.now().astimezone())
    paths = [_relative(mapper, path) for path in arguments.paths] or [""]
    only_shown = arguments.list or arguments.history is not None
    target = "" if only_shown else _target(mapper, arguments.to)

    def connect() -> Connection:
        return app.connect(service)

    with told_to_stop() as stop:
        try:
            with _opened(connect(), stop) as connection:
                show = _Course(silent=arguments.json or only_shown)
                with Catalogue.read(
                    connection, mapper.remote_base, report=show.listed, cancelled=stop
                ) as catalogue:
                    if arguments.list:
                        return list_folders(catalogue, paths, at, arguments.json)
                    if arguments.history is not None:
                        path = _relative(mapper, arguments.history)
                        return show_history(catalogue, path, arguments.json)
                    result = restore(
                        connection, catalogue, paths, target, at=at,
                        if_exists=IfExists(arguments.if_exists), progress=show.at, stopping=stop,
                        reconnect=connect,
                    )  # fmt: skip
        except SkynetError:
            if stop.is_set():
                return _STOPPED
            raise
    show.clear()
    if arguments.json:
        print(json.dumps({"name": mapping.name, "to": target, "as_of": iso(at),
                          **result.as_json()}, indent=2))  # fmt: skip
    else:
        _print(mapping.name, result, target, at)
    return _STOPPED if stop.is_set() and not result.complete else _code(result)


def _code(result: Restored) -> int:
    if result.by_service:
        return 4
    return 3 if result.failures or result.skipped or not result.complete else 0


# --- what was asked for ---------------------------------------------------------------------


def before(text: str, now: datetime) -> float:
    """The moment in the past that a person means, in seconds since 1970. ``now`` has a time
    zone. Raises :class:`SettingsError`."""
    if text == "yesterday":
        return (now - timedelta(days=1)).timestamp()
    try:
        return (now - (moments.after(text, now) - now)).timestamp()
    except SettingsError:
        pass
    try:
        if ":" in text and len(text) <= len("23:59"):
            local = moments.until(text, now).replace(tzinfo=None)  # the next time it is
            return (local - timedelta(days=1)).astimezone().timestamp()
        then = moment(text)
    except (SettingsError, ValueError):
        raise SettingsError(
            f'"{text}" is not a time such as 2026-11-22, 2026-11-22T14:00, 14:00, yesterday '
            "or 2h (two hours ago)."
        ) from None
    if then > now.timestamp():
        raise SettingsError(f'"{text}" lies in the future.')
    return then


def _relative(mapper: Mapper, path: str) -> str:
    """The path below the mapping's folder, however it was typed."""
    if os.path.isabs(path):
        try:
            return mapper.relative(os.path.normpath(path))
        except ValueError:
            raise SettingsError(
                f"{path} is not in the folder of this mapping, {mapper.local_base}."
            ) from None
    parted = path.replace(os.sep, "/").strip("/")
    return "" if parted == "." else parted.removeprefix("./")


def _target(mapper: Mapper, to: str | None) -> str:
    """The folder to restore to; one that was named is made."""
    if to is None:
        if not os.path.isdir(mapper.local_base):
            raise SettingsError(
                f"The folder {mapper.local_base} is not there. Is its disk plugged in? Else make "
                "the folder first, or restore to another one with --to."
            )
        return mapper.local_base
    target = os.path.abspath(os.path.expanduser(to))
    try:
        os.makedirs(target, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"The folder {target} cannot be made: {error.strerror}.") from error
    return target


# --- stopping -------------------------------------------------------------------------------


@contextmanager
def _opened(connection: Connection, stop: threading.Event) -> Iterator[Connection]:
    """Closed at the end, and at once when told to stop: a listing may hang."""
    ended = threading.Event()

    def break_off() -> None:
        while not ended.is_set():
            if stop.wait(_LIVE_SECONDS):
                connection.close()
                return

    threading.Thread(target=break_off, name="break-off", daemon=True).start()
    try:
        connection.open()
        yield connection
    finally:
        ended.set()
        connection.close()


# --- what is shown --------------------------------------------------------------------------


class _Course:
    """How far it is: one line rewritten in a terminal, a line now and then in a pipe. ``at`` is
    called from other threads, by one at a time."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self._live = sys.stdout.isatty()
        self._told_at = time.monotonic()

    def listed(self, files: int) -> None:
        self._say(f"{counted(files, 'file')} found at the destination")

    def at(self, now: Restoring) -> None:
        self._say(
            f"{now.files:,} of {counted(now.total_files, 'file')}, "
            f"{amount(now.bytes)} of {amount(now.total_bytes)}  {shown(now.path)}"
        )

    def _say(self, text: str) -> None:
        pause = _LIVE_SECONDS if self._live else _PIPE_SECONDS
        if self._silent or time.monotonic() - self._told_at < pause:
            return
        self._told_at = time.monotonic()
        if self._live:
            text = f"\r\x1b[K{text[: shutil.get_terminal_size().columns - 1]}"
        try:
            print(text, end="" if self._live else "\n", flush=True)
        except OSError:
            self._silent = True  # nobody reads any more; the restore goes on

    def clear(self) -> None:
        if self._live and not self._silent:
            print("\r\x1b[K", end="", flush=True)


def _print(name: str, result: Restored, target: str, at: float | None) -> None:
    as_of = f", as of {local_time(at)}" if at is not None else ""
    files, size = counted(result.files, "file"), amount(result.bytes)
    print(f"{name}: {files} brought back to {target}{as_of}, {size}.")
    if result.same:
        print(f"  {result.same:,} were here already.")
    if result.renamed:
        print(f"  {result.renamed:,} of them under a new name, as another file has theirs.")
    if result.replaced:
        print(f'  {result.replaced:,} replaced another file, kept beside as "... (replaced ...)".')
    if result.later:
        print(f"  {result.later:,} turned out to have come later.")
    if result.skipped:
        print(f"  {result.skipped:,} skipped: another file has the name here. "
              "See --if-exists rename and replace.")  # fmt: skip
    for failure in result.failed:
        print(f"  {shown(failure.path)}: {failure.reason}")
    if result.failures > len(result.failed):
        print(f"  and {result.failures - len(result.failed):,} more that failed.")
    if not result.complete:
        print(f"skynet: {result.reason} Run the same again and it goes on.", file=sys.stderr)
