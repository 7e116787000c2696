"""skynet verify: proves that the destination holds what is here, and puts right what does not.

With a running app it happens there, else in this process.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from skynet_desktop.app import App
from skynet_desktop.cli import running
from skynet_desktop.cli.asking import ask_running, tell_running
from skynet_desktop.core.errors import ServiceError, SettingsError
from skynet_desktop.core.words import amount, counted
from skynet_desktop.engine.mirror import Mirror
from skynet_desktop.engine.workers import spawn_thread
from skynet_desktop.host.instance import Instance

_LOOK_SECONDS = 0.2
_PIPE_SECONDS = 5.0
_STOP_SECONDS = 3.0

Report = dict[str, Any]


def run(app: App, arguments: Namespace) -> int:
    """0 if all is right, 3 if differences are left, 4 if it could not be done to its end."""
    known = app.settings().mappings
    if arguments.name is not None and arguments.name not in known:
        names = ", ".join(known) or "none"
        raise SettingsError(f"There is no mapping {arguments.name!r}. Known: {names}.")
    reports: list[Report] = []
    codes = [0]
    for name in [arguments.name] if arguments.name is not None else list(known):
        report, code = _verify(app, name, arguments)
        reports.append(report)
        codes.append(code)
        if not arguments.json:
            _print(report)
    if arguments.json:
        print(json.dumps({"mappings": reports}, indent=2))
    elif not reports:
        print("There is nothing to verify yet: add a mapping first (skynet mapping add --help).")
    return max(codes)


def _verify(app: App, name: str, arguments: Namespace) -> tuple[Report, int]:
    show = _Course(name, silent=arguments.json)
    report = _in_app(app, name, arguments, show)
    if report is None:
        return _here(app, name, arguments, show)
    return report, _code(report)


def _code(report: Report) -> int:
    if not report["complete"]:
        return 4
    return 0 if report["good"] else 3


# --- in the running app ---------------------------------------------------------------------


def _in_app(app: App, name: str, arguments: Namespace, show: _Course) -> Report | None:
    """None if no app runs."""
    request = {"command": "verify", "name": name, "deep": arguments.deep,
               "repair": arguments.repair}  # fmt: skip
    try:
        answer = ask_running(app, request)
        if answer is None:
            return None
        if not answer["started"]:
            raise ServiceError(f"{name} is being verified already, or is just ending.")
        return _follow(app, name, show)
    except KeyboardInterrupt:
        tell_running(app, {"command": "verify-stop", "name": name})
        raise


def _follow(app: App, name: str, show: _Course) -> Report:
    while True:
        answer = ask_running(app, {"command": "verification", "name": name})
        if answer is None:
            raise ServiceError("The running Skynet ended meanwhile; verify again.")
        if answer["verifying"] is None:
            show.clear()
            return dict(answer["verified"])
        show.at(answer["verifying"])
        time.sleep(_LOOK_SECONDS)


# --- in this process ------------------------------------------------------------------------


def _here(app: App, name: str, arguments: Namespace, show: _Course) -> tuple[Report, int]:
    with _alone(app):
        report = _run_here(app, name, arguments, show)
    if not (arguments.repair and report["complete"] and report["repaired"]):
        return report, _code(report)
    if not arguments.json:
        print(f"{name}: putting right what differs.")
    with _to_stderr(arguments.json):
        outcome = running.run_once(app, only=name)
    return report, outcome or _code(report)


def _run_here(app: App, name: str, arguments: Namespace, show: _Course) -> Report:
    settings = app.settings()
    app.start_log(settings.general.log_level)
    [spec] = [spec for spec in app.specs(settings) if spec.name == name]
    mirror = Mirror(spec, app.bus, spawn_thread)
    try:
        mirror.verify(arguments.deep, arguments.repair)
        while (now := mirror.verifying) is not None:
            show.at(now.as_json())
            time.sleep(_LOOK_SECONDS)
        show.clear()
    finally:
        mirror.stop()
        mirror.join(_STOP_SECONDS)
    assert mirror.verified is not None
    return mirror.verified.as_json()


@contextmanager
def _alone(app: App) -> Iterator[None]:
    """One that starts meanwhile must not use the same state."""
    app.paths.make()
    instance = Instance(app.paths.state)
    if not instance.acquire():
        raise SettingsError("Skynet is just starting or ending. Try again in a moment.")
    try:
        yield
    finally:
        instance.release()


@contextmanager
def _to_stderr(wanted: bool) -> Iterator[None]:
    """So that standard output holds JSON alone."""
    before = sys.stdout
    if wanted:
        sys.stdout = sys.stderr
    try:
        yield
    finally:
        sys.stdout = before


# --- what is shown --------------------------------------------------------------------------


class _Course:
    """How far it is: one line rewritten in a terminal, a line now and then in a pipe."""

    def __init__(self, name: str, *, silent: bool) -> None:
        self._name = name
        self._silent = silent
        self._live = sys.stdout.isatty()
        self._told_at = time.monotonic()

    def at(self, now: Report) -> None:
        told_ago = time.monotonic() - self._told_at
        if self._silent or (not self._live and told_ago < _PIPE_SECONDS):
            return
        self._told_at = time.monotonic()
        of = f" of {now['total']:,}" if now["total"] else ""
        text = f"{self._name}: {now['files']:,}{of} files, {amount(now['bytes'])}"
        if now["differences"]:
            text += f", {counted(now['differences'], 'difference')}"
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            text = f"\r\x1b[K{text[:width]}"
        print(text, end="" if self._live else "\n", flush=True)

    def clear(self) -> None:
        if self._live and not self._silent:
            print("\r\x1b[K", end="", flush=True)


def _print(report: Report) -> None:
    name = report["mapping"]
    how = "read back" if report["deep"] else "compared"
    print(f"{name}: {counted(report['files'], 'file')} {how}, {amount(report['bytes'])}.")
    for difference in report["shown"]:
        print(f"  {difference['fault']:<10}  {_shown(difference['path'])}")
        print(f"              {difference['detail']}")
    if report["differences"] > len(report["shown"]):
        print(f"  and {report['differences'] - len(report['shown']):,} more.")
    if report["waiting"]:
        print(f"  {counted(report['waiting'], 'file')} not compared: to be sent first.")
    if report["foreign"]:
        print(f"  {counted(report['foreign'], 'file')} there that are not ours: left alone.")
    print(f"  {_verdict(report)}")


def _verdict(report: Report) -> str:
    left = report["differences"] - report["repaired"]
    if not report["complete"]:
        return f"It did not come to its end. {report['reason']}"
    if left and report["repaired"]:
        return f"{counted(report['repaired'], 'difference')} are put right, {left:,} left."
    if left:
        return f"{counted(left, 'difference')}. Put right what can be with: skynet verify --repair"
    if report["repaired"]:
        return f"{counted(report['repaired'], 'difference')}: all of them are put right."
    return "All is right."


def _shown(path: str) -> str:
    """A path on one line, whatever is in it."""
    return path if path.isprintable() else ascii(path)
